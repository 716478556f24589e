import { borderRing, fitBorder, fitSurface, surfaceDistance } from './border-fit';
import { boxBlur } from './blur';
import { fillSmooth } from './fill-smooth';
import { belowHorizon, findHorizon } from './find-horizon';
import { floodFromBorder } from './flood';
import {
	distance,
	growField,
	LEAST_SAMPLES,
	MAX_SLOPE,
	SAMPLED,
	slopes,
	type GrownField
} from './grow-field';
import { median } from './mark-holes';
import { fitInside, type Planes, type Size } from './raster';
import { enlarge, shrink } from './resample';
import { withoutSpecks } from './sharp-edges';

/** The backdrop as it would look without the product. */
export interface Backdrop {
	/** CIELAB at the size asked for. */
	planes: Planes;
	/** 1 along the line where a wall meets a floor of another color; null for a backdrop of one piece. */
	seam: Uint8Array | null;
	/** Share of the frame's border that belongs to the backdrop, 0 to 1. */
	border_share: number;
	/** How much of the surroundings the model had to guess, 0 to 1 at each pixel. */
	guessed: Float32Array;
	/** Its noise: median CIELAB distance of sure backdrop from the model. */
	noise: number;
}

/** Longest side at which the field is made, pixels: a backdrop is smooth, a product is not. */
const FIELD_SIDE = 256;
/** Border pixels this near the fitted surface are where the field starts (CIELAB). */
const SEED_DISTANCE = 6;
/** A field does not pass where this share of the pixels around is on a sharp edge. */
const SEALED = 0.12;
/** Nor through gaps of up to twice this many pixels of the field, where an outline fades away. */
const GAP = 6;
/** Radius of a pixel's surroundings, pixels of the field. */
const AROUND = 8;
/** Over this many pixels of the field a backdrop bends by less than this (CIELAB); an uneven one by so much more. */
const BEND_REACH = 3;
const KINK = 0.7;
const KINK_FACTOR = 5;
/** A backdrop that is off its surface of second order by this (CIELAB) is anybody's guess where it is not seen. */
const UNEVEN = 1.5;
/** A floor is looked for when less than this share of the lower border is explained, */
const FLOOR_MISSING = 0.5;
/** and taken when it explains this share. */
const FLOOR_SHARE = 0.7;
/** Half the width of the seam between wall and floor, pixels of the field. */
const SEAM = 4;

/**
 * Models a plain or studio backdrop, with its gradients and vignettes, from the border inwards: a surface is fitted to the
 * border, smooth neighbors join as long as they continue it, and the rest is filled smoothly. A floor of another color that
 * spans the lower border is modeled as a second field.
 *
 * @param sharp from `sharpEdges`; no field passes them
 */
export function modelBackdrop(lab: Planes, sharp: Uint8Array, size: Size): Backdrop {
	const field = fitInside(size, FIELD_SIDE);
	const small = lab.map((plane) => shrink(plane, size, field)) as Planes;
	const slope = slopes(small, field);
	const ring = borderRing(field, Math.max(2, Math.round(Math.max(field.width, field.height) / 85)));

	const edges = shrink(new Float32Array(sharp), size, field);
	const bend = bends(small, field);
	const even = median(Float32Array.from(borderRing(field, 4 * BEND_REACH), (i) => bend[i]!));
	const kink = Math.max(KINK, KINK_FACTOR * even);
	const kinks = withoutSpecks(new Uint8Array(bend.map((v) => (v > kink ? 1 : 0))), field);
	const open = new Uint8Array(
		boxBlur(edges, field, 1).map((v, i) => (v > SEALED || kinks[i] ? 0 : 1))
	);
	const closed = floodFromBorder(open, field, GAP).map((wet) => 1 - wet);

	const horizon = findHorizon(small, field);
	const below = horizon && belowHorizon(horizon, field);
	const { wall, floor } = below
		? growAtHorizon(small, slope, ring, closed, below, field)
		: growFromBorder(small, slope, ring, closed, field);
	const known = floor ? wall.known.map((k, i) => k | floor.known[i]!) : wall.known;
	const distances: number[] = [];
	known.forEach((k, i) => {
		if (k) distances.push(distance(small, floor?.known[i] ? floor.planes : wall.planes, i));
	});
	distances.sort((p, q) => p - q);
	const large = (plane: Float32Array) => enlarge(plane, field, size);
	const vague = floor ? 1 : Math.min(1, unevenness(wall, field) / UNEVEN);
	const unknown = new Float32Array(known).map((k) => vague * (1 - k));
	return {
		guessed: large(boxBlur(unknown, field, AROUND)),
		...(floor
			? joinAtSeam(lab, wall, floor, below, field, size)
			: { planes: wall.planes.map(large) as Planes, seam: null }),
		border_share: ring.filter((i) => known[i]).length / ring.length,
		noise: distances[Math.floor(distances.length / 2)] ?? 0
	};
}

/**
 * How far each pixel is from the middle of its two neighbors `BEND_REACH` away, in the direction where that is most, CIELAB. A
 * backdrop bends slowly, however far it goes; where a thing begins in the backdrop's own color, there is a kink.
 */
