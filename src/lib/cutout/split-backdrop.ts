import { localExtreme } from './blur';
import { floodFromBorder, pieces, visitNeighbors, type Piece } from './flood';
import { slopes } from './grow-field';
import { judgePixels, type Judged } from './judge-pixels';
import { linkPixels } from './link-pixels';
import { minCut, type Links } from './min-cut';
import type { Backdrop } from './model-backdrop';
import type { Planes, Size } from './raster';

/** What is product and what is not, before edges are softened. */
export interface Split {
	/** 1 = product. */
	product: Uint8Array;
	/** CIELAB distance from the backdrop without the product. */
	distances: Float32Array;
	/** 1 where plain backdrop hangs together with the frame's border. */
	outside: Uint8Array;
	/** What color says about each pixel, see `minCut`: positive for the product. */
	lean: Float32Array;
	links: Links;
}

/** How near to an edge its ripples and its width reach, pixels. */
const HALO = 4;
/** A hole's rim must differ from the backdrop by this on nearly all sides. */
const RIM_DISTANCE = 10;
const RIM_SHARE = 0.9;
/** Where the rim differs by this much, what shows through may be this many times further from the model, which is vague there. */
const FRAMED_RIM = 25;
const FRAMED_FACTOR = 1.5;
/** Smallest hole and smallest separate part, as share of the frame. */
const HOLE_SHARE = 0.0004;
const PART_SHARE = 0.0006;
/** Other parts are kept when they have this share of the largest. */
const PART_OF_LARGEST = 0.01;

/** Gaps in an outline up to twice this wide hold a shadow's reach back, as share of the longer side. */
const GAP = 0.02;
/** Plain places behind a shadow that fades into the backdrop lean this much; and what is left of the lean of dark ones. */
const REACHED_LEAN = -0.03;
const REACHED_DARK = 0.1;
/** Lighter than this is no shadow, darker than the second is none that could be told from a black thing. */
const BRIGHT = 1.02;
const DARKEST = 0.3;
/** A penumbra is less steep than this, CIELAB per pixel. */
const STEEP = 4;
/** Where the backdrop had to be guessed, being lighter than it tells this much less. */
const GUESSED_LOSS = 0.9;
/** On an edge colors are mixed and tell less; where exactly it runs is for the links to say. */
const MIXED = 0.15;
/** What could be a shadow leans this little to the product: its outline decides. */
const SHADOW_LEAN = 0.01;
/** Below this shade (an eighth of the light is 0.5) it seldom is a shadow; the lean grows to this. */
const DARK = 0.5;
const DARK_LEAN = 1;
/** The square of what the hue is off by beyond its reach leans this much, up to the most. */
const HUE_LEAN = 0.3;
const MOST_LEAN = 4;
/** Lean to the backdrop of a fading shadow whose hue is beyond doubt. */
const PROOF_LEAN = 0.05;
/** Share of a hole that is plain: a shadow alone is none. And how far its middle may be from the model, in `quiet`. */
const PLAIN_SHARE = 0.3;
const MIDDLE = 1;
const HOLE_LEAN = -0.5;

/**
 * Separates the product from a modeled backdrop. What is plain and hangs together with the border is backdrop; whatever has
 * another hue or more light leans to the product; of what could be shadow, a minimum cut decides by the outlines: a
 * shadow fades into the backdrop, a gray product ends sharply.
 */
