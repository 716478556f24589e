import { boxBlur, localExtreme } from './blur';
import { floodFromBorder, pieces, visitNeighbors, type Piece } from './flood';
import type { Backdrop } from './model-backdrop';
import type { Planes, Size } from './raster';
import { sharpEdges, WINDOW } from './sharp-edges';

/** What is product and what is not, before edges are softened. */
export interface Split {
	/** 1 = product. */
	product: Uint8Array;
	/** CIELAB distance from the backdrop without the product. */
	distances: Float32Array;
}

/** CIELAB distance that is surely noise; grows with the measured noise. */
const QUIET = 2.2;
const NOISE_FACTOR = 4;
/** A shadow keeps at least this cube root of the backdrop's light (0.5 is an eighth of the light). */
const DARKEST_SHADOW = 0.5;
/** Share of a shadow's outline against the backdrop that must be soft. */
const SOFT_SHARE = 0.5;
/** How far from an edge its ripples and its width reach, pixels. */
const HALO = 6;
/** Share of a color difference that bleeds, and how far, pixels. */
const BLEEDING = 0.12;
const BLEEDING_REACH = 12;
/** A hole's rim must differ from the backdrop by this on nearly all sides. */
const RIM_DISTANCE = 10;
const RIM_SHARE = 0.9;
/** Where the rim differs by this much, what shows through may be this many times further from the model, which is vague there. */
const FRAMED_RIM = 25;
const FRAMED_FACTOR = 1.8;
/** Half the width of a crack, pixels. */
const CRACK = 3;
/** Smallest hole and smallest separate part, as share of the frame. */
const HOLE_SHARE = 0.0004;
const PART_SHARE = 0.0006;
/** Other parts are kept when they have this share of the largest. */
const PART_OF_LARGEST = 0.01;

/**
 * Separates the product from a modeled backdrop: flood from the border, shadows included, then holes, then crumbs.
 */
export function splitBackdrop(lab: Planes, backdrop: Backdrop, size: Size): Split {
	const n = size.width * size.height;
	const distances = bleedingAside(lab, backdrop.planes, size);
	const quiet = Math.min(6, Math.max(QUIET, NOISE_FACTOR * backdrop.noise));
	const smooth = lab.map((plane) => boxBlur(plane, size, 1)) as Planes;
	const plain = new Uint8Array(n);
	const shade = new Uint8Array(n);
	const sharp = sharpEdges(lab[0], size);
	for (let i = 0; i < n; i++) {
		// The line between wall and floor is sharp, yet backdrop.
		if (backdrop.seam?.[i] && distances[i]! < 2 * quiet) {
			plain[i] = 1;
			sharp[i] = 0;
		}
		if (sharp[i]) continue;
		if (distances[i]! < quiet) plain[i] = 1;
		else if (isShadow(smooth, backdrop.planes, i)) shade[i] = 1;
	}
	const radius = Math.max(size.width, size.height) < 640 ? 1 : 2;
	let outside = floodFromBorder(plain, size, radius);
	const near = boxBlur(Float32Array.from(outside), size, WINDOW);
	const hard = sharp.map((edge, i) => (edge && near[i]! > 0 ? 1 : 0));
	const ground = outside.slice();
	addFading(ground, shade, hard, size);
	// Plain places behind a shadow are looked at in the same way: the middle of a white product is as plain.
	const behind = plain.map((p, i) => (p && !outside[i] ? 1 : 0));
	addFading(ground, behind, hard, size);
	outside = floodFromBorder(ground, size, radius);
	closeCracks(outside, shade, size);
	const product = Uint8Array.from(outside, (wet) => 1 - wet);
	cutHoles(product, distances, quiet, RIM_DISTANCE, size);
	cutHoles(product, distances, FRAMED_FACTOR * quiet, FRAMED_RIM, size);
	spreadOverHalo(product, distances, quiet, size);
	dropCrumbs(product, size);
	return { product, distances };
}

/** Shadows are not narrow: a shaded crack into the product is a place where its color happens to be that of a shadow. */
function closeCracks(outside: Uint8Array, shade: Uint8Array, size: Size): void {
	const clear = boxBlur(Float32Array.from(outside), size, CRACK);
	const wide = boxBlur(
		clear.map((share) => (share > 0.999 ? 1 : 0)),
		size,
		CRACK
	);
	for (let i = 0; i < outside.length; i++) if (shade[i] && wide[i]! < 1e-6) outside[i] = 0;
}

