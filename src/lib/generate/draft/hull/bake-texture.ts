import type { View } from '../../../artifacts';
import { drawDepths, isNearest } from './draw-depths';
import type { Mesh } from './march-cubes';
import type { Unwrapped } from './unwrap-mesh';
import { VIEWS, type Axis, type Direction } from './views';

/** A photo as it is read from its cut-out, its color spread beyond the outline. */
export interface BakePhoto {
	view: View;
	/** RGBA; the product's box and a margin. */
	pixels: { width: number; height: number; data: Uint8ClampedArray };
	margin: number;
}

interface Source {
	/** Where it is taken to look from. */
	toward: Direction;
	/** The photo's pixels, and where a place of the mesh lies on them: a share of one of its coordinates, and a start. */
	pixels: BakePhoto['pixels'];
	x: { axis: Axis; scale: number; start: number };
	y: { axis: Axis; scale: number; start: number };
	depths: Float32Array;
	trust: number;
}

/** What a photo knows of the far side, which it is mirrored to where no photo shows that. */
const MIRRORED = 0.3;
/** Straight views count more: the weight is the cosine to this power. */
const SHARPNESS = 4;
/** Weight of what no photo sees, which takes the color of the outline next to it. */
const UNSEEN = 0.0005;
/** Pixels by which charts are continued. */
const SPREAD = 6;

/**
 * Paints a mesh's texture from all photos: each place is a mean of the photos that see it, weighted by how straight
 * they look at it. The weights change smoothly over the surface, so there are no seams between photos or charts.
 *
 * @param mesh in the photos' box, 0 to its width, height and depth
 * @param side of the square texture, pixels
 * @returns RGBA, opaque
 */
export function bakeTexture(
	{
		positions,
		normals,
		indices,
		box,
		cell
	}: Mesh & { normals: Float32Array; box: number[]; cell: number },
	{ corners }: Unwrapped,
	photos: BakePhoto[],
	side: number
): Uint8ClampedArray<ArrayBuffer> {
	const mesh = { positions, indices };
	const sources = photos.flatMap((photo) => {
		const { toward } = VIEWS[photo.view];
		const shown = photos.some(({ view }) => {
			const other = VIEWS[view].toward;
			return other.axis === toward.axis && other.sign !== toward.sign;
		});
		const make = (sign: 1 | -1, trust: number): Source => ({
			...placeOnPhoto(photo, box),
			toward: { axis: toward.axis, sign },
			depths: drawDepths(mesh, box, { axis: toward.axis, sign }),
			trust
		});
		const own = make(toward.sign, 1);
		return shown ? [own] : [own, make(toward.sign === 1 ? -1 : 1, MIRRORED)];
	});
	const weights = new Float64Array(sources.length);
	const pixels = new Uint8ClampedArray(side * side * 4);
	const place = [0, 0, 0];
	const normal = [0, 0, 0];
	for (let t = 0; t < indices.length; t += 3) {
		const a = { x: corners[2 * t]!, y: corners[2 * t + 1]! };
		const b = { x: corners[2 * t + 2]!, y: corners[2 * t + 3]! };
		const c = { x: corners[2 * t + 4]!, y: corners[2 * t + 5]! };
		const area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
		if (area === 0) continue;
		const last_row = Math.min(side - 1, Math.ceil(Math.max(a.y, b.y, c.y) - 0.5));
		const last_column = Math.min(side - 1, Math.ceil(Math.max(a.x, b.x, c.x) - 0.5));
		const first_column = Math.max(0, Math.floor(Math.min(a.x, b.x, c.x) - 0.5));
		for (let y = Math.max(0, Math.floor(Math.min(a.y, b.y, c.y) - 0.5)); y <= last_row; y++) {
			for (let x = first_column; x <= last_column; x++) {
				const u = x + 0.5;
				const v = y + 0.5;
				const wb = ((u - a.x) * (c.y - a.y) - (v - a.y) * (c.x - a.x)) / area;
				const wc = ((b.x - a.x) * (v - a.y) - (b.y - a.y) * (u - a.x)) / area;
				if (wb < -1e-6 || wc < -1e-6 || wb + wc > 1 + 1e-6) continue;
				const wa = 1 - wb - wc;
				for (let axis = 0; axis < 3; axis++) {
					const i = 3 * indices[t]! + axis;
					const j = 3 * indices[t + 1]! + axis;
					const k = 3 * indices[t + 2]! + axis;
					place[axis] = wa * positions[i]! + wb * positions[j]! + wc * positions[k]!;
					normal[axis] = wa * normals[i]! + wb * normals[j]! + wc * normals[k]!;
				}
				weigh(sources, weights, box, cell, place, normal);
				mixColor(sources, weights, place, pixels, (y * side + x) * 4);
			}
		}
	}
	continueCharts(pixels, side);
	return pixels;
}

