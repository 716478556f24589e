import type { Look } from './appearance';
import { askTree, type Facing } from './ask-tree';
import { fillGaps } from './fill-gaps';
import { toSrgb, type Pixels } from './pixels';
import { createSampler, faceFrame, type Sample } from './sample-look';
import { offsetOf, type Surface } from './surface';
import { buildTriangleTree } from './triangle-tree';

/** What a bake makes, all of one size; null where one number says it all. */
export interface BakedTextures {
	/** sRGB. */
	base: Pixels;
	/** Red occlusion, green roughness, blue metalness, as glTF packs them. */
	orm: Pixels | null;
	/** sRGB, divided by `emissive_factor`. */
	emissive: Pixels | null;
	/** Tangent space, +Y up; null where the surface's own normals say it all. */
	normal: Pixels | null;
	/** Of the whole part where there is no `orm`; else 1. */
	roughness: number;
	metalness: number;
	/** The brightest emission, linear; 0 where nothing shines. */
	emissive_factor: number;
	has_occlusion: boolean;
}

/** A texel looks for its twin among triangles turned at most 75 degrees away, so that a thin wall's back is no match. */
const FACING = Math.cos((75 * Math.PI) / 180);
/** From here up, one sample per texel would miss what stands between: four are averaged. */
const SUPERSAMPLE_FROM = 1.4;
/** Squared sine of the lean under which a normal map shows nothing, root mean square: 1 degree. */
const LEVEL = Math.sin(Math.PI / 180) ** 2;
/** A spread of less than this is one number, not a texture. */
const FLAT = 0.02;

/**
 * Paints the textures of a freshly unwrapped surface: each texel takes on what the source is like in its nearest point
 * that faces the same way, colors, roughness, metalness, occlusion, emission and normal.
 *
 * @param target one part with NORMAL, TANGENT and TEXCOORD_0.
 * @param size of the textures, pixels.
 */
export function bakeTextures(
	source: Surface,
	looks: Look[],
	target: Surface,
	size: { width: number; height: number },
	onprogress?: (fraction: number) => void
): BakedTextures {
	const { width, height } = size;
	const canvas = new Canvas(width, height);
	const ask = askTree(buildTriangleTree(source));
	const sample = createSampler(source, looks);
	const spacing = texelSpacing(source, looks);
	const facing: Facing = { x: 0, y: 0, z: 0, cosine: FACING };
	const normal_at = offsetOf(target, 'NORMAL');
	const uv_at = offsetOf(target, 'TEXCOORD_0');
	const tangent_at = offsetOf(target, 'TANGENT');
	const axes = new Float64Array(6);
	const { indices, positions, attributes, stride } = target;
	const uv = new Float64Array(6);
	const frame = new Float64Array(10);
	const total = indices.length / 3;
	for (let t = 0; t < total; t++) {
		if ((t & 0x3ff) === 0) onprogress?.((t / total) * 0.9);
		const corners = [indices[t * 3]!, indices[t * 3 + 1]!, indices[t * 3 + 2]!] as const;
		corners.forEach((vertex, i) => {
			uv[i * 2] = attributes[vertex * stride + uv_at]!;
			uv[i * 2 + 1] = attributes[vertex * stride + uv_at + 1]!;
		});
		const density = faceFrame(positions, indices, t, uv, frame) * Math.sqrt(width * height);
		if (!(density > 0)) continue;
		const footprint = 1 / density;
		const grid = footprint > spacing * SUPERSAMPLE_FROM ? 2 : 1;
		const paint = (x: number, y: number, b: number, c: number, weight: number) => {
			const mix = (values: Float32Array, step: number, at: number) =>
				(1 - b - c) * values[corners[0] * step + at]! +
				b * values[corners[1] * step + at]! +
				c * values[corners[2] * step + at]!;
			const px = mix(positions, 3, 0);
			const py = mix(positions, 3, 1);
			const pz = mix(positions, 3, 2);
			const x_up = mix(attributes, stride, normal_at);
			const y_up = mix(attributes, stride, normal_at + 1);
			const z_up = mix(attributes, stride, normal_at + 2);
			const length = Math.sqrt(x_up * x_up + y_up * y_up + z_up * z_up) || 1;
			const nx = (facing.x = x_up / length);
			const ny = (facing.y = y_up / length);
			const nz = (facing.z = z_up / length);
			let near = ask.nearest(px, py, pz, Infinity, facing);
			if (near.triangle < 0) near = ask.nearest(px, py, pz, Infinity);
			if (near.triangle < 0) return;
			const like = sample(near.triangle, near.b, near.c, footprint / grid);
			for (let k = 0; k < 3; k++) axes[k] = mix(attributes, stride, tangent_at + k);
			const sign = attributes[corners[0] * stride + tangent_at + 3]!;
			axes[3] = (ny * axes[2]! - nz * axes[1]!) * sign;
			axes[4] = (nz * axes[0]! - nx * axes[2]!) * sign;
			axes[5] = (nx * axes[1]! - ny * axes[0]!) * sign;
			canvas.add(y * width + x, like, weight, axes, nx, ny, nz);
		};
		eachTexel(uv, width, height, grid, paint);
	}
	const baked = canvas.finish();
	onprogress?.(1);
	return baked;
}

