import { localExtreme } from './blur';
import { pieces, visitNeighbors } from './flood';
import type { Planes, Size } from './raster';

/** How far around a slit its sides are looked at, pixels. */
const AROUND = 6;
/** Stored color is half as fine as lightness: this share of the sides' color in a slit is theirs, not its own. */
const SMEARED = 0.35;
/** What a lens and compression leave of the sides in a slit's middle, as share of their difference from the backdrop. */
const LEFT = 0.1;
/** The same in the mean over a slit; and how far that may be off besides, as shares of `quiet`. */
const LEFT_LIGHT = 0.03;
const MOST_SMEARED = 0.5;
const SAME_LIGHT = 0.5;
const SAME_COLOR = 2;
/** Smallest slit, as share of the whole picture and in pixels, and the share of its outline that has a side on it. */
const SLIT_SHARE = 0.00005;
const SLIT = 24;
const RIM_SHARE = 0.85;
/** A side differs from the backdrop by this (CIELAB), and by half as much as it does anywhere within this many pixels. */
const RIM = 12;
const STEEP = 3;
const STEEP_SHARE = 0.5;
/** Pixels around a slit whose color tells how much of it they are. */
const BAND = 2;

/**
 * Opens what shows the backdrop between leaves, stems and hairs, too narrow for the split: places in the product with the
 * backdrop's own color, or a mix of it with that of their sides, and a steep side all around. Where a product's shading only
 * passes through the backdrop's color, the sides rise slowly; a pale dot or letter is off in a direction of its own.
 *
 * @param product 1 = product
 * @param planes CIELAB of the picture, `backdrop` of the backdrop without the product; all of the same size
 * @param quiet CIELAB distance that is surely noise
 * @param whole size of the whole picture, where the rest is of a part
 * @param alpha becomes 0 in slits and 0.5 at their sides, where color is to tell
 */
export function openSlits(
	product: Uint8Array,
	planes: Planes,
	backdrop: Planes,
	quiet: number,
	size: Size,
	whole: Size,
	alpha: Float32Array
): void {
	const n = product.length;
	const smallest = Math.max(SLIT, SLIT_SHARE * whole.width * whole.height);
	const off = planes.map((plane, c) =>
		plane.map((v, i) => (product[i] ? v - backdrop[c as 0 | 1 | 2][i]! : 0))
	) as Planes;
	const color = off[1].map((a, i) => Math.hypot(a, off[2][i]!));
	const colors = localExtreme(color, size, AROUND, 1);
	const apart = off[0].map((l, i) => Math.hypot(l, Math.max(0, color[i]! - SMEARED * colors[i]!)));
	const sides = localExtreme(apart, size, AROUND, 1);
	const like = new Uint8Array(n);
	for (let i = 0; i < n; i++) {
		like[i] = product[i] && apart[i]! < Math.max(quiet, LEFT * sides[i]!) ? 1 : 0;
	}
	const near = localExtreme(apart, size, STEEP, 1);
	const open = new Uint8Array(n);
	for (const { pixels } of pieces(like, size)) {
		if (pixels.length < smallest) continue;
		const outline = pixels.filter((i) => {
			let edge = false;
			visitNeighbors(i, size, (j) => (edge ||= !like[j]));
			return edge;
		});
		const steep = outline.filter((i) => near[i]! > Math.max(RIM, STEEP_SHARE * sides[i]!));
		if (steep.length < RIM_SHARE * outline.length) continue;
		if (!isOpen(pixels, sideColor(outline, off, apart, size), off, quiet)) continue;
		for (const i of pixels) open[i] = 1;
	}
	const band = localExtreme(open, size, BAND, 1);
	for (let i = 0; i < n; i++) {
		if (open[i]) alpha[i] = 0;
		else if (band[i] && product[i]) alpha[i] = 0.5;
	}
}

type Difference = [number, number, number];

/** Mean difference of a slit's sides from the backdrop. */
function sideColor(outline: Int32Array, off: Planes, apart: Float32Array, size: Size): Difference {
	const sum: Difference = [0, 0, 0];
	let count = 0;
	for (const i of outline) {
		for (const step of [-STEEP, STEEP, -STEEP * size.width, STEEP * size.width]) {
			if (!(apart[i + step]! > RIM)) continue;
			for (const c of [0, 1, 2] as const) sum[c] += off[c][i + step]!;
			count++;
		}
	}
	return sum.map((v) => v / Math.max(1, count)) as Difference;
}

/**
 * Whether the mean difference of a slit from the backdrop is what its sides leave there: little of their lightness, and some
 * of their color, which is stored more coarsely and then smeared.
 */
function isOpen(
	pixels: Int32Array,
	[light, a, b]: Difference,
	off: Planes,
	quiet: number
): boolean {
	const square = a * a + b * b + 1e-6;
	let own = 0;
	let rest = 0;
	for (const i of pixels) {
		const [ownA, ownB] = [off[1][i]!, off[2][i]!];
		const share = Math.min(MOST_SMEARED, Math.max(0, (ownA * a + ownB * b) / square));
		own += off[0][i]!;
		rest += Math.hypot(ownA - share * a, ownB - share * b);
	}
	const dark = Math.abs(own / pixels.length);
	return (
		dark < SAME_LIGHT * quiet + LEFT_LIGHT * Math.abs(light) &&
		rest < SAME_COLOR * quiet * pixels.length
	);
}
