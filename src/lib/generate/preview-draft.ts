import type { Cutout, SourceModel, StageContext } from '../artifacts';
import { runTask } from '../threads/run-task';
import { generate3DModel, type DraftOptions } from './generate-3d-model';

/** Longest side of the pictures that previews are made of, pixels. */
const LONGEST = 512;
/** The small pictures of cut-outs, for as long as these are in use. */
const small = new WeakMap<Blob, Promise<Pick<Cutout, 'image' | 'bounds'>>>();

/**
 * Makes a coarse draft within a fraction of a second, to see what a choice does. Large pictures are scaled down once.
 *
 * @throws StageError `no_cutout`, `nothing_found`, `thread_crashed`; AbortError
 */
export async function previewDraft(
	cutouts: Cutout[],
	options: Omit<DraftOptions, 'provider' | 'detail'>,
	context: StageContext = {}
): Promise<SourceModel> {
	const shrunk = await Promise.all(
		cutouts.map(async (cutout) => ({ ...cutout, ...(await shrink(cutout)) }))
	);
	context.signal?.throwIfAborted();
	return generate3DModel(shrunk, { ...options, provider: 'draft', detail: 'preview' }, context);
}

function shrink({ image, bounds }: Cutout): Promise<Pick<Cutout, 'image' | 'bounds'>> {
	const known = small.get(image);
	if (known) return known;
	const made = runTask('shrink_cutout', { image, bounds: { ...bounds }, longest: LONGEST });
	small.set(image, made);
	made.catch(() => small.delete(image));
	return made;
}
