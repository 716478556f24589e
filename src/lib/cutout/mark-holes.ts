import { localExtreme } from './blur';
import { pieces, visitNeighbors, type Piece } from './flood';
import type { Judged } from './judge-pixels';
import type { Size } from './raster';

/** How near to an edge its ripples and its width reach, pixels. */
export const HALO = 4;
/** A hole's rim must differ from the backdrop by this on nearly all sides. */
const RIM_DISTANCE = 10;
const RIM_SHARE = 0.9;
/** Where the rim differs by this much, what shows through may be this many times further from the model, which is vague there. */
const FRAMED_RIM = 25;
export const FRAMED_FACTOR = 1.5;
/** Spots in a hole that differ less than a rim, or have fewer pixels than this, are grain or what compression left. */
const GRAIN = 24;
/**
 * Through a hole whose middle is further off than this the backdrop must be as smooth as elsewhere: its median slope is at
 * most so many times that, and so much more (CIELAB per pixel). A seat in the backdrop's color is not.
 */
const SURELY = 0.3;
const ROUGH_FACTOR = 2;
const ROUGH = 0.12;
/** Smallest hole, as share of the frame. */
const HOLE_SHARE = 0.0003;
/**
 * A thing of the backdrop's own color, white on white, or a stripe of it, borders on the backdrop along more than this share of its
 * outline, or more pixels, with nothing between, where a hole has its rim: a faint edge less distinct than `FRAMED_RIM`, or one
 * that is no more than its own shading, within this factor.
 */
const BARE_SHARE = 0.05;
const BARE = 12;
const FRAME_FACTOR = 1.4;
/** Depth of what is surely within a piece, pixels. */
const CLEAR_DEPTH = 3;
/** Share of a hole that is plain: a shadow alone is none. And how far its middle may be from the model, in `quiet`. */
const PLAIN_SHARE = 0.3;
const MIDDLE = 1;
const HOLE_LEAN = -0.5;

/** What the backdrop outside tells about holes. */
export interface Surroundings {
	/** 1 where it is within `HALO`. */
	near_outside: Float32Array;
	/** 1 at sharp edges. */
	sharp: Uint8Array;
	/** Length of the picture's gradient, CIELAB per pixel, and its median outside. */
	slope: Float32Array;
	calm: number;
}

/**
 * Marks what shows the backdrop through the product: a ring's middle, a handle, the slots of a chair.
 *
 * @param plain what looks like plain backdrop
 * @param ground the same with shadows, which may fall into a hole
 * @param kind `framed`: the rim has to stand out more, then what shows through may be vaguer
 */
export function markHoles(
	lean: Float32Array,
	judged: Judged,
	plain: Uint8Array,
	ground: Uint8Array,
	surroundings: Surroundings,
	kind: 'strict' | 'framed',
	size: Size
): void {
	const rim = kind === 'strict' ? RIM_DISTANCE : FRAMED_RIM;
	const { distances, quiet } = judged;
	const { slope, calm } = surroundings;
	const through = ground.map((g, i) => (g && lean[i]! > HOLE_LEAN ? 1 : 0));
	for (const { pixels } of pieces(new Uint8Array(through.map((t) => 1 - t)), size)) {
		if (pixels.length < GRAIN || pixels.every((i) => distances[i]! < rim)) {
			for (const i of pixels) through[i] = 1;
		}
	}
	const depth = localExtreme(through, size, CLEAR_DEPTH, -1);
	const strongest = localExtreme(distances, size, HALO, 1);
	const [within, beyond] = ([1, 0] as const).map((side) =>
		localExtreme(
			distances.map((d, i) => (through[i] === side ? d : 0)),
			size,
			HALO,
			1
		)
	) as [Float32Array, Float32Array];
	const bare = (i: number) =>
		strongest[i]! < FRAMED_RIM || beyond[i]! < FRAME_FACTOR * within[i]! + quiet[i]!;
	const seen = new Int32Array(lean.length);
	for (const [rank, piece] of pieces(through, size).entries()) {
		const inside = piece.pixels.filter((i) => plain[i] === 1);
		if (inside.length < Math.max(HOLE_SHARE * lean.length, PLAIN_SHARE * piece.pixels.length))
			continue;
		const rimless = bordersOn(piece, surroundings, through, size, bare);
		if (rimless.near > Math.min(BARE, BARE_SHARE * rimless.outline)) continue;
		const off = median(new Float32Array(inside).map((i) => distances[i]! / quiet[i]!));
		if (off > MIDDLE) continue;
		const inner = inside.filter((i) => depth[i]);
		const rough = median(new Float32Array(inner).map((i) => slope[i]!));
		if (off > SURELY && rough > ROUGH_FACTOR * calm + ROUGH) continue;
		if (!isHole(piece, seen, rank + 1, lean, strongest, rim, size)) continue;
		for (const i of piece.pixels) lean[i] = HOLE_LEAN;
	}
}

/** Looks at the rim along the piece's outline; where it is open to the backdrop outside there is none. Stamps the piece in `seen`. */
function isHole(
	{ pixels }: Piece,
	seen: Int32Array,
	stamp: number,
	lean: Float32Array,
	strongest: Float32Array,
	rim: number,
	size: Size
): boolean {
	for (const i of pixels) seen[i] = stamp;
	let outline = 0;
	let contrasts = 0;
	for (const i of pixels) {
		let edge = false;
		let open = false;
		visitNeighbors(i, size, (j) => {
			edge ||= seen[j] !== stamp;
			open ||= lean[j] === -Infinity;
		});
		if (!edge || open) continue;
		outline++;
		if (strongest[i]! > rim) contrasts++;
	}
	return contrasts > RIM_SHARE * outline;
}

/** How much of a piece's outline is a sharp edge with the backdrop outside right behind it, and is `wanted`, pixels. */
export function bordersOn(
	{ pixels }: Piece,
	{ near_outside, sharp }: Pick<Surroundings, 'near_outside' | 'sharp'>,
	map: Uint8Array,
	size: Size,
	wanted: (i: number) => boolean
): { near: number; outline: number } {
	let outline = 0;
	let near = 0;
	for (const i of pixels) {
		let edge = false;
		let step = false;
		visitNeighbors(i, size, (j) => {
			edge ||= !map[j];
			step ||= !map[j] && sharp[j] === 1;
		});
		if (!edge) continue;
		outline++;
		if (step && near_outside[i] && wanted(i)) near++;
	}
	return { near, outline };
}

export function median(values: Float32Array): number {
	return values.sort()[values.length >> 1] ?? 0;
}