/** Sums of samples per texel. */
class Canvas {
	/** red, green, blue, occlusion, roughness, metalness, three of emission, three of the normal, weight. */
	static readonly NUMBERS = 13;
	readonly #sums: Float32Array;
	readonly #width: number;
	readonly #height: number;

	constructor(width: number, height: number) {
		this.#sums = new Float32Array(width * height * Canvas.NUMBERS);
		this.#width = width;
		this.#height = height;
	}

	add(
		texel: number,
		like: Sample,
		weight: number,
		frame: Float64Array,
		nx: number,
		ny: number,
		nz: number
	): void {
		const sums = this.#sums;
		const at = texel * Canvas.NUMBERS;
		sums[at] = sums[at]! + like.red * weight;
		sums[at + 1] = sums[at + 1]! + like.green * weight;
		sums[at + 2] = sums[at + 2]! + like.blue * weight;
		sums[at + 3] = sums[at + 3]! + like.occlusion * weight;
		sums[at + 4] = sums[at + 4]! + like.roughness * weight;
		sums[at + 5] = sums[at + 5]! + like.metalness * weight;
		sums[at + 6] = sums[at + 6]! + like.emissive_red * weight;
		sums[at + 7] = sums[at + 7]! + like.emissive_green * weight;
		sums[at + 8] = sums[at + 8]! + like.emissive_blue * weight;
		for (let axis = 0; axis < 2; axis++) {
			const fx = frame[axis * 3]!;
			const fy = frame[axis * 3 + 1]!;
			const fz = frame[axis * 3 + 2]!;
			const along = fx * nx + fy * ny + fz * nz;
			const tx = fx - along * nx;
			const ty = fy - along * ny;
			const tz = fz - along * nz;
			const length = Math.sqrt(tx * tx + ty * ty + tz * tz) || 1;
			const value = (like.normal_x * tx + like.normal_y * ty + like.normal_z * tz) / length;
			sums[at + 9 + axis] = sums[at + 9 + axis]! + value * weight;
		}
		const up = like.normal_x * nx + like.normal_y * ny + like.normal_z * nz;
		// A normal map cannot point below its surface.
		sums[at + 11] = sums[at + 11]! + Math.max(up, 0.05) * weight;
		sums[at + 12] = sums[at + 12]! + weight;
	}

