import { localExtreme } from './blur';
import { floodFromBorder, pieces } from './flood';
import { slopes } from './grow-field';
import { judgePixels, type Judged } from './judge-pixels';
import { linkPixels } from './link-pixels';
import { bordersOn, FRAMED_FACTOR, HALO, markHoles, median, type Surroundings } from './mark-holes';
import { minCut, type Links } from './min-cut';
import type { Backdrop } from './model-backdrop';
import type { Planes, Size } from './raster';
import { darkCreases } from './sharp-edges';

/** What is product and what is not, before edges are softened. */
export interface Split {
	/** 1 = product. */
	product: Uint8Array;
	/** CIELAB distance from the backdrop without the product. */
	distances: Float32Array;
	/** 1 where plain backdrop hangs together with the frame's border. */
	outside: Uint8Array;
	/** 1 at sharp edges, without the line between wall and floor. */
	sharp: Uint8Array;
	/** Share of the frame's border that other things stand at, which do not hang together with the product. */
	aside: number;
	/** What color says about each pixel, see `minCut`: positive for the product. */
	lean: Float32Array;
	links: Links;
}

/** What lies behind a dark line is a thing when this share of its outline is a sharp edge against the backdrop. */
const BORDERS = 0.25;
/** Smallest separate part, as share of the frame. */
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
/** A soft shadow that goes over into the backdrop may be off in hue by this many times its reach: a red apple's is reddish. */
const TINTED = 3;
/** The square of what the hue is off by beyond its reach leans this much, up to the most. */
const HUE_LEAN = 0.3;
const MOST_LEAN = 4;
/** Lean to the backdrop of a fading shadow whose hue is beyond doubt. */
const PROOF_LEAN = 0.05;
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
	const creases = darkCreases(lab[0], size);
	const reached = floodFromBorder(ground, size, gap);
	const near_outside = localExtreme(outside, size, HALO, 1);
	closeAtCreases(reached, ground, creases, plain, { near_outside, sharp }, gap, size);
	const lean = leanings(judged, plain, outside, reached);
	const beyond = slope.filter((_, i) => outside[i] === 1);
	const surroundings = { near_outside, sharp, slope, calm: median(beyond) };
	markHoles(lean, judged, plain, ground, surroundings, 'strict', size);
	const vague = plain.map((_, i) =>
		!sharp[i] && distances[i]! < FRAMED_FACTOR * quiet[i]! ? 1 : 0
	);
	markHoles(lean, judged, vague, vague, surroundings, 'framed', size);
	const near = localExtreme(sharp, size, 1, 1);
	for (let i = 0; i < n; i++) if (near[i] && lean[i]! > 0) lean[i]! *= MIXED;
	const lines = sharp.map((s, i) => s | (plain[i] ? 0 : creases[i]!));
	const links = linkPixels(lab, lines, size);
	const product = minCut(lean, links, size);
	const aside = dropCrumbs(product, size);
	return { product, distances, outside, sharp, aside, lean, links };
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
					: dark + SHADOW_LEAN) +
				Math.min(MOST_LEAN, HUE_LEAN * Math.max(0, hue[i]! - (reached[i] ? TINTED : 1)) ** 2);
		}
	}
	return lean;
}

/** True for what has the hue of the backdrop in less light, or, where the light bounced off a thing, some of that thing's. */
function isShaded({ shade, hue }: Judged, i: number): boolean {
	return shade[i]! <= BRIGHT && shade[i]! > DARKEST && hue[i]! < (shade[i]! > DARK ? TINTED : 1);
}

/**
 * Drops specks, and things at the frame's edge that do not hang together with the product. Returns the share of the border
 * that those stood at.
 */
function dropCrumbs(product: Uint8Array, size: Size): number {
	const { width, height } = size;
	let border = 0;
	const parts = pieces(product, size).sort((p, q) => q.pixels.length - p.pixels.length);
	const largest = parts[0]?.pixels.length ?? 0;
	parts.forEach(({ pixels, touches_border }, rank) => {
		const small = pixels.length < Math.max(PART_SHARE * product.length, PART_OF_LARGEST * largest);
		const aside = rank > 0 && touches_border && pixels.length < largest / 2;
		if (!small && !aside) return;
		for (const i of pixels) {
			product[i] = 0;
			if (!touches_border) continue;
			const x = i % width;
			if (x === 0 || x === width - 1 || i < width || i >= width * (height - 1)) border++;
		}
	});
	return border / (2 * (width + height));
}

/** Takes out of what shadows reach what lies behind the dark line on which a thing of the backdrop's color stands. */
function closeAtCreases(
	reached: Uint8Array,
	ground: Uint8Array,
	creases: Uint8Array,
	plain: Uint8Array,
	surroundings: Pick<Surroundings, 'near_outside' | 'sharp'>,
	gap: number,
	size: Size
): void {
	const open = ground.map((g, i) => (creases[i] && !plain[i] ? 0 : g));
	const within = floodFromBorder(open, size, gap);
	const behind = reached.map((r, i) => (r && !within[i] ? 1 : 0));
	for (const piece of pieces(behind, size)) {
		const { near, outline } = bordersOn(piece, surroundings, behind, size, () => true);
		if (near < BORDERS * outline) continue;
		for (const i of piece.pixels) reached[i] = 0;
	}
}
