import { quantile, type Box, type Pixels } from './pixels';

/** Where the product roughly is. Good enough to measure on; the cut-out proper is another stage. */
export interface Subject {
	/** 1 where the product is. */
	mask: Uint8Array;
	bounds: Box;
	/** Share of the frame that is product, 0 to 1. */
	coverage: number;
	/** Share of the frame's border that is product, 0 to 1. */
	border_share: number;
	/** False when the background is too busy to tell; mask and bounds are then the frame's middle. */
	found: boolean;
}

/** Width of the border ring the background is learned from, of the shorter side. */
const RING = 0.05;
/** Color distance (0 to 255) from which a pixel is not background, at least; and in deviations of the background. */
const MIN_DISTANCE = 14;
const DEVIATIONS = 4;
/** A background with a larger deviation than this is not plain. */
const BUSY_DEVIATION = 14;
/** Shadows are darker, not differently colored: darkening counts this much, and less where the color stays the same. */
const DARK_WEIGHT = 0.35;
const SHADOW_WEIGHT = 0.2;
const SAME_COLOR = 8;
/** Distance in thresholds from which a pixel at the border is the product for sure, not a shadow that runs out. */
const SURE = 1.5;
/** A "product" along more of the border than this is a background that is not plain. */
const FRAMED = 0.25;
/** Parts smaller than this share of the largest are dust. */
const PART_SHARE = 0.06;

/**
 * Finds the product before a plain background: fits a smooth surface (quadratic in x and y) to the colors of the
 * border, leaving out what does not fit (a product that is cut off), and takes what differs from it.
 * @param pixels a small picture, about 256 pixels on its longer side; transparency is taken as background
 */
export function findSubject(pixels: Pixels): Subject {
	const { data, width, height } = pixels;
	const count = width * height;
	const transparent = countTransparent(data);
	const distance = new Float32Array(count);
	let found = true;
	if (transparent > count * 0.02) {
		for (let i = 0; i < count; i++) distance[i] = (data[i * 4 + 3] ?? 255) > 127 ? 2 : 0;
	} else {
		found = distanceToBackground(pixels, distance);
	}
	const mask = largeParts(distance, width, height);
	const coverage = mask.reduce((sum, value) => sum + value, 0) / count;
	const border_share = borderShare(mask, distance, width, height);
	if (!found || coverage < 0.004 || coverage > 0.97 || border_share > FRAMED) {
		return middle(width, height);
	}
	return {
		mask,
		bounds: boundsOf(mask, width, height),
		coverage,
		border_share,
		found
	};
}

/**
 * Fills `distance` with each pixel's distance to the background in units of the threshold (product: above 1).
 * @returns whether the background is plain enough for that
 */
function distanceToBackground({ data, width, height }: Pixels, distance: Float32Array): boolean {
	const channels = opponentColors(data);
	const ring = ringOf(width, height);
	const terms = ring.map((i) => termsAt(i, width, height));
	const weights = ring.map(() => 1);
	let fits: number[][] = [];
	let deviation = 0;
	const spread = (i: number, term: number[]) => {
		let sum = 0;
		channels.forEach((channel, c) => (sum += ((channel[i] ?? 0) - dot(fits[c], term)) ** 2));
		return Math.sqrt(sum);
	};
	for (let round = 0; round < 6; round++) {
		fits = channels.map((channel) =>
			fit(
				terms,
				ring.map((i) => channel[i] ?? 0),
				weights
			)
		);
		const residuals = ring.map((i, k) => spread(i, terms[k] ?? []));
		deviation = quantile(residuals, 0.5) * 1.2;
		residuals.forEach((value, k) => {
			// Tukey's biweight: what is far off has no say.
			const u = value / Math.max(4 * deviation, 6);
			weights[k] = u < 1 ? (1 - u * u) ** 2 : 0;
		});
	}
	const threshold = Math.max(MIN_DISTANCE, DEVIATIONS * deviation);
	for (let i = 0; i < distance.length; i++) {
		const term = termsAt(i, width, height);
		const [light = 0, a = 0, b = 0] = channels.map(
			(channel, c) => (channel[i] ?? 0) - dot(fits[c], term)
		);
		const darkening = Math.hypot(a, b) < SAME_COLOR ? SHADOW_WEIGHT : DARK_WEIGHT;
		const lightness = light < 0 ? light * darkening : light;
		distance[i] = Math.hypot(lightness, a, b) / threshold;
	}
	return deviation < BUSY_DEVIATION;
}

/** Brightness and two color differences, weighted to count about alike. */
function opponentColors(data: Uint8ClampedArray): Float32Array[] {
	const light = new Float32Array(data.length / 4);
	const red = new Float32Array(data.length / 4);
	const blue = new Float32Array(data.length / 4);
	for (let i = 0; i < light.length; i++) {
		const r = data[i * 4] ?? 0;
		const g = data[i * 4 + 1] ?? 0;
		const b = data[i * 4 + 2] ?? 0;
		light[i] = 0.299 * r + 0.587 * g + 0.114 * b;
		red[i] = r - g;
		blue[i] = (r + g) / 2 - b;
	}
	return [light, red, blue];
}