function placeOnPhoto({ view, pixels, margin }: BakePhoto, box: number[]) {
	const { right, down } = VIEWS[view];
	const line = ({ axis, sign }: Direction, length: number) => {
		const scale = (length - 2 * margin) / box[axis]!;
		const start = margin - 0.5;
		return sign > 0
			? { axis, scale, start }
			: { axis, scale: -scale, start: start + scale * box[axis]! };
	};
	return { pixels, x: line(right, pixels.width), y: line(down, pixels.height) };
}

/** How much each photo counts at a place: those that see it, or all a little where none does. */
function weigh(
	sources: Source[],
	weights: Float64Array,
	box: number[],
	cell: number,
	place: number[],
	normal: number[]
): void {
	let total = 0;
	for (let i = 0; i < sources.length; i++) {
		const { toward, trust } = sources[i]!;
		const cosine = normal[toward.axis]! * toward.sign;
		const seen = cosine > 0.05 && isNearest(sources[i]!, box, cell, place);
		weights[i] = seen ? trust * cosine ** SHARPNESS : 0;
		total += weights[i]!;
	}
	if (total > UNSEEN * 40) return;
	for (let i = 0; i < sources.length; i++) {
		const { toward, trust } = sources[i]!;
		weights[i]! += UNSEEN * trust * (1.05 + normal[toward.axis]! * toward.sign) ** 2;
	}
}

/** Mixes the photos' colors at a place, bilinear. */
function mixColor(
	sources: Source[],
	weights: Float64Array,
	place: number[],
	into: Uint8ClampedArray,
	at: number
): void {
	let red = 0;
	let green = 0;
	let blue = 0;
	let total = 0;
	for (let i = 0; i < sources.length; i++) {
		const weight = weights[i]!;
		if (weight === 0) continue;
		const { pixels, x, y } = sources[i]!;
		const { width, height, data } = pixels;
		const u = clamp(place[x.axis]! * x.scale + x.start, width - 1.001);
		const v = clamp(place[y.axis]! * y.scale + y.start, height - 1.001);
		const column = Math.floor(u);
		const row = Math.floor(v);
		const right = (u - column) * weight;
		const left = weight - right;
		const down = v - row;
		const a = (row * width + column) * 4;
		const b = a + width * 4;
		const w00 = left * (1 - down);
		const w10 = right * (1 - down);
		const w01 = left * down;
		const w11 = right * down;
		red += w00 * data[a]! + w10 * data[a + 4]! + w01 * data[b]! + w11 * data[b + 4]!;
		green += w00 * data[a + 1]! + w10 * data[a + 5]! + w01 * data[b + 1]! + w11 * data[b + 5]!;
		blue += w00 * data[a + 2]! + w10 * data[a + 6]! + w01 * data[b + 2]! + w11 * data[b + 6]!;
		total += weight;
	}
	into[at] = red / total;
	into[at + 1] = green / total;
	into[at + 2] = blue / total;
	into[at + 3] = 255;
}

const clamp = (value: number, most: number) => Math.min(Math.max(value, 0), most);

/** Continues the charts' colors over what lies between them; the rest takes their mean. */
function continueCharts(pixels: Uint8ClampedArray, side: number): void {
	let edge: number[] = [];
	const sums = [0, 0, 0, 0];
	for (let i = 0; i < side * side; i++) {
		if (!pixels[4 * i + 3]) continue;
		for (let channel = 0; channel < 4; channel++) sums[channel]! += pixels[4 * i + channel]!;
		// The padding keeps charts off the border: all four neighbors are in the array.
		const beside = !pixels[4 * i + 7] || !pixels[4 * i - 1];
		if (beside || !pixels[4 * (i + side) + 3] || !pixels[4 * (i - side) + 3]) edge.push(i);
	}
	for (let ring = 0; ring < SPREAD; ring++) {
		const grown: number[] = [];
		for (const i of edge) {
			const [x, y] = [i % side, Math.floor(i / side)];
			for (const [dx, dy] of [
				[1, 0],
				[-1, 0],
				[0, 1],
				[0, -1]
			] as const) {
				if (x + dx < 0 || y + dy < 0 || x + dx >= side || y + dy >= side) continue;
				const next = i + dx + dy * side;
				if (pixels[4 * next + 3]) continue;
				pixels.copyWithin(4 * next, 4 * i, 4 * i + 4);
				grown.push(next);
			}
		}
		edge = grown;
	}
	const mean = sums.map((sum) => (sums[3]! > 0 ? (sum / sums[3]!) * 255 : 128));
	for (let i = 0; i < side * side; i++) {
		if (pixels[4 * i + 3] === 0) pixels.set([mean[0]!, mean[1]!, mean[2]!, 255], 4 * i);
	}
}
