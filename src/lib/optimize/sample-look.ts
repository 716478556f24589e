import type { Look, TextureUse, Wrap } from './appearance';
import { toLinear, type Pixels } from './pixels';
import { offsetOf, type Surface } from './surface';

/** What a surface is like in one point. Colors are linear light. Reused between questions. */
export interface Sample {
	red: number;
	green: number;
	blue: number;
	metalness: number;
	roughness: number;
	occlusion: number;
	emissive_red: number;
	emissive_green: number;
	emissive_blue: number;
	/** The shading normal, unit length, the normal map applied. */
	normal_x: number;
	normal_y: number;
	normal_z: number;
	/** 1 where the material is opaque. */
	alpha: number;
	/** Share of the light under the surface that goes straight through it. */
	transmission: number;
	/** Where the texture's u grows; zero without tangents. */
	grain_x: number;
	grain_y: number;
	grain_z: number;
}

/** Levels of mips by which a texture is taken sharper than one texel per pixel, as between the axes of an isotropic filter. */
const SHARPER = 0.25;
/** Up to so many texels per pixel it is taken whole. */
const WHOLE = 2 ** (0.5 + SHARPER);

/**
 * Makes a function that tells what a surface is like at weights a, b, c of a triangle's corners, seen so that one pixel
 * (or texel) covers `footprint` of the surface's length.
 */