function ringOf(width: number, height: number): number[] {
	const thick = Math.max(2, Math.round(Math.min(width, height) * RING));
	const ring: number[] = [];
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			// Every third pixel says as much.
			if ((x + y) % 3 > 0) continue;
			if (Math.min(x, y, width - 1 - x, height - 1 - y) < thick) ring.push(y * width + x);
		}
	}
	return ring;
}

function termsAt(i: number, width: number, height: number): number[] {
	const x = ((i % width) / width) * 2 - 1;
	const y = (Math.floor(i / width) / height) * 2 - 1;
	return [1, x, y, x * y, x * x, y * y];
}

function dot(a: number[] | undefined, b: number[]): number {
	let sum = 0;
	for (let i = 0; i < b.length; i++) sum += (a?.[i] ?? 0) * (b[i] ?? 0);
	return sum;
}

/** Weighted least squares by the normal equations (6 x 6, Gauss-Jordan with a little ridge). */
function fit(terms: number[][], values: number[], weights: number[]): number[] {
	const size = 6;
	const rows = Array.from({ length: size }, (_, i) => {
		const row = new Array<number>(size + 1).fill(0);
		row[i] = 1e-3;
		return row;
	});
	terms.forEach((term, k) => {
		const weight = weights[k] ?? 0;
		if (weight === 0) return;
		rows.forEach((row, i) => {
			const scaled = (term[i] ?? 0) * weight;
			for (let j = 0; j < size; j++) row[j] = (row[j] ?? 0) + scaled * (term[j] ?? 0);
			row[size] = (row[size] ?? 0) + scaled * (values[k] ?? 0);
		});
	});
	rows.forEach((pivot, i) => {
		const head = pivot[i] ?? 1;
		for (let j = i; j <= size; j++) pivot[j] = (pivot[j] ?? 0) / head;
		rows.forEach((row, k) => {
			if (k === i) return;
			const factor = row[i] ?? 0;
			for (let j = i; j <= size; j++) row[j] = (row[j] ?? 0) - factor * (pivot[j] ?? 0);
		});
	});
	return rows.map((row) => row[size] ?? 0);
}

/** Connected parts above the threshold (4 neighbors), without dust. */
function largeParts(distance: Float32Array, width: number, height: number): Uint8Array {
	const label = new Int32Array(distance.length);
	const sizes = [0];
	const stack: number[] = [];
	for (let start = 0; start < distance.length; start++) {
		if (label[start] !== 0 || (distance[start] ?? 0) <= 1) continue;
		const name = sizes.push(0) - 1;
		label[start] = name;
		stack.push(start);
		for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
			sizes[name] = (sizes[name] ?? 0) + 1;
			const x = i % width;
			const y = (i - x) / width;
			const near = [
				x > 0 ? i - 1 : -1,
				x < width - 1 ? i + 1 : -1,
				y > 0 ? i - width : -1,
				y < height - 1 ? i + width : -1
			];
			for (const next of near) {
				if (next < 0 || label[next] !== 0 || (distance[next] ?? 0) <= 1) continue;
				label[next] = name;
				stack.push(next);
			}
		}
	}
	const least = Math.max(...sizes) * PART_SHARE;
	return Uint8Array.from(label, (name) => (name > 0 && (sizes[name] ?? 0) >= least ? 1 : 0));
}

function boundsOf(mask: Uint8Array, width: number, height: number): Box {
	let [x0, y0, x1, y1] = [width, height, -1, -1];
	mask.forEach((value, i) => {
		if (value === 0) return;
		const x = i % width;
		const y = (i - x) / width;
		x0 = Math.min(x0, x);
		x1 = Math.max(x1, x);
		y0 = Math.min(y0, y);
		y1 = Math.max(y1, y);
	});
	return { x: x0, y: y0, width: x1 - x0 + 1, height: y1 - y0 + 1 };
}

function borderShare(
	mask: Uint8Array,
	distance: Float32Array,
	width: number,
	height: number
): number {
	let [touched, total] = [0, 0];
	mask.forEach((value, i) => {
		const x = i % width;
		const y = (i - x) / width;
		if (Math.min(x, y, width - 1 - x, height - 1 - y) > 0) return;
		total++;
		if (value === 1 && (distance[i] ?? 0) > SURE) touched++;
	});
	return touched / total;
}

function countTransparent(data: Uint8ClampedArray): number {
	let count = 0;
	for (let i = 3; i < data.length; i += 4) if ((data[i] ?? 255) < 128) count++;
	return count;
}

/** The stand-in where no subject can be told: the middle of the frame. */
function middle(width: number, height: number): Subject {
	const bounds = {
		x: Math.round(width * 0.12),
		y: Math.round(height * 0.12),
		width: Math.round(width * 0.76),
		height: Math.round(height * 0.76)
	};
	const mask = Uint8Array.from({ length: width * height }, (_, i) => {
		const x = i % width;
		const y = (i - x) / width;
		const inside =
			x >= bounds.x && x < bounds.x + bounds.width && y >= bounds.y && y < bounds.y + bounds.height;
		return inside ? 1 : 0;
	});
	return {
		mask,
		bounds,
		coverage: (bounds.width * bounds.height) / (width * height),
		border_share: 0,
		found: false
	};
}
