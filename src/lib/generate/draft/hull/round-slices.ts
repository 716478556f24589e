import type { Alpha } from '../alpha';
import type { Field } from './march-cubes';
import type { Axis } from './views';

interface Slice {
	layer: number;
	/** Middle and half length along the two other axes, cells. */
	u: { middle: number; half: number };
	v: { middle: number; half: number };
}

/** Mean distance of an outline's ends from those of an ellipse, as a share of its sides, up to which it is one. */
const ELLIPTIC = 0.012;
/** Without a photo along the axis: slices are as deep as wide within this share, and narrower than a box on the whole. */
const ALIKE = 0.06;
const BOXY = 0.94;
/** Share of the levels that may have gaps. */
const GAPS = 0.02;
/** Over how many cells the values pass from one half to minus one half, as where photos were carved. */
const SOFTNESS = 1.6;

/**
 * Rounds the slices of a carved field across an axis to ellipses where the product is round seen along it: outlines
 * from the other sides alone leave corners that no photo can take away.
 *
 * @param outline seen along the axis; null when no photo shows it, then only an upright axis is looked at
 */
export function roundSlices(field: Field, axis: Axis, outline: Alpha | null): void {
	if (outline ? !isElliptic(outline) : axis !== 1) return;
	const slices = findSlices(field, axis);
	if (!slices || (!outline && !looksRound(slices))) return;
	const { values } = field;
	const { across, along, steps } = layout(field, axis);
	for (const { layer, u, v } of slices) {
		const least = Math.min(u.half, v.half);
		for (let k = 0; k < across[1]; k++) {
			for (let i = 0; i < across[0]; i++) {
				const distance = Math.hypot((i - u.middle) / u.half, (k - v.middle) / v.half);
				const depth = Math.min(Math.max(((1 - distance) * least) / SOFTNESS, -0.5), 0.5);
				const node = layer * along + i * steps[0] + k * steps[1];
				values[node] = Math.min(values[node]!, depth);
			}
		}
	}
}

/** Nodes along the two other axes, and how far apart their neighbors lie in the field's array. */
function layout({ counts }: Field, axis: Axis) {
	const strides = [1, counts[0], counts[0] * counts[1]] as const;
	const [u, v] =
		axis === 0 ? ([1, 2] as const) : axis === 1 ? ([0, 2] as const) : ([0, 1] as const);
	return {
		layers: counts[axis],
		along: strides[axis],
		across: [counts[u], counts[v]] as const,
		steps: [strides[u], strides[v]] as const
	};
}

/** Whether an outline, its holes filled, is the ellipse of its box: its rows and columns end where those of one do. */
function isElliptic({ width, height, data }: Alpha): boolean {
	const lines = (count: number, length: number, at: (line: number, i: number) => number) => {
		let off = 0;
		for (let line = 0; line < count; line++) {
			const share = (2 * (line + 0.5)) / count - 1;
			const half = (Math.sqrt(1 - share * share) * length) / 2;
			let [first, last] = [length, -1];
			for (let i = 0; i < length; i++) {
				if (data[at(line, i)]! < 128) continue;
				first = Math.min(first, i);
				last = i;
			}
			const ends = last < 0 ? [length / 2, length / 2] : [first, last + 1];
			off += Math.abs(length / 2 - half - ends[0]!) + Math.abs(length / 2 + half - ends[1]!);
		}
		return off / (2 * count * length);
	};
	const along_rows = lines(height, width, (row, i) => row * width + i);
	const along_columns = lines(width, height, (column, i) => i * width + column);
	return Math.max(along_rows, along_columns) < ELLIPTIC;
}

function looksRound(slices: Slice[]): boolean {
	const widest = Math.max(...slices.map(({ u }) => u.half));
	const area = slices.reduce((sum, { u }) => sum + u.half, 0) / (slices.length * widest);
	const unlike = slices.filter(({ u, v }) => Math.abs(u.half - v.half) > ALIKE * widest);
	return area <= BOXY && unlike.length <= GAPS * slices.length;
}

/** The levels' extents; null when they have gaps. */
function findSlices(field: Field, axis: Axis): Slice[] | null {
	const { layers, along, across, steps } = layout(field, axis);
	const slices: Slice[] = [];
	let gaps = 0;
	for (let layer = 0; layer < layers; layer++) {
		const along_u = new Float32Array(across[0]).fill(-1);
		const along_v = new Float32Array(across[1]).fill(-1);
		for (let k = 0; k < across[1]; k++) {
			for (let i = 0; i < across[0]; i++) {
				const value = field.values[layer * along + i * steps[0] + k * steps[1]]!;
				along_u[i] = Math.max(along_u[i]!, value);
				along_v[k] = Math.max(along_v[k]!, value);
			}
		}
		const [u, v] = [findSpan(along_u), findSpan(along_v)];
		if (u && v) slices.push({ layer, u, v });
		else if (along_u.some((value) => value > 0)) gaps++;
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
