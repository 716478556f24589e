import type { Field } from './march-cubes';

interface Slice {
	layer: number;
	/** Middle and half length along x and z, cells. */
	x: { middle: number; half: number };
	z: { middle: number; half: number };
}

/** Share of its box that an ellipse fills is pi / 4; an outline from above nearer to that than this is round. */
const ROUND = 0.02;
/** Without a photo from above: slices are as deep as wide within this share, and narrower than a box on the whole. */
const ALIKE = 0.06;
const BOXY = 0.94;
/** Share of the levels that may have gaps. */
const GAPS = 0.02;
/** Over how many cells the values pass from one half to minus one half, as where photos were carved. */
const SOFTNESS = 1.6;

/**
 * Rounds the level slices of a carved field to ellipses where the product is round from above: outlines from the sides
 * alone leave corners that no photo can take away.
 *
 * @param filled share of its box that the outline from above fills; null when no photo shows it
 * @returns whether the field was changed
 */
export function roundSlices(field: Field, filled: number | null): boolean {
	const slices = findSlices(field);
	if (!slices || !(filled === null ? looksRound(slices) : Math.abs(filled - Math.PI / 4) < ROUND)) {
		return false;
	}
	const { values, counts } = field;
	const [nx, ny, nz] = counts;
	for (const { layer, x, z } of slices) {
		const least = Math.min(x.half, z.half);
		for (let k = 0; k < nz; k++) {
			for (let i = 0; i < nx; i++) {
				const distance = Math.hypot((i - x.middle) / x.half, (k - z.middle) / z.half);
				const depth = Math.min(Math.max(((1 - distance) * least) / SOFTNESS, -0.5), 0.5);
				const node = i + nx * (layer + ny * k);
				values[node] = Math.min(values[node]!, depth);
			}
		}
	}
	return true;
}

function looksRound(slices: Slice[]): boolean {
	const widest = Math.max(...slices.map(({ x }) => x.half));
	const area = slices.reduce((sum, { x }) => sum + x.half, 0) / (slices.length * widest);
	const unlike = slices.filter(({ x, z }) => Math.abs(x.half - z.half) > ALIKE * widest);
	return area <= BOXY && unlike.length <= GAPS * slices.length;
}

/** The levels' extents; null when they have gaps. */
function findSlices({ counts: [nx, ny, nz], values }: Field): Slice[] | null {
	const slices: Slice[] = [];
	let gaps = 0;
	for (let layer = 0; layer < ny; layer++) {
		const along_x = new Float32Array(nx).fill(-1);
		const along_z = new Float32Array(nz).fill(-1);
		for (let k = 0; k < nz; k++) {
			for (let i = 0; i < nx; i++) {
				const value = values[i + nx * (layer + ny * k)]!;
				along_x[i] = Math.max(along_x[i]!, value);
				along_z[k] = Math.max(along_z[k]!, value);
			}
		}
		const [x, z] = [findSpan(along_x), findSpan(along_z)];
		if (x && z) slices.push({ layer, x, z });
		else if (along_x.some((value) => value > 0)) gaps++;
	}
	return slices.length > 0 && gaps <= GAPS * slices.length ? slices : null;
}

/** The one run of positive values, its ends where they pass 0; null when there is none or several. */
function findSpan(line: Float32Array): { middle: number; half: number } | null {
	const first = line.findIndex((value) => value > 0);
	const last = line.findLastIndex((value) => value > 0);
	if (first < 1 || line.subarray(first, last + 1).some((value) => value <= 0)) return null;
	const left = first - line[first]! / (line[first]! - line[first - 1]!);
	const right = last + line[last]! / (line[last]! - line[last + 1]!);
	return { middle: (left + right) / 2, half: (right - left) / 2 };
}
