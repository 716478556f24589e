import {
	StageError,
	type Cutout,
	type DraftConstruction,
	type DraftReason,
	type Size,
	type StageContext,
	type View
} from '../../artifacts';
import { buildSolid } from './build-solid';
import { draftHull } from './hull/draft-hull';
import { canCarve } from './hull/views';
import { layOutAtlas } from './lay-out-atlas';
import { paintTexture } from './paint-texture';
import { projectUvs } from './project-uvs';
import { readCutout } from './read-cutout';
import type { Surface } from './solid';
import { writeDraft } from './write-draft';

type CutoutImage = Pick<Cutout, 'image' | 'bounds'>;

export interface DraftInput {
	/** The product from its front. */
	front: CutoutImage;
	/** Photos with known views, the front among them if it is known; at most 8 are looked at. */
	views?: (CutoutImage & { view: View })[];
	/**
	 * How the shape is made. By default of several views where they show two axes of the product at least, else what the
	 * outline of the front speaks for. `hull` without such views is the same as the default.
	 */
	construction?: DraftConstruction | 'auto';
	/** Times the depth that is guessed, where none is known; 0.1 to 10, default 1. */
	thickness?: number;
	/** What is known of the real size, metres. */
	size: Partial<Size>;
	/** Longest side of the texture, pixels. */
	texture_size: number;
}

export interface Draft {
	glb: Blob;
	triangles: number;
	size: Size;
	sides_guessed: boolean;
	draft: { construction: DraftConstruction; reason: DraftReason };
}

interface Shaped {
	surface: Surface & { uvs: Float32Array<ArrayBuffer> };
	image: Blob;
	construction: DraftConstruction;
	reason: DraftReason;
}

const MOST_VIEWS = 8;
/** Longest side at which each of several photos is looked at, pixels: they share one texture. */
const VIEW_SIDE = 1024;

/**
 * Makes a draft model of cut-outs on this device, without any download. Runs on a thread or inline.
 *
 * @throws StageError `nothing_found` when a cut-out is empty
 */
export async function buildDraft(
	input: DraftInput,
	{ onprogress }: Pick<StageContext, 'onprogress'> = {}
): Promise<Draft> {
	onprogress?.({ step: 'shaping', fraction: 0 });
	const shaped = (await shapeOfViews(input, onprogress)) ?? (await shapeOfFront(input, onprogress));
	const { surface, image, construction, reason } = shaped;
	onprogress?.({ step: 'texturing', fraction: 0.8 });
	const written = await writeDraft(surface, {
		size: input.size,
		thickness: Math.min(Math.max(input.thickness ?? 1, 0.1), 10),
		construction,
		texture: { image: new Uint8Array(await image.arrayBuffer()), mime_type: 'image/jpeg' }
	});
	onprogress?.({ step: 'texturing', fraction: 1 });
	return {
		glb: new Blob([new Uint8Array(written.glb)], { type: 'model/gltf-binary' }),
		triangles: surface.indices.length / 3,
		size: written.size,
		sides_guessed: true,
		draft: { construction, reason }
	};
}

/** Null when there are too few views, or when the choice was left to us and they contradict each other. */
async function shapeOfViews(
	{ views = [], construction = 'auto', texture_size }: DraftInput,
	onprogress: StageContext['onprogress']
): Promise<Shaped | null> {
	if (construction !== 'auto' && construction !== 'hull') return null;
	const used = views.slice(0, MOST_VIEWS);
	if (!canCarve(used.map(({ view }) => view))) return null;
	const photos = [];
	for (const { view, image, bounds } of used) {
		photos.push({ view, cutout: await readCutout(image, bounds, VIEW_SIDE) });
		onprogress?.({ step: 'shaping', fraction: (0.2 * photos.length) / used.length });
	}
	try {
		const { surface, image } = await draftHull(photos, texture_size, (step, fraction) => {
			onprogress?.({ step, fraction: step === 'shaping' ? 0.2 + 0.8 * fraction : fraction });
		});
		const reason = construction === 'hull' ? 'asked_for' : 'several_views';
		return { surface, image, construction: 'hull', reason };
	} catch (error) {
		const contradict = error instanceof StageError && error.code === 'nothing_found';
		if (contradict && construction === 'auto') return null;
		throw error;
	}
}

async function shapeOfFront(
	{ front, size, construction = 'auto', texture_size }: DraftInput,
	onprogress: StageContext['onprogress']
): Promise<Shaped> {
	const { pixels, alpha, frame } = await readCutout(front.image, front.bounds);
	onprogress?.({ step: 'shaping', fraction: 0.2 });
	const chosen = construction === 'auto' || construction === 'hull' ? undefined : construction;
	const solid = buildSolid(alpha, { size, construction: chosen }, (share) =>
		onprogress?.({ step: 'shaping', fraction: 0.2 + 0.8 * share })
	);
	onprogress?.({ step: 'texturing', fraction: 0 });
	const atlas = layOutAtlas(frame, texture_size);
	const image = await paintTexture(pixels, atlas);
	const surface = { ...solid, uvs: projectUvs(solid, frame, atlas) };
	return { surface, image, construction: solid.construction, reason: solid.reason };
}
