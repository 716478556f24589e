import { LIMITS } from '../../../worker/contract';
import { StageError, type Cutout, type CutoutNote, type EngineName } from '../artifacts';
import type { StageContext } from '../artifacts';
import type { Device, Precision } from '../networks/network';
import { readWeights } from '../networks/weights';
import type { StoredFile } from '../networks/weights-store';
import { backdropEngine } from './backdrop-engine';
import { castShadow } from './cast-shadow';
import type { Extent } from './compose-rows';
import { context2d, drawCutout, drawShadow, encode, turnIntoMask } from './draw-cutout';
import type { Segmentation } from './engine';
import type { MaskNetwork } from './engines';
import { alphaInFrame, closerBox, mergeLooks } from './look-closer';
import { fitInside, type Box, type Raster, type Size } from './raster';
import { refineAlpha } from './refine-alpha';
import { runNetwork } from './run-network';
import { Scratch, type Room } from './scratch';
import { timed } from './timed';

export interface CutOutInput {
	photo_id: string;
	/** Upright JPEG, PNG or WebP of at most 50 megapixels. */
	image: Blob;
	engine: EngineName;
	/** The engine's network with its weights; null for the one without. */
	network: ReadyNetwork | null;
	/** Default 'auto'. */
	device?: Device;
}

/** A network whose weights are on this device. */
export interface ReadyNetwork {
	row: MaskNetwork;
	weights: StoredFile & { precision: Precision };
}

/** What an engine saw, and what it found there. */
interface Look {
	picture: Raster;
	found: Segmentation;
	/** The part of the photo; absent: the whole. */
	place?: Box;
}

/** Longest side of the picture that engines see, pixels. */
const WORKING_SIDE = 1024;
/** A network that took longer than this is not asked twice, seconds. */
const PATIENCE = 10;
/** How far a network's edges are off, pixels of its own input. */
const NETWORK_REACH = 1.5;
const PROCESSORS = ['gpu', 'cpu'] as const;
/** Above this share of the frame, no backdrop was found. */
const MOST_COVERAGE = 0.97;
/** A photo with this share of transparent pixels has been cut out before. */
const ALREADY_CUT = 0.02;

/** Kept from one photo to the next: memory for planes, and the canvas of the picture that engines see. */
interface Desk {
	room: Scratch;
	canvas: OffscreenCanvasRenderingContext2D;
}
let spare: Desk | null = null;

/**
 * Cuts the product out of one photo, on a thread: decode, engine, edges, colors, PNGs.
 *
 * @throws StageError `photo_corrupt`, `photo_too_many_pixels`, `weights_wrong`, `nothing_found`, `engine_failed`,
 * `out_of_memory`
 */
export async function cutOut(
	input: CutOutInput,
	{ onprogress }: Pick<StageContext, 'onprogress'> = {}
): Promise<Cutout> {
	const start = performance.now();
	// One photo at a time has it; another at the same time gets its own.
	const { room, canvas } = spare ?? { room: new Scratch(), canvas: context2d(1, 1) };
	spare = null;
	onprogress?.({ step: 'reading', fraction: null });
	const bitmap = await timed('decode', () => createImageBitmap(input.image)).catch(
		(cause: unknown) => {
			throw new StageError('photo_corrupt', {}, { cause });
		}
	);
	try {
		const full = { width: bitmap.width, height: bitmap.height };
		if (full.width * full.height > LIMITS.photo_pixels) {
			throw new StageError('photo_too_many_pixels', { ...full });
		}
		const size = fitInside(full, WORKING_SIDE);
		const working = await timed('decode', () => shrunk(bitmap, size, canvas));

		onprogress?.({ step: 'cutting_out', fraction: null });
		const first = ownTransparency(working) ?? (await segment(working, input, room, onprogress));
		const closer = await lookCloser(bitmap, first, input, room, onprogress);
		const { picture, found, place }: Look = closer ?? { picture: working, found: first };
		onprogress?.({ step: 'refining', fraction: 0 });
		const side = input.network?.row.side;
		const reach = side ? Math.ceil((NETWORK_REACH * WORKING_SIDE) / side) : undefined;
		const refined = await timed('post', () => refineAlpha(picture, found, reach, room));
		const mask = { ...refined, place };
		const seen = isSame(size, full) ? { rows: copyOf(working, room), canvas } : null;
		const { sheet, extent } = await timed('post', () => drawCutout(bitmap, seen, mask, onprogress));
		// Browsers encode on threads of their own.
		const [image, shadow] = await Promise.all([
			timed('encode', () => encode(sheet)),
			found.edges === 'exact'
				? null
				: timed('post', () =>
						castShadow(working, place ? alphaInFrame(mask, place, full, working) : mask.alpha)
					)
		]);
		turnIntoMask(sheet);
		const [gray, dark] = await Promise.all([
			timed('encode', () => encode(sheet)),
			shadow && drawShadow(shadow)
		]);
		return {
			photo_id: input.photo_id,
			image,
			mask: gray,
			...(dark && { shadow: dark }),
			...full,
			engine: input.engine,
			device: found.device,
			confidence: found.confidence,
			processing_time: (performance.now() - start) / 1000,
			...describe(extent, full, [...first.notes, ...found.notes])
		};
	} finally {
		bitmap.close();
		room.clear();
		spare = { room, canvas };
	}
}