function bends(planes: Planes, size: Size): Float32Array {
	const { width, height } = size;
	const smooth = planes.map((plane) => boxBlur(boxBlur(plane, size, 1), size, 1));
	const out = new Float32Array(width * height);
	const r = BEND_REACH;
	for (let y = r; y < height - r; y++) {
		for (let x = r; x < width - r; x++) {
			const i = y * width + x;
			let most = 0;
			for (const step of [1, width, width + 1, width - 1]) {
				let square = 0;
				for (const plane of smooth) {
					square += (plane[i]! - (plane[i - r * step]! + plane[i + r * step]!) / 2) ** 2;
				}
				if (square > most) most = square;
			}
			out[i] = Math.sqrt(most);
		}
	}
	return out;
}

/** How far the known field is from a surface of second order, which can be continued: the root of the mean square, CIELAB. */
function unevenness({ planes, known }: GrownField, size: Size): number {
	const pixels: number[] = [];
	for (let i = 0; i < known.length; i += SAMPLED) if (known[i]) pixels.push(i);
	if (pixels.length < LEAST_SAMPLES) return Infinity;
	const surface = fitSurface(planes, size, pixels);
	const squares = pixels.map((i) => surfaceDistance(planes, size, surface, i) ** 2);
	return Math.sqrt(squares.reduce((p, q) => p + q, 0) / squares.length);
}

function seedsOf(lab: Planes, slope: Float32Array, ring: number[], size: Size): Uint8Array {
	const seeds = new Uint8Array(size.width * size.height);
	const { surface } = fitBorder(lab, size, ring);
	for (const i of ring) {
		if (slope[i]! > 2 * MAX_SLOPE) continue;
		if (surfaceDistance(lab, size, surface, i) < SEED_DISTANCE) seeds[i] = 1;
	}
	return seeds;
}

interface Fields {
	wall: GrownField;
	floor: GrownField | null;
}

function growFromBorder(
	lab: Planes,
	slope: Float32Array,
	ring: number[],
	closed: Uint8Array,
	size: Size
): Fields {
	const wall = growField(lab, seedsOf(lab, slope, ring, size), slope, size, closed);
	return { wall, floor: findFloor(lab, slope, ring, wall, size) };
}

/** Where the line between wall and floor is seen, each is grown on its side. */
function growAtHorizon(
	lab: Planes,
	slope: Float32Array,
	ring: number[],
	closed: Uint8Array,
	below: Uint8Array,
	size: Size
): Fields {
	const [wall, floor] = ([0, 1] as const).map((side) => {
		const seeds = seedsOf(
			lab,
			slope,
			ring.filter((i) => below[i] === side),
			size
		);
		const shut = closed.map((c, i) => (below[i] === side ? c : 1));
		return growField(lab, seeds, slope, size, shut);
	}) as [GrownField, GrownField];
	return { wall, floor };
}

/** A floor spans the lower border from corner to corner. */
function findFloor(
	lab: Planes,
	slope: Float32Array,
	ring: number[],
	wall: GrownField,
	size: Size
): GrownField | null {
	const { width, height } = size;
	const low = ring.filter((i) => i >= width * (height - 2));
	const share = (known: Uint8Array) => low.filter((i) => known[i]).length / low.length;
	if (share(wall.known) > FLOOR_MISSING) return null;
	const rest = ring.filter((i) => !wall.known[i] && i >= (width * height) / 2);
	if (rest.length < low.length) return null;
	const floor = growField(lab, seedsOf(lab, slope, rest, size), slope, size, wall.known);
	const corners = floor.known[width * (height - 1)]! && floor.known[width * height - 1]!;
	return corners && share(floor.known) > FLOOR_SHARE ? floor : null;
}

/** One field of two: each pixel takes the nearer one; along the seam, the mix of both that is most like the picture. */
function joinAtSeam(
	lab: Planes,
	wall: GrownField,
	floor: GrownField,
	below: Uint8Array | null,
	field: Size,
	size: Size
): { planes: Planes; seam: Uint8Array } {
	const large = (plane: Float32Array) => enlarge(plane, field, size);
	const known = wall.known.map((k, i) => k | floor.known[i]!);
	const side = large(
		below ? new Float32Array(below) : fillSmooth(new Float32Array(floor.known), known, field)
	);
	const nearWall = boxBlur(
		new Float32Array(below ? below.map((b) => 1 - b) : wall.known),
		field,
		SEAM
	);
	const nearFloor = boxBlur(new Float32Array(below ?? floor.known), field, SEAM);
	const both = large(nearWall.map((w, i) => (w > 0.02 && nearFloor[i]! > 0.02 ? 1 : 0)));
	const seam = new Uint8Array(both.map((v) => (v > 0.5 ? 1 : 0)));
	const walls = wall.planes.map(large) as Planes;
	const floors = floor.planes.map(large) as Planes;
	const planes = walls.map((plane) => plane.slice()) as Planes;
	for (let i = 0; i < seam.length; i++) {
		let mix = side[i]! > 0.5 ? 1 : 0;
		if (seam[i]) {
			let dot = 0;
			let square = 1e-6;
			for (let c = 0; c < 3; c++) {
				const step = floors[c as 0 | 1 | 2][i]! - walls[c as 0 | 1 | 2][i]!;
				dot += step * (lab[c as 0 | 1 | 2][i]! - walls[c as 0 | 1 | 2][i]!);
				square += step * step;
			}
			mix = Math.min(1, Math.max(0, dot / square));
		}
		for (const c of [0, 1, 2] as const) {
			planes[c][i] = walls[c][i]! * (1 - mix) + floors[c][i]! * mix;
		}
	}
	return { planes, seam };
}
