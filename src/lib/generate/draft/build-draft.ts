import {
	StageError,
	type AutomaticShape,
	type Cutout,
	type DraftAxis,
	type DraftConstruction,
	type DraftReason,
	type DraftShape,
	type Size,
	type StageContext,
	type View
} from '../../artifacts';
import { buildSolid } from './build-solid';
import { draftHull } from './hull/draft-hull';
import { canCarve } from './hull/views';
import type { Axis } from './find-axis';
import { layOutAtlas } from './lay-out-atlas';
import { paintTexture } from './paint-texture';
import { projectUvs } from './project-uvs';
import type { DepthAt, DepthMap } from './refine-front';
import { readCutout, type CutoutPixels } from './read-cutout';
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
	/** What a turned shape turns around, on the front; estimated from its outline if not given. */
	axis?: DraftAxis;
	/** Estimated of the front: its product's bounds. Shapes the front of soft things. */
	depth?: DepthMap;
	/** Default `full`. */
	detail?: keyof typeof DETAIL;
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
	draft: DraftShape;
}

interface Shaped {
	surface: Surface & { uvs: Float32Array<ArrayBuffer> };
	image: Blob;
	construction: DraftConstruction;
	reason: DraftReason;
	/** Where the construction was asked for. */
	automatic?: AutomaticShape;
	axis: DraftAxis | null;
	refined: boolean;
}

const MOST_VIEWS = 8;
const BY_VIEWS = { construction: 'hull', reason: 'several_views' } as const;
const DETAIL = {
	/** Longest side at which one photo, or each of several, is looked at, pixels; several share one texture. */
	full: { front_side: 2048, view_side: 1024, solid: {}, hull: {} },
	preview: {
		front_side: 512,
		view_side: 256,
		solid: { cells: 128, max_triangles: 12_000, min_triangles: 500 },
		hull: { cells: 56, max_triangles: 12_000 }
	}
};

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
	const { surface, image, construction, reason, automatic, axis, refined } = shaped;
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
		draft: { construction, reason, automatic, axis, refined }
	};
}

/** Null when there are too few views, or when the choice was left to us and they contradict each other. */
async function shapeOfViews(
	{ views = [], construction = 'auto', texture_size, detail = 'full' }: DraftInput,
	onprogress: StageContext['onprogress']
): Promise<Shaped | null> {
	if (construction !== 'auto' && construction !== 'hull') return null;
	const used = views.slice(0, MOST_VIEWS);
	if (!canCarve(used.map(({ view }) => view))) return null;
	const { view_side, hull } = DETAIL[detail];
	const photos = [];
	for (const { view, image, bounds } of used) {
		photos.push({ view, cutout: await readCutout(image, bounds, view_side) });
		onprogress?.({ step: 'shaping', fraction: (0.2 * photos.length) / used.length });
	}
	try {
		const { surface, image } = await draftHull(photos, texture_size, hull, (step, fraction) => {
			onprogress?.({ step, fraction: step === 'shaping' ? 0.2 + 0.8 * fraction : fraction });
		});
		const made = { surface, image, construction: 'hull', axis: null, refined: false } as const;
		return construction === 'hull'
			? { ...made, reason: 'asked_for', automatic: BY_VIEWS }
			: { ...made, reason: BY_VIEWS.reason };
	} catch (error) {
		const contradict = error instanceof StageError && error.code === 'nothing_found';
		if (contradict && construction === 'auto') return null;
		throw error;
	}
}

async function shapeOfFront(
	{
		front,
		views = [],
		size,
		construction = 'auto',
		texture_size,
		axis,
		depth,
		detail = 'full'
	}: DraftInput,
	onprogress: StageContext['onprogress']
): Promise<Shaped> {
	const { front_side, solid: limits } = DETAIL[detail];
	const cutout = await readCutout(front.image, front.bounds, front_side);
	const { pixels, alpha, frame } = cutout;
	onprogress?.({ step: 'shaping', fraction: 0.2 });
	const chosen = construction === 'auto' || construction === 'hull' ? undefined : construction;
	const options = {
		...limits,
		size,
		construction: chosen,
		axis: axis && axisInPixels(axis, cutout, front.bounds),
		depthAt: depth && readDepth(depth, cutout, front.bounds)
	};
	const solid = buildSolid(alpha, options, (share) =>
		onprogress?.({ step: 'shaping', fraction: 0.2 + 0.8 * share })
	);
	onprogress?.({ step: 'texturing', fraction: 0 });
	const atlas = layOutAtlas(frame, texture_size);
	const image = await paintTexture(pixels, atlas);
	return {
		surface: { ...solid, uvs: projectUvs(solid, frame, atlas, solid.turn) },
		image,
		construction: solid.construction,
		reason: solid.reason,
		automatic: chosen && (canCarve(views.map(({ view }) => view)) ? BY_VIEWS : solid.automatic),
		axis: axis ?? axisInShares(solid.axis, cutout, front.bounds),
		refined: solid.refined
	};
}

/** Reads a depth of the bounds at places of the alpha image, bilinear. */
function readDepth(
	{ width, height, data }: DepthMap,
	{ box, scale }: CutoutPixels,
	bounds: Cutout['bounds']
): DepthAt {
	const clamp = (value: number, most: number) => Math.min(Math.max(value, 0), most);
	return (x, y) => {
		const across = (x / scale + box.x - bounds.x) / bounds.width;
		const down = (y / scale + box.y - bounds.y) / bounds.height;
		const u = clamp(across * width - 0.5, width - 1.001);
		const v = clamp(down * height - 0.5, height - 1.001);
		const at = Math.floor(v) * width + Math.floor(u);
		const [fx, fy] = [u % 1, v % 1];
		const upper = data[at]! * (1 - fx) + data[at + 1]! * fx;
		const lower = data[at + width]! * (1 - fx) + data[at + width + 1]! * fx;
		return upper * (1 - fy) + lower * fy;
	};
}

/** An axis on a cut-out's bounds as one on the pixels that were read of it. */
function axisInPixels(
	{ x, tilt }: DraftAxis,
	cutout: CutoutPixels,
	bounds: Cutout['bounds']
): Axis {
	const { box, scale, alpha } = cutout;
	const slope = Math.tan((tilt * Math.PI) / 180);
	const across = (bounds.x + x * bounds.width - box.x) * scale;
	const middle = (bounds.y + bounds.height / 2 - box.y) * scale;
	return { x: across + slope * (middle - alpha.height / 2), tilt: Math.atan(slope) };
}

function axisInShares(axis: Axis, cutout: CutoutPixels, bounds: Cutout['bounds']): DraftAxis {
	const { box, scale, alpha } = cutout;
	const middle = (bounds.y + bounds.height / 2 - box.y) * scale;
	const across = axis.x - Math.tan(axis.tilt) * (middle - alpha.height / 2);
	return {
		x: (across / scale + box.x - bounds.x) / bounds.width,
		tilt: (axis.tilt * 180) / Math.PI
	};
}