export function splitBackdrop(
	lab: Planes,
	edges: Uint8Array,
	backdrop: Backdrop,
	size: Size
): Split {
	const judged = judgePixels(lab, backdrop, size);
	const { distances, quiet } = judged;
	const sharp = edges.slice();
	const n = size.width * size.height;
	const plain = new Uint8Array(n);
	for (let i = 0; i < n; i++) {
		// The line between wall and floor is sharp, yet backdrop.
		if (backdrop.seam?.[i] && distances[i]! < 2 * quiet[i]!) {
			plain[i] = 1;
			sharp[i] = 0;
		}
		if (!sharp[i] && distances[i]! < quiet[i]!) plain[i] = 1;
	}
	const gap = Math.round(GAP * Math.max(size.width, size.height));
	const outside = floodFromBorder(plain, size, gap);
	const slope = slopes(lab, size);
	const shaded = plain.map((p, i) =>
		!p && !sharp[i] && slope[i]! < STEEP && isShaded(judged, i) ? 1 : 0
	);
	const ground = plain.map((p, i) => p | shaded[i]!);
	const reached = floodFromBorder(ground, size, gap);
	const lean = leanings(judged, plain, outside, reached);
	markHoles(lean, judged, plain, ground, RIM_DISTANCE, size);
	const vague = plain.map((_, i) =>
		!sharp[i] && distances[i]! < FRAMED_FACTOR * quiet[i]! ? 1 : 0
	);
	markHoles(lean, judged, vague, vague, FRAMED_RIM, size);
	const near = localExtreme(new Float32Array(sharp), size, 1, 1);
	for (let i = 0; i < n; i++) if (near[i] && lean[i]! > 0) lean[i]! *= MIXED;
	const links = linkPixels(lab, sharp, size);
	const product = minCut(lean, links, size);
	dropCrumbs(product, size);
	return { product, distances, outside, lean, links };
}

function leanings(
	{ distances, quiet, shade, hue, proof, guessed }: Judged,
	plain: Uint8Array,
	outside: Uint8Array,
	reached: Uint8Array
): Float32Array {
	const lean = new Float32Array(plain.length);
	for (let i = 0; i < lean.length; i++) {
		if (outside[i]) lean[i] = -Infinity;
		else if (plain[i]) lean[i] = reached[i] ? REACHED_LEAN : SHADOW_LEAN;
		else if (shade[i]! > BRIGHT) {
			const bright = Math.min(MOST_LEAN, Math.max(0, distances[i]! - quiet[i]!) / 4);
			lean[i] = bright * (hue[i]! < 1 ? 1 - GUESSED_LOSS * guessed[i]! : 1);
		} else {
			const dark = (DARK_LEAN * Math.max(0, DARK - shade[i]!)) / DARK;
			lean[i] =
				(reached[i]
					? REACHED_DARK * dark - PROOF_LEAN * proof[i]! * Math.max(0, 1 - hue[i]!)
					: dark + SHADOW_LEAN) + Math.min(MOST_LEAN, HUE_LEAN * Math.max(0, hue[i]! - 1) ** 2);
		}
	}
	return lean;
}

/** True for what has the hue of the backdrop in less light. */
function isShaded({ shade, hue }: Judged, i: number): boolean {
	return shade[i]! <= BRIGHT && shade[i]! > DARKEST && hue[i]! < 1;
}

/**
 * Marks what shows the backdrop through the product: a ring's middle, a handle, the slots of a chair.
 *
 * @param plain what looks like plain backdrop
 * @param ground the same with shadows, which may fall into a hole
 */
function markHoles(
	lean: Float32Array,
	{ distances, quiet }: Judged,
	plain: Uint8Array,
	ground: Uint8Array,
	rim: number,
	size: Size
): void {
	const through = ground.map((g, i) => (g && lean[i]! > HOLE_LEAN ? 1 : 0));
	const strongest = localExtreme(distances, size, HALO, 1);
	const seen = new Int32Array(lean.length);
	for (const [rank, piece] of pieces(through, size).entries()) {
		const inside = piece.pixels.filter((i) => plain[i] === 1);
		if (inside.length < Math.max(HOLE_SHARE * lean.length, PLAIN_SHARE * piece.pixels.length))
			continue;
		if (median(new Float32Array(inside).map((i) => distances[i]! / quiet[i]!)) > MIDDLE) continue;
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

/** Drops specks, and things at the frame's edge that do not hang together with the product. */
function dropCrumbs(product: Uint8Array, size: Size): void {
	const parts = pieces(product, size).sort((p, q) => q.pixels.length - p.pixels.length);
	const largest = parts[0]?.pixels.length ?? 0;
	parts.forEach(({ pixels, touches_border }, rank) => {
		const small = pixels.length < Math.max(PART_SHARE * product.length, PART_OF_LARGEST * largest);
		const aside = rank > 0 && touches_border && pixels.length < largest / 2;
		if (small || aside) for (const i of pixels) product[i] = 0;
	});
}

function median(values: Float32Array): number {
	return values.sort()[values.length >> 1] ?? 0;
}