/**
 * Adds those pieces of `map` to the ground that fade into it. A gray or white part of the product may look like a shadow or
 * like plain backdrop, but most of its outline is sharp.
 *
 * @param hard sharp edges near the plain backdrop
 */
function addFading(ground: Uint8Array, map: Uint8Array, hard: Uint8Array, size: Size): void {
	for (const { pixels, touches_border } of pieces(map, size)) {
		let soft = touches_border ? 1 : 0;
		let sharp = 0;
		for (const i of pixels) {
			visitNeighbors(i, size, (j) => {
				if (ground[j] && !map[j]) soft++;
				else if (hard[j]) sharp++;
			});
		}
		if (soft > SOFT_SHARE * (soft + sharp)) for (const i of pixels) ground[i] = 1;
	}
}

/**
 * CIELAB distance from the backdrop. JPEG stores color at half resolution in blocks of 16 pixels, so a colorful product tints
 * the backdrop beside it: that much color difference is forgiven, a difference in lightness is not.
 */
function bleedingAside(lab: Planes, backdrop: Planes, size: Size): Float32Array {
	const color = lab[1].map((a, i) => Math.hypot(a - backdrop[1][i]!, lab[2][i]! - backdrop[2][i]!));
	const nearby = localExtreme(color, size, BLEEDING_REACH, 1);
	return color.map((c, i) =>
		Math.hypot(lab[0][i]! - backdrop[0][i]!, Math.max(0, c - BLEEDING * nearby[i]!))
	);
}

/** A shadow darkens the backdrop and keeps its hue: in CIELAB, L + 16, a and b shrink by the same factor. */
export function isShadow([L, a, b]: Planes, [bL, ba, bb]: Planes, i: number): boolean {
	const k = (L[i]! + 16) / (bL[i]! + 16);
	if (k < DARKEST_SHADOW || k > 1.02) return false;
	const chroma = Math.hypot(ba[i]!, bb[i]!) + 1e-6;
	const da = a[i]! - k * ba[i]!;
	const db = b[i]! - k * bb[i]!;
	// Light that bounces between floor and product makes colored shadows more saturated, seldom of another hue.
	const along = Math.abs(da * ba[i]! + db * bb[i]!) / chroma;
	const across = Math.abs(da * bb[i]! - db * ba[i]!) / chroma;
	const reach = 2.5 + 8 * (1 - k);
	return across < reach && along < reach + 0.35 * chroma;
}

/**
 * Compression leaves ripples beside a strong edge, and the edge itself is some pixels wide: what differs from the backdrop by
 * little, measured by the strongest difference near it, still is backdrop.
 */
function spreadOverHalo(
	product: Uint8Array,
	distances: Float32Array,
	quiet: number,
	size: Size
): void {
	const strongest = localExtreme(distances, size, HALO, 1);
	let front: number[] = [];
	for (let i = 0; i < product.length; i++) if (!product[i]) front.push(i);
	for (let step = 0; step < HALO; step++) {
		const next: number[] = [];
		for (const i of front) {
			visitNeighbors(i, size, (j) => {
				if (!product[j] || distances[j]! > Math.max(quiet, 0.3 * strongest[j]!)) return;
				product[j] = 0;
				next.push(j);
			});
		}
		front = next;
	}
}

/** Cuts what shows the backdrop through the product: a ring's middle, a handle, the slots of a chair. */
function cutHoles(
	product: Uint8Array,
	distances: Float32Array,
	quiet: number,
	rim: number,
	size: Size
): void {
	const through = Uint8Array.from(product, (p, i) => (p && distances[i]! < quiet ? 1 : 0));
	const strongest = localExtreme(distances, size, HALO + 2, 1);
	for (const piece of pieces(through, size)) {
		if (piece.pixels.length < HOLE_SHARE * product.length) continue;
		if (!isHole(piece, distances, strongest, quiet, rim, size)) continue;
		for (const i of piece.pixels) product[i] = 0;
	}
}

function isHole(
	{ pixels }: Piece,
	distances: Float32Array,
	strongest: Float32Array,
	quiet: number,
	rim: number,
	size: Size
): boolean {
	if (median(Float32Array.from(pixels, (i) => distances[i]!)) > 0.75 * quiet) return false;
	// The rim is looked at along the piece's outline.
	const inside = new Set(pixels);
	const outline = pixels.filter((i) => {
		let edge = false;
		visitNeighbors(i, size, (j) => (edge ||= !inside.has(j)));
		return edge;
	});
	const contrasts = outline.filter((i) => strongest[i]! > rim);
	return contrasts.length > RIM_SHARE * outline.length;
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