export function createSampler(surface: Surface, looks: Look[]) {
	const { indices, positions, attributes, stride, slots, part_of } = surface;
	const normal_at = offsetOf(surface, 'NORMAL');
	const tangent_at = slots.find(({ semantic }) => semantic === 'TANGENT')?.offset ?? -1;
	const out: Sample = {
		red: 0,
		green: 0,
		blue: 0,
		metalness: 0,
		roughness: 0,
		occlusion: 1,
		emissive_red: 0,
		emissive_green: 0,
		emissive_blue: 0,
		normal_x: 0,
		normal_y: 0,
		normal_z: 0,
		alpha: 1,
		transmission: 0,
		grain_x: 0,
		grain_y: 0,
		grain_z: 0
	};
	const texel = new Float64Array(4);
	const frame = new Float64Array(10);
	const axes = new Float64Array(6);
	const uv = new Float64Array(6);
	// The last triangle's frame: neighbors ask again and again.
	let framed = -1;
	let framed_use: TextureUse | null = null;
	let density = 0;

	const enter = (triangle: number, use: TextureUse): void => {
		if (framed === triangle && framed_use?.offset === use.offset) return;
		framed = triangle;
		framed_use = use;
		for (let corner = 0; corner < 3; corner++) {
			const at = indices[triangle * 3 + corner]! * stride + use.offset;
			uv[corner * 2] = attributes[at]!;
			uv[corner * 2 + 1] = attributes[at + 1]!;
		}
		density = faceFrame(positions, indices, triangle, uv, frame);
	};
	/** @returns the texture's value in `texel`; alpha in [3]. */
	const read = (
		use: TextureUse,
		triangle: number,
		b: number,
		c: number,
		footprint: number,
		color: boolean
	) => {
		enter(triangle, use);
		const u0 = uv[0]! + b * (uv[2]! - uv[0]!) + c * (uv[4]! - uv[0]!);
		const v0 = uv[1]! + b * (uv[3]! - uv[1]!) + c * (uv[5]! - uv[1]!);
		const m = use.transform;
		const full = use.mips[0]!;
		const stretch = Math.sqrt(Math.abs(m[0] * m[4] - m[1] * m[3]) * full.width * full.height);
		const texels = footprint * density * stretch;
		const level = texels > WHOLE ? Math.round(Math.log2(texels) - SHARPER) : 0;
		const mip = use.mips[Math.min(use.mips.length - 1, level)]!;
		bilinear(
			mip,
			m[0] * u0 + m[1] * v0 + m[2],
			m[3] * u0 + m[4] * v0 + m[5],
			use.wrap_u,
			use.wrap_v,
			color,
			texel
		);
	};

	return (triangle: number, b: number, c: number, footprint: number): Sample => {
		const i = indices[triangle * 3]!;
		const j = indices[triangle * 3 + 1]!;
		const k = indices[triangle * 3 + 2]!;
		const a = 1 - b - c;
		const look = looks[part_of[i]!]!;
		const mix = (offset: number) =>
			a * attributes[i * stride + offset]! +
			b * attributes[j * stride + offset]! +
			c * attributes[k * stride + offset]!;
		out.red = look.base_factor[0];
		out.green = look.base_factor[1];
		out.blue = look.base_factor[2];
		out.alpha = look.base_factor[3];
		if (look.base) {
			read(look.base, triangle, b, c, footprint, true);
			out.red *= texel[0]!;
			out.green *= texel[1]!;
			out.blue *= texel[2]!;
			out.alpha *= texel[3]!;
		}
		if (look.color_offset >= 0) {
			out.red *= mix(look.color_offset);
			out.green *= mix(look.color_offset + 1);
			out.blue *= mix(look.color_offset + 2);
		}
		if (look.opaque) out.alpha = 1;
		else if (look.alpha_offset >= 0) out.alpha *= mix(look.alpha_offset);
		out.transmission = look.transmission;
		if (look.transmission_map) {
			read(look.transmission_map, triangle, b, c, footprint, false);
			out.transmission *= texel[0]!;
		}
		out.metalness = look.metalness;
		out.roughness = look.roughness;
		if (look.metal_rough) {
			read(look.metal_rough, triangle, b, c, footprint, false);
			out.roughness *= texel[1]!;
			out.metalness *= texel[2]!;
		}
		out.occlusion = 1;
		if (look.occlusion) {
			read(look.occlusion, triangle, b, c, footprint, false);
			out.occlusion = 1 + look.occlusion_strength * (texel[0]! - 1);
		}
		out.emissive_red = look.emissive_factor[0];
		out.emissive_green = look.emissive_factor[1];
		out.emissive_blue = look.emissive_factor[2];
		if (look.emissive) {
			read(look.emissive, triangle, b, c, footprint, true);
			out.emissive_red *= texel[0]!;
			out.emissive_green *= texel[1]!;
			out.emissive_blue *= texel[2]!;
		}
		let x = mix(normal_at);
		let y = mix(normal_at + 1);
		let z = mix(normal_at + 2);
		let length = Math.sqrt(x * x + y * y + z * z) || 1;
		x /= length;
		y /= length;
		z /= length;
		if (look.normal) {
			read(look.normal, triangle, b, c, footprint, false);
			const s = (texel[0]! * 2 - 1) * look.normal_scale;
			const t = (texel[1]! * 2 - 1) * look.normal_scale;
			const n = texel[2]! * 2 - 1;
			if (tangent_at >= 0) {
				for (let axis = 0; axis < 3; axis++) axes[axis] = mix(tangent_at + axis);
				const sign = attributes[i * stride + tangent_at + 3]!;
				axes[3] = (y * axes[2]! - z * axes[1]!) * sign;
				axes[4] = (z * axes[0]! - x * axes[2]!) * sign;
				axes[5] = (x * axes[1]! - y * axes[0]!) * sign;
			}
			const vector = tangentToWorld(tangent_at >= 0 ? axes : frame, x, y, z, s, t, n);
			x = vector[0]!;
			y = vector[1]!;
			z = vector[2]!;
			length = Math.sqrt(x * x + y * y + z * z) || 1;
			x /= length;
			y /= length;
			z /= length;
		}
		out.normal_x = x;
		out.normal_y = y;
		out.normal_z = z;
		if (tangent_at >= 0) {
			out.grain_x = mix(tangent_at);
			out.grain_y = mix(tangent_at + 1);
			out.grain_z = mix(tangent_at + 2);
		}
		return out;
	};
}

/**
 * Where u grows (frame 0 to 2) and where v shrinks (3 to 5) on a triangle: the axes of a glTF normal map.
 *
 * @returns how much of the texture's side one unit of length covers.
 */
