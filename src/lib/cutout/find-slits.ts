import { localExtreme } from './blur';
import { pieces, visitNeighbors } from './flood';
import type { Planes, Size } from './raster';

/** How far around a slit its sides are looked at, pixels. */
const AROUND = 6;
/** Stored color is half as fine as lightness: this share of the sides' color in a slit is theirs, not its own. */
const SMEARED = 0.35;
/** What a lens and compression leave of the sides in a slit's middle, as share of their difference from the backdrop. */
const LEFT = 0.1;
/** Smallest slit, as share of the frame, and the share of its outline that has a side on it. */
const SLIT_SHARE = 0.00005;
const RIM_SHARE = 0.85;
/** A side differs from the backdrop by this (CIELAB), and by half as much as it does anywhere within this many pixels. */
const RIM = 12;
const STEEP = 3;
const STEEP_SHARE = 0.5;
/** Pixels around a slit whose color tells how much of it they are. */
const BAND = 2;

/**
 * Opens what shows the backdrop between leaves, stems and hairs, too narrow for the split: places in the product with the
 * backdrop's own color and a steep side all around. Where a product's shading only passes through the backdrop's color, the
 * sides rise slowly.
 *
 * @param product 1 = product
 * @param planes CIELAB of the picture, `backdrop` of the backdrop without the product; all of the same size
 * @param quiet CIELAB distance that is surely noise
 * @param alpha becomes 0 in slits and 0.5 at their sides, where color is to tell
 */
export function openSlits(
	product: Uint8Array,
	planes: Planes,
	backdrop: Planes,
	quiet: number,
	size: Size,
	alpha: Float32Array
): void {
	const n = product.length;
	const light = new Float32Array(n);
	const color = new Float32Array(n);
	for (let i = 0; i < n; i++) {
		if (!product[i]) continue;
		light[i] = Math.abs(planes[0][i]! - backdrop[0][i]!);
		color[i] = Math.hypot(planes[1][i]! - backdrop[1][i]!, planes[2][i]! - backdrop[2][i]!);
	}
	const colors = localExtreme(color, size, AROUND, 1);
	const apart = light.map((l, i) => Math.hypot(l, Math.max(0, color[i]! - SMEARED * colors[i]!)));
	const sides = localExtreme(apart, size, AROUND, 1);
	const like = new Uint8Array(n);
	for (let i = 0; i < n; i++) {
		like[i] = product[i] && apart[i]! < Math.max(quiet, LEFT * sides[i]!) ? 1 : 0;
	}
	const near = localExtreme(apart, size, STEEP, 1);
	const open = new Uint8Array(n);
	for (const { pixels } of pieces(like, size)) {
		if (pixels.length < SLIT_SHARE * n) continue;
		let outline = 0;
		let steep = 0;
		for (const i of pixels) {
			let edge = false;
			visitNeighbors(i, size, (j) => (edge ||= !like[j]));
			if (!edge) continue;
			outline++;
			if (near[i]! > Math.max(RIM, STEEP_SHARE * sides[i]!)) steep++;
		}
		if (steep > RIM_SHARE * outline) for (const i of pixels) open[i] = 1;
	}
	const band = localExtreme(open, size, BAND, 1);
	for (let i = 0; i < n; i++) {
		if (open[i]) alpha[i] = 0;
		else if (band[i] && product[i]) alpha[i] = 0.5;
	}
}
