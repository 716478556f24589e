import { localExtreme } from './blur';
import { pieces, visitNeighbors } from './flood';
import type { Planes, Size } from './raster';
import type { Split } from './split-backdrop';

/** An outline with less contrast than this (CIELAB) may be misplaced. */
const CLEAR_CONTRAST = 10;
/** Between these weights of a link there is less and less of an edge. */
const EDGE = 0.1;
const NO_EDGE = 0.9;
/** Sharp edges further than this from the product are none of its outline, pixels. */
const LEFT_OUT = 4;
/** So near to the frame, pixels, an edge reaches it. */
const AT_FRAME = 12;
/** CIELAB units per bin of the backdrop's colors, and the share of them that makes a bin common. */
const BIN = 4;
const COMMON = 0.0003;
/** What could be shadow leans to the product by less than this. */
const SURE_LEAN = 0.5;
/** A product all in the backdrop's color, white on white, may still have an outline. */
const MOST_ALIKE = 0.35;
/** What each doubt costs where it holds for all of the outline or the product. */
const LOSS = {
	faint: 0.45,
	edgeless: 0.5,
	alike: 0.8,
	leftover: 5,
	aside: 6,
	left_out: 2
} as const;

/**
 * Tells how far a split can be trusted, 0 to 1, from what it cannot know itself: outlines without an edge in the picture or
 * with little contrast, product in the backdrop's own colors, sharp edges in what was called shadow, shadow-like remains and other things at the frame's border.
 */
export function trustSplit(split: Split, lab: Planes, size: Size): number {
	const { product, links, lean, distances } = split;
	const { width, height } = size;
	const common = commonColors(split.outside, lab);
	const strongest = localExtreme(distances, size, 3, 1);
	let area = 0;
	let alike = 0;
	let outline = 0;
	let edgeless = 0;
	let faint = 0;
	let leftover = 0;
	const left_out = edgesLeftOut(split, size);
	for (let i = 0; i < product.length; i++) {
		if (!product[i]) continue;
		area++;
		alike += common[binOf(lab, i)]!;
		const x = i % width;
		const border = x === 0 || x === width - 1 || i < width || i >= width * (height - 1);
		if (border && lean[i]! < SURE_LEAN) leftover++;
		visitNeighbors(i, size, (j) => {
			if (product[j]) return;
			outline++;
			const weight = links[Math.abs(i - j) === 1 ? 0 : 2][Math.min(i, j)]!;
			edgeless += Math.min(1, Math.max(0, (weight - EDGE) / (NO_EDGE - EDGE)));
			if (strongest[i]! < CLEAR_CONTRAST) faint++;
		});
	}
	if (!area || !outline) return 0;
	const kept = (loss: number, share: number) => Math.max(0, 1 - loss * share);
	return (
		kept(LOSS.faint, faint / outline) *
		kept(LOSS.edgeless, edgeless / outline) *
		kept(LOSS.alike, Math.min(MOST_ALIKE, alike / area)) *
		kept(LOSS.leftover, leftover / (2 * (width + height))) *
		kept(LOSS.left_out, left_out / outline) *
		kept(LOSS.aside, split.aside)
	);
}

/** Sharp edges apart from the product, pixels. Those that reach the frame are where a floor begins. */
function edgesLeftOut({ product, sharp, distances }: Split, size: Size): number {
	const near = localExtreme(product, size, LEFT_OUT, 1);
	const apart = sharp.map((s, i) => (s && !near[i] && distances[i]! > CLEAR_CONTRAST ? 1 : 0));
	const { width, height } = size;
	let count = 0;
	for (const { pixels } of pieces(new Uint8Array(localExtreme(apart, size, 2, 1)), size)) {
		const at_frame = pixels.some((i) => {
			const [x, y] = [i % width, Math.floor(i / width)];
			return Math.min(x, y, width - 1 - x, height - 1 - y) < AT_FRAME;
		});
		if (!at_frame) for (const i of pixels) count += apart[i]!;
	}
	return count;
}

/** 1 for each bin of color that the backdrop has a good deal of. */
function commonColors(outside: Uint8Array, lab: Planes): Uint8Array {
	const counts = new Uint32Array(64 ** 3);
	let total = 0;
	for (let i = 0; i < outside.length; i++) {
		if (!outside[i]) continue;
		counts[binOf(lab, i)]!++;
		total++;
	}
	return new Uint8Array(counts.map((count) => (count > COMMON * total ? 1 : 0)));
}

function binOf([L, a, b]: Planes, i: number): number {
	const bin = (v: number) => Math.min(63, Math.max(0, Math.floor(v / BIN)));
	return (bin(L[i]!) * 64 + bin(a[i]! + 128)) * 64 + bin(b[i]! + 128);
}