	finish(): BakedTextures {
		const sums = this.#sums;
		const numbers = Canvas.NUMBERS;
		const low = new Float32Array(numbers).fill(Infinity);
		const high = new Float32Array(numbers).fill(-Infinity);
		for (let at = 0; at < sums.length; at += numbers) {
			const weight = sums[at + 12]!;
			if (weight <= 0) continue;
			for (let i = 0; i < 12; i++) {
				const value = (sums[at + i] = sums[at + i]! / weight);
				if (value < low[i]!) low[i] = value;
				if (value > high[i]!) high[i] = value;
			}
		}
		const varies = (i: number) => high[i]! - low[i]! > FLAT;
		const emissive_factor = Math.max(0, high[6]!, high[7]!, high[8]!);
		const has_occlusion = low[3]! < 1 - FLAT;
		const has_orm = has_occlusion || varies(4) || varies(5);
		const picture = (write: (at: number, to: number, data: Uint8ClampedArray) => void): Pixels => {
			const data = new Uint8ClampedArray(this.#width * this.#height * 4);
			for (let at = 0, to = 0; at < sums.length; at += numbers, to += 4) {
				if (sums[at + 12]! <= 0) continue;
				write(at, to, data);
				data[to + 3] = 255;
			}
			return fillGaps({ width: this.#width, height: this.#height, data });
		};
		return {
			base: picture((at, to, data) => {
				for (let i = 0; i < 3; i++) data[to + i] = toSrgb(sums[at + i]!);
			}),
			orm: has_orm
				? picture((at, to, data) => {
						for (let i = 0; i < 3; i++) data[to + i] = sums[at + 3 + i]! * 255;
					})
				: null,
			emissive:
				emissive_factor > FLAT / 4
					? picture((at, to, data) => {
							for (let i = 0; i < 3; i++)
								data[to + i] = toSrgb(sums[at + 6 + i]! / emissive_factor);
						})
					: null,
			normal: this.#isLevel()
				? null
				: picture((at, to, data) => {
						const [x, y, z] = [sums[at + 9]!, sums[at + 10]!, sums[at + 11]!];
						const scale = 127.5 / (Math.sqrt(x * x + y * y + z * z) || 1);
						data[to] = x * scale + 127.5;
						data[to + 1] = y * scale + 127.5;
						data[to + 2] = z * scale + 127.5;
					}),
			roughness: has_orm ? 1 : clamp((low[4]! + high[4]!) / 2),
			metalness: has_orm ? 1 : clamp((low[5]! + high[5]!) / 2),
			emissive_factor: emissive_factor > FLAT / 4 ? emissive_factor : 0,
			has_occlusion
		};
	}

	/** Whether the normals lean so little, all in all, that a normal map would show nothing. */
	#isLevel(): boolean {
		const sums = this.#sums;
		let [lean, texels] = [0, 0];
		for (let at = 0; at < sums.length; at += Canvas.NUMBERS) {
			if (sums[at + 12]! <= 0) continue;
			const [x, y, z] = [sums[at + 9]!, sums[at + 10]!, sums[at + 11]!];
			lean += (x * x + y * y) / (x * x + y * y + z * z || 1);
			texels++;
		}
		return lean < LEVEL * texels;
	}
}

const clamp = (value: number) => Math.min(1, Math.max(0, value));

/**
 * Calls for the texels of a triangle: those whose middle it covers, and with a small weight those it only touches, so
 * that its rim is painted too. `grid` squared samples per texel.
 */
function eachTexel(
	uv: Float64Array,
	width: number,
	height: number,
	grid: number,
	paint: (x: number, y: number, b: number, c: number, weight: number) => void
): void {
	const [ax, ay] = [uv[0]! * width, uv[1]! * height];
	const [bx, by] = [uv[2]! * width - ax, uv[3]! * height - ay];
	const [cx, cy] = [uv[4]! * width - ax, uv[5]! * height - ay];
	const area = bx * cy - cx * by;
	if (area === 0) return;
	const x1 = Math.min(width - 1, Math.floor(ax + Math.max(0, bx, cx) + 0.5));
	const y1 = Math.min(height - 1, Math.floor(ay + Math.max(0, by, cy) + 0.5));
	const x0 = Math.max(0, Math.floor(ax + Math.min(0, bx, cx) - 0.5));
	const y0 = Math.max(0, Math.floor(ay + Math.min(0, by, cy) - 0.5));
	// How far outside an edge, as a weight, a sample within 0.75 texels of it stands.
	const inverse = 1 / area;
	for (let y = y0; y <= y1; y++) {
		for (let x = x0; x <= x1; x++) {
			for (let s = 0; s < grid * grid; s++) {
				const px = x + ((s % grid) + 0.5) / grid - ax;
				const py = y + (Math.floor(s / grid) + 0.5) / grid - ay;
				let b = (px * cy - cx * py) * inverse;
				let c = (bx * py - px * by) * inverse;
				const a = 1 - b - c;
				if (a >= 0 && b >= 0 && c >= 0) paint(x, y, b, c, 1);
				else if (grid === 1) {
					// The nearest point of the triangle, if it is within the texel.
					b = Math.max(0, b);
					c = Math.max(0, c);
					if (b + c > 1) {
						const sum = b + c;
						b /= sum;
						c /= sum;
					}
					const dx = Math.abs(b * bx + c * cx - px);
					const dy = Math.abs(b * by + c * cy - py);
					if (dx <= 0.75 && dy <= 0.75) paint(x, y, b, c, RIM);
				}
			}
		}
	}
}

/** A texel that a triangle only touches counts for so much, so that one it covers wins. */
const RIM = 1e-3;

/** The length one source texel covers: the median over a thousand triangles, 0 without textures. */
function texelSpacing(source: Surface, looks: Look[]): number {
	const { indices, positions, attributes, stride, part_of } = source;
	const total = indices.length / 3;
	const step = Math.max(1, Math.floor(total / 1000));
	const found: number[] = [];
	const uv = new Float64Array(6);
	const frame = new Float64Array(10);
	for (let t = 0; t < total; t += step) {
		const look = looks[part_of[indices[t * 3]!]!];
		const use = look?.base ?? look?.normal ?? look?.metal_rough;
		const image = use?.mips[0];
		if (!use || !image) continue;
		for (let corner = 0; corner < 3; corner++) {
			const at = indices[t * 3 + corner]! * stride + use.offset;
			uv[corner * 2] = attributes[at]!;
			uv[corner * 2 + 1] = attributes[at + 1]!;
		}
		const density =
			faceFrame(positions, indices, t, uv, frame) * Math.sqrt(image.width * image.height);
		if (density > 0) found.push(1 / density);
	}
	return found.sort((a, b) => a - b)[found.length >> 1] ?? 0;
}