async function segment(
	picture: Raster,
	{ engine, network, device }: CutOutInput,
	room: Room,
	onprogress: StageContext['onprogress']
): Promise<Segmentation> {
	if (!network) return backdropEngine(picture);
	const { row, weights } = network;
	const { precision } = weights;
	return runNetwork(
		picture,
		{
			key: `${engine} ${precision} ${weights.sha256}`,
			shape: row,
			loadModel: () => readWeights(row, weights),
			device,
			runs_on: PROCESSORS.filter((processor) => row.precisions[processor].includes(precision)),
			room
		},
		{ onprogress }
	);
}

/** A network's second look, at the product alone. Null where there is nothing to gain. */
async function lookCloser(
	bitmap: ImageBitmap,
	first: Segmentation,
	input: CutOutInput,
	room: Room,
	onprogress: StageContext['onprogress']
): Promise<Look | null> {
	const { network } = input;
	if (!network || first.edges !== 'given' || (first.infer_seconds ?? 0) > PATIENCE) return null;
	const { width, height } = bitmap;
	const full = { width, height };
	const place = closerBox(first.alpha, first, full, network.row.side);
	if (!place) return null;
	onprogress?.({ step: 'looking_closer', fraction: null });
	const size = fitInside(place, WORKING_SIDE);
	const picture = await timed('decode', () => shrunk(bitmap, size, context2d(1, 1), place));
	try {
		const found = await segment(picture, { ...input, device: first.device }, room, undefined);
		const alpha = await timed('post', () =>
			mergeLooks(first, found, place, full, network.row.side)
		);
		return { picture, found: { ...found, alpha }, place };
	} catch (error) {
		// The first look holds.
		if (error instanceof StageError && error.code === 'nothing_found') return null;
		throw error;
	}
}

/** A photo that came with transparency keeps exactly that. */
function ownTransparency({ data, width, height }: Raster): Segmentation | null {
	let clear = 0;
	for (let i = 3; i < data.length; i += 4) if (data[i]! < 128) clear++;
	if (clear < ALREADY_CUT * width * height) return null;
	const alpha = new Float32Array(width * height).fill(1);
	return { alpha, width, height, edges: 'exact', confidence: 1, device: 'cpu', notes: [] };
}

function describe(
	{ area, left, top, right, bottom }: Extent,
	{ width, height }: { width: number; height: number },
	found: CutoutNote[]
): Pick<Cutout, 'coverage' | 'bounds' | 'notes'> {
	const coverage = area / (width * height);
	const notes = new Set(found);
	if (coverage > MOST_COVERAGE) notes.add('background_not_plain');
	if (left === 0 || top === 0 || right === width - 1 || bottom === height - 1) {
		notes.add('touches_edge');
	}
	const bounds = { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
	return { coverage, bounds, notes: [...notes] };
}

const isSame = (a: Size, b: Size) => a.width === b.width && a.height === b.height;

function copyOf({ data, width, height }: Raster, room: Room): ImageData {
	const { buffer, byteOffset } = room.bytes(data.length);
	const copy = new Uint8ClampedArray(buffer, byteOffset, data.length);
	copy.set(data);
	return new ImageData(copy, width, height);
}

/** A part of the photo, the whole unless told, drawn on a canvas that becomes of its size. */
function shrunk(
	bitmap: ImageBitmap,
	{ width, height }: Size,
	context: OffscreenCanvasRenderingContext2D,
	part: Box = { x: 0, y: 0, width: bitmap.width, height: bitmap.height }
): ImageData {
	const { canvas } = context;
	if (canvas.width !== width) canvas.width = width;
	if (canvas.height !== height) canvas.height = height;
	context.clearRect(0, 0, width, height);
	context.imageSmoothingQuality = 'high';
	context.drawImage(bitmap, part.x, part.y, part.width, part.height, 0, 0, width, height);
	return context.getImageData(0, 0, width, height);
}
