import { LookNumber } from './ask-looks';
import { fillGaps } from './fill-gaps';
import { toSrgb, type Pixels } from './pixels';

/** What a bake makes, all but the grain of one size; null where one number says it all. */
export interface BakedTextures {
	/** sRGB; with alpha where asked for. */
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
	/** Which way the source's u grows, at a quarter of the side: red and green, blue full (KHR_materials_anisotropy). */
	grain: Pixels | null;
}

/** What only some sources need. */
export interface BakeExtras {
	alpha: boolean;
	grain: boolean;
}

/** Squared sine of the lean under which a normal map shows nothing, root mean square: 1 degree. */
const LEVEL = Math.sin(Math.PI / 180) ** 2;
/** A spread of less than this is one number, not a texture. */
const FLAT = 0.02;

/** Sums of samples per texel. */
export class BakeCanvas {
	/** red, green, blue, occlusion, roughness, metalness, three of emission, three of the normal, weight. */
	static readonly NUMBERS = 13;
	readonly #sums: Float32Array;
	readonly #width: number;
	readonly #height: number;
	readonly #alpha: Float32Array | null;
	/** Cosine and sine of twice the angle, so that a direction and its opposite are one; `GRAIN` texels in one. */
	readonly #grain: Float32Array | null;

	constructor(width: number, height: number, { alpha, grain }: BakeExtras) {
		this.#sums = new Float32Array(width * height * BakeCanvas.NUMBERS);
		this.#alpha = alpha ? new Float32Array(width * height) : null;
		this.#grain = grain ? new Float32Array(coarse(width) * coarse(height) * 2) : null;
		this.#width = width;
		this.#height = height;
	}

	/**
	 * Adds what the source is like at a point to a texel.
	 *
	 * @param looks of which the numbers from `at` on count, see `LookNumber`.
	 * @param frame the texel's tangent and bitangent, from `frame_at` on.
	 * @param facing its unit normal, from `facing_at` on.
	 */
	add(
		texel: number,
		looks: Float32Array,
		at: number,
		weight: number,
		frame: Float32Array,
		frame_at: number,
		facing: Float32Array,
		facing_at: number
	): void {
		const sums = this.#sums;
		const to = texel * BakeCanvas.NUMBERS;
		let [along_x, along_y] = [0, 0];
		for (let i = 0; i < LookNumber.NORMAL; i++)
			sums[to + i] = sums[to + i]! + looks[at + i]! * weight;
		const x = looks[at + LookNumber.NORMAL]!;
		const y = looks[at + LookNumber.NORMAL + 1]!;
		const z = looks[at + LookNumber.NORMAL + 2]!;
		const nx = facing[facing_at]!;
		const ny = facing[facing_at + 1]!;
		const nz = facing[facing_at + 2]!;
		for (let axis = 0; axis < 2; axis++) {
			const fx = frame[frame_at + axis * 3]!;
			const fy = frame[frame_at + axis * 3 + 1]!;
			const fz = frame[frame_at + axis * 3 + 2]!;
			const along = fx * nx + fy * ny + fz * nz;
			const tx = fx - along * nx;
			const ty = fy - along * ny;
			const tz = fz - along * nz;
			const length = Math.sqrt(tx * tx + ty * ty + tz * tz) || 1;
			sums[to + 9 + axis] = sums[to + 9 + axis]! + ((x * tx + y * ty + z * tz) / length) * weight;
			const grain =
				(looks[at + LookNumber.GRAIN]! * tx +
					looks[at + LookNumber.GRAIN + 1]! * ty +
					looks[at + LookNumber.GRAIN + 2]! * tz) /
				length;
			if (axis === 0) along_x = grain;
			else along_y = grain;
		}
		if (this.#grain) {
			const row = Math.floor(texel / this.#width / GRAIN);
			const to_grain = (row * coarse(this.#width) + Math.floor((texel % this.#width) / GRAIN)) * 2;
			const share = weight / (along_x * along_x + along_y * along_y || Infinity);
			const cosine = (along_x * along_x - along_y * along_y) * share;
			this.#grain[to_grain] = this.#grain[to_grain]! + cosine;
			this.#grain[to_grain + 1] = this.#grain[to_grain + 1]! + 2 * along_x * along_y * share;
		}
		if (this.#alpha) {
			this.#alpha[texel] = this.#alpha[texel]! + looks[at + LookNumber.ALPHA]! * weight;
		}
		// A normal map cannot point below its surface.
		sums[to + 11] = sums[to + 11]! + Math.max(x * nx + y * ny + z * nz, 0.05) * weight;
		sums[to + 12] = sums[to + 12]! + weight;
	}

	finish(): BakedTextures {
		const sums = this.#sums;
		const numbers = BakeCanvas.NUMBERS;
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
			base: this.#withAlpha(
				picture((at, to, data) => {
					for (let i = 0; i < 3; i++) data[to + i] = toSrgb(sums[at + i]!);
				})
			),
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
			has_occlusion,
			grain: this.#grain && this.#drawGrain(this.#grain)
		};
	}

	#drawGrain(doubled: Float32Array): Pixels {
		const [width, height] = [coarse(this.#width), coarse(this.#height)];
		const data = new Uint8ClampedArray(width * height * 4);
		for (let at = 0; at < doubled.length; at += 2) {
			const [cosine, sine] = [doubled[at]!, doubled[at + 1]!];
			if (cosine === 0 && sine === 0) continue;
			const angle = Math.atan2(sine, cosine) / 2;
			data.set(
				[Math.cos(angle) * 127.5 + 127.5, Math.sin(angle) * 127.5 + 127.5, 255, 255],
				at * 2
			);
		}
		return fillGaps({ width, height, data });
	}

	/** Gaps take the alpha of what is beside them, as they take its color. */
	#withAlpha(base: Pixels): Pixels {
		const alpha = this.#alpha;
		if (!alpha) return base;
		const data = new Uint8ClampedArray(base.data.length);
		for (let texel = 0; texel < alpha.length; texel++) {
			const weight = this.#sums[texel * BakeCanvas.NUMBERS + 12]!;
			if (weight <= 0) continue;
			data[texel * 4] = (alpha[texel]! / weight) * 255;
			data[texel * 4 + 3] = 255;
		}
		const filled = fillGaps({ ...base, data }).data;
		for (let at = 0; at < filled.length; at += 4) base.data[at + 3] = filled[at]!;
		return base;
	}

	/** Whether the normals lean so little, all in all, that a normal map would show nothing. */
	#isLevel(): boolean {
		const sums = this.#sums;
		let [lean, texels] = [0, 0];
		for (let at = 0; at < sums.length; at += BakeCanvas.NUMBERS) {
			if (sums[at + 12]! <= 0) continue;
			const [x, y, z] = [sums[at + 9]!, sums[at + 10]!, sums[at + 11]!];
			lean += (x * x + y * y) / (x * x + y * y + z * z || 1);
			texels++;
		}
		return lean < LEVEL * texels;
	}
}

/** A grain changes slowly: one of its texels stands for so many squared. */
const GRAIN = 4;
const coarse = (size: number) => Math.ceil(size / GRAIN);
const clamp = (value: number) => Math.min(1, Math.max(0, value));