export function faceFrame(
	positions: Float32Array,
	indices: Uint32Array,
	triangle: number,
	uv: Float64Array,
	frame: Float64Array
): number {
	const i = indices[triangle * 3]! * 3;
	const j = indices[triangle * 3 + 1]! * 3;
	const k = indices[triangle * 3 + 2]! * 3;
	const px = positions[j]! - positions[i]!;
	const py = positions[j + 1]! - positions[i + 1]!;
	const pz = positions[j + 2]! - positions[i + 2]!;
	const qx = positions[k]! - positions[i]!;
	const qy = positions[k + 1]! - positions[i + 1]!;
	const qz = positions[k + 2]! - positions[i + 2]!;
	const pu = uv[2]! - uv[0]!;
	const pv = uv[3]! - uv[1]!;
	const qu = uv[4]! - uv[0]!;
	const qv = uv[5]! - uv[1]!;
	const area = pu * qv - qu * pv;
	const sign = area < 0 ? -1 : 1;
	frame[0] = (px * qv - qx * pv) * sign;
	frame[1] = (py * qv - qy * pv) * sign;
	frame[2] = (pz * qv - qz * pv) * sign;
	frame[3] = (px * qu - qx * pu) * sign;
	frame[4] = (py * qu - qy * pu) * sign;
	frame[5] = (pz * qu - qz * pu) * sign;
	const nx = py * qz - pz * qy;
	const ny = pz * qx - px * qz;
	const nz = px * qy - py * qx;
	const world = Math.sqrt(nx * nx + ny * ny + nz * nz);
	return world > 0 ? Math.sqrt(Math.abs(area) / world) : 0;
}

const world = new Float64Array(3);
/** Turns a normal map's vector by two axes (tangents, or those of `faceFrame`), made perpendicular to the interpolated normal. */
function tangentToWorld(
	frame: Float64Array,
	x: number,
	y: number,
	z: number,
	s: number,
	t: number,
	n: number
): Float64Array {
	world[0] = n * x;
	world[1] = n * y;
	world[2] = n * z;
	for (let axis = 0; axis < 6; axis += 3) {
		const along = frame[axis]! * x + frame[axis + 1]! * y + frame[axis + 2]! * z;
		const tx = frame[axis]! - along * x;
		const ty = frame[axis + 1]! - along * y;
		const tz = frame[axis + 2]! - along * z;
		const scale = (axis === 0 ? s : t) / (Math.sqrt(tx * tx + ty * ty + tz * tz) || 1);
		world[0] = world[0]! + tx * scale;
		world[1] = world[1]! + ty * scale;
		world[2] = world[2]! + tz * scale;
	}
	return world;
}

function bilinear(
	{ width, height, data }: Pixels,
	u: number,
	v: number,
	wrap_u: Wrap,
	wrap_v: Wrap,
	color: boolean,
	out: Float64Array
): void {
	const x = wrapped(u, wrap_u) * width - 0.5;
	const y = wrapped(v, wrap_v) * height - 0.5;
	const x0 = Math.floor(x);
	const y0 = Math.floor(y);
	const fx = x - x0;
	const fy = y - y0;
	const left = neighbor(x0, width, wrap_u);
	const right = neighbor(x0 + 1, width, wrap_u);
	const top = neighbor(y0, height, wrap_v) * width;
	const bottom = neighbor(y0 + 1, height, wrap_v) * width;
	const w00 = (1 - fx) * (1 - fy);
	const w10 = fx * (1 - fy);
	const w01 = (1 - fx) * fy;
	const w11 = fx * fy;
	const p00 = (top + left) * 4;
	const p10 = (top + right) * 4;
	const p01 = (bottom + left) * 4;
	const p11 = (bottom + right) * 4;
	// Written out: this is asked for every texel of a bake.
	if (color) {
		for (let i = 0; i < 3; i++) {
			out[i] =
				toLinear(data[p00 + i]!) * w00 +
				toLinear(data[p10 + i]!) * w10 +
				toLinear(data[p01 + i]!) * w01 +
				toLinear(data[p11 + i]!) * w11;
		}
	} else {
		for (let i = 0; i < 3; i++) {
			out[i] =
				(data[p00 + i]! * w00 +
					data[p10 + i]! * w10 +
					data[p01 + i]! * w01 +
					data[p11 + i]! * w11) /
				255;
		}
	}
	out[3] =
		(data[p00 + 3]! * w00 + data[p10 + 3]! * w10 + data[p01 + 3]! * w01 + data[p11 + 3]! * w11) /
		255;
}

function wrapped(value: number, wrap: Wrap): number {
	if (wrap === 'clamp') return value < 0 ? 0 : value > 1 ? 1 : value;
	if (wrap === 'repeat') return value - Math.floor(value);
	const turn = value - 2 * Math.floor(value / 2);
	return turn > 1 ? 2 - turn : turn;
}

function neighbor(at: number, size: number, wrap: Wrap): number {
	if (at >= 0 && at < size) return at;
	if (wrap === 'repeat') return at < 0 ? at + size : at - size;
	return at < 0 ? 0 : size - 1;
}
