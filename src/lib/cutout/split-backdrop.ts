import { boxBlur, localExtreme } from './blur';
import { floodFromBorder, pieces, visitNeighbors, type Piece } from './flood';
import { slopes } from './grow-field';
import type { Backdrop } from './model-backdrop';
import type { Planes, Size } from './raster';

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
/**
 * A ramp is told from an edge by its sharpness: slope times window width over the range of lightness in the window. An even
 * ramp across the window has 1, a step as sharp as a lens draws it 3 and more, whatever its height.
 */
const SHARP = 1.9;
/** Radius of that window, pixels. */
const WINDOW = 5;
/** Faintest product edge against a backdrop of its own color, CIELAB per pixel. */
const FAINT_SLOPE = 0.8;
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
/** Smallest hole and smallest separate part, as share of the frame. */
const HOLE_SHARE = 0.0004;
const PART_SHARE = 0.0006;
/** Other parts are kept when they have this share of the largest. */
const PART_OF_LARGEST = 0.01;

/** Separates the product from a modeled backdrop: flood from the border, shadows included, then holes, then crumbs. */
export function splitBackdrop(lab: Planes, backdrop: Backdrop, size: Size): Split {
	const n = size.width * size.height;
	const distances = bleedingAside(lab, backdrop.planes, size);
	const quiet = Math.min(6, Math.max(QUIET, NOISE_FACTOR * backdrop.noise));
	const smooth = lab.map((plane) => boxBlur(plane, size, 1)) as Planes;
	const slope = slopes([smooth[0]], size);
	const faint = Math.max(FAINT_SLOPE, 2 * backdrop.noise);
	const high = localExtreme(smooth[0], size, WINDOW, 1);
	const low = localExtreme(smooth[0], size, WINDOW, -1);

	const plain = new Uint8Array(n);
	const shade = new Uint8Array(n);
	const sharp = new Uint8Array(n);
	for (let i = 0; i < n; i++) {
		const sharpness = (slope[i]! * (2 * WINDOW)) / (high[i]! - low[i]! + 1e-3);
		const seam = backdrop.seam?.[i] === 1 && distances[i]! < 2 * quiet;
		if (seam) plain[i] = 1;
		else if (slope[i]! > faint && sharpness > SHARP) sharp[i] = 1;
		else if (distances[i]! < quiet) plain[i] = 1;
		else if (isShadow(smooth, backdrop.planes, i)) shade[i] = 1;
	}
	const radius = Math.max(size.width, size.height) < 640 ? 1 : 2;
	let outside = floodFromBorder(plain, size, radius);
	const shadows = softShadows(shade, outside, sharp, size);
	outside = floodFromBorder(
		outside.map((wet, i) => wet | shadows[i]! | plain[i]!),
		size,
		radius
	);
	const product = Uint8Array.from(outside, (wet) => 1 - wet);
	cutHoles(product, distances, quiet, size);
	spreadOverHalo(product, distances, quiet, size);
	dropCrumbs(product, size);
	return { product, distances };
}

/**
 * Of the pieces that look shaded, keeps those that fade into the backdrop. A gray or white part of the product may look like
 * a shadow, but most of its outline against the backdrop is sharp.
 */
function softShadows(
	shade: Uint8Array,
	outside: Uint8Array,
	sharp: Uint8Array,
	size: Size
): Uint8Array {
	const near = boxBlur(Float32Array.from(outside), size, WINDOW);
	const kept = new Uint8Array(shade.length);
	for (const { pixels, touches_border } of pieces(shade, size)) {
		let soft = touches_border ? 1 : 0;
		let hard = 0;
		for (const i of pixels) {
			visitNeighbors(i, size, (j) => {
				if (outside[j]) soft++;
				else if (sharp[j] && near[j]! > 0) hard++;
			});
		}
		if (soft > SOFT_SHARE * (soft + hard)) for (const i of pixels) kept[i] = 1;
	}
	return kept;
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
	const reach = 2.5 + 18 * (1 - k);
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
function cutHoles(product: Uint8Array, distances: Float32Array, quiet: number, size: Size): void {
	const through = Uint8Array.from(product, (p, i) => (p && distances[i]! < quiet ? 1 : 0));
	const strongest = localExtreme(distances, size, HALO + 2, 1);
	for (const piece of pieces(through, size)) {
		if (piece.pixels.length < HOLE_SHARE * product.length) continue;
		if (isHole(piece, distances, strongest, quiet, size))
			for (const i of piece.pixels) product[i] = 0;
	}
}

function isHole(
	{ pixels }: Piece,
	distances: Float32Array,
	strongest: Float32Array,
	quiet: number,
	size: Size
): boolean {
	const sorted = pixels.map((i) => distances[i]!).sort((p, q) => p - q);
	if (sorted[Math.floor(sorted.length / 2)]! > 0.75 * quiet) return false;
	// The rim is looked at along the piece's outline.
	const inside = new Set(pixels);
	const outline = pixels.filter((i) => {
		let edge = false;
		visitNeighbors(i, size, (j) => (edge ||= !inside.has(j)));
		return edge;
	});
	const contrasts = outline.filter((i) => strongest[i]! > RIM_DISTANCE);
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
