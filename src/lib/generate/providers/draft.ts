import { StageError, type Cutout, type SourceModel, type StageContext } from '../../artifacts';
import { runTask } from '../../threads/run-task';
import { estimateDepth } from '../estimate-depth';
import type { DraftOptions } from '../generate-3d-model';

/** Longest side of a draft's texture, pixels. */
const TEXTURE_SIZE = { full: 2048, preview: 512 };
const TEXTURE_LIMITS = { min: 64, max: 8192 };

/**
 * Makes a draft on this device from the front cut-out (the first, if none is known to be it), or from
 * several whose views are known.
 *
 * @throws StageError `no_cutout`, `nothing_found`, `thread_crashed`, and with depth what `estimateDepth` throws; AbortError
 */
export async function generateDraft(
	cutouts: Cutout[],
	{ size, views = {}, detail = 'full', texture_size, read_depth, ...shape }: DraftOptions,
	context: StageContext
): Promise<SourceModel> {
	context.signal?.throwIfAborted();
	const front = cutouts.find(({ photo_id }) => views[photo_id] === 'front') ?? cutouts[0];
	if (!front) throw new StageError('no_cutout');
	const started = performance.now();
	// Plain copies of what is needed: what goes to a thread is cloned.
	const plain = ({ image, bounds }: Cutout) => ({ image, bounds: { ...bounds } });
	const { width_m, height_m, depth_m } = size;
	const { construction, thickness, axis } = shape;
	const depth = read_depth ? await estimateDepth(front, context) : undefined;
	const side = texture_size ?? TEXTURE_SIZE[detail];
	const draft = await runTask(
		'build_draft',
		{
			front: plain(front),
			views: cutouts.flatMap((cutout) => {
				const view = views[cutout.photo_id];
				return view ? [{ ...plain(cutout), view }] : [];
			}),
			construction,
			thickness,
			axis: axis && { ...axis },
			depth,
			detail,
			size: { width_m, height_m, depth_m },
			texture_size: Math.min(Math.max(side, TEXTURE_LIMITS.min), TEXTURE_LIMITS.max)
		},
		context
	);
	return {
		...draft,
		provider: 'draft',
		cost: 0,
		task_id: null,
		model_url: null,
		processing_time: (performance.now() - started) / 1000
	};
}
