import {
	CompressedCubeTexture,
	DataUtils,
	HalfFloatType,
	LinearFilter,
	LinearMipmapLinearFilter,
	RGBAFormat,
	Vector3
} from 'three';

/** A softbox: a bright rectangle at infinity. */
interface Panel {
	/** From the product to its middle: x to the viewer's right, y up, z to the viewer. */
	towards: readonly [number, number, number];
	/** Half its width and height as seen from the product, radians. */
	half: readonly [number, number];
	/** Radiance; 1 lights a white surface to white when it fills the sky. */
	radiance: number;
	/** Red, green, blue factors. */
	tint: readonly [number, number, number];
}

const WARM = [1.03, 1, 0.95] as const;
const PLAIN = [1, 1, 1] as const;
const COOL = [0.95, 0.99, 1.05] as const;

/** A product photographer's set: big light overhead, key at the left, fill at the right, two strips from behind. */
const PANELS: readonly Panel[] = [
	{ towards: [0, 1, 0.15], half: [0.6, 0.5], radiance: 3, tint: PLAIN },
	{ towards: [-0.75, 0.6, 0.8], half: [0.34, 0.46], radiance: 5, tint: WARM },
	{ towards: [0.95, 0.35, 0.45], half: [0.24, 0.62], radiance: 2.6, tint: COOL },
	{ towards: [-0.9, 0.25, -0.75], half: [0.13, 0.62], radiance: 4, tint: PLAIN },
	{ towards: [0.9, 0.35, -0.8], half: [0.15, 0.6], radiance: 4, tint: PLAIN }
];
/** Radiance of the room itself: straight down (a light floor), at the horizon, straight up. */
const ROOM = { down: 0.62, level: 0.24, up: 0.5 };
/** Edges of the panels are this soft, radians. */
const EDGE = 0.035;

/** Side of the sharpest level, pixels, and how many levels: 64, 32, 16, 8, 4. */
const SIZE = 64;
const LEVELS = 5;
/** Side of the faces the diffuse light is summed over. */
const SUM_SIZE = 12;

type Light = (x: number, y: number, z: number, into: Vector3) => Vector3;
interface Level {
	data: Uint16Array;
	width: number;
	height: number;
}
/** Six faces of levels; the same numbers serve every viewer. */
let faces: Level[][] | null = null;

/**
 * Image-based light without a download and without a drawing pass: the set above, blurred for each roughness in
 * closed form (a box under a Gaussian is a difference of two error functions), as the prefiltered cube three expects.
 * Level l stands for roughness 1 - sqrt(1 - l / last), the last one for diffuse light (PMREMGenerator of three r187).
 * Takes some 20 ms the first time; three's own generator needs 100 million texture reads, seconds without a GPU.
 */
export function createStudioLight(): CompressedCubeTexture {
	faces ??= drawFaces();
	const images = faces.map((mipmaps) => ({ mipmaps, width: SIZE, height: SIZE }));
	// In three's terms a "compressed" cube is one that brings all its levels; the pixels are plain half floats.
	const texture = new CompressedCubeTexture(images, undefined, HalfFloatType);
	// Two facts three knows and its types do not.
	Object.assign(texture, { format: RGBAFormat, isPMREMTexture: true });
	texture.minFilter = LinearMipmapLinearFilter;
	texture.magFilter = LinearFilter;
	texture.needsUpdate = true;
	return texture;
}

function drawFaces(): Level[][] {
	const lights = Array.from({ length: LEVELS }, (_, level) =>
		level === LEVELS - 1 ? diffuseLight() : blurredLight(1 - Math.sqrt(1 - level / (LEVELS - 1)))
	);
	return FACES.map((face) => lights.map((light, level) => drawFace(face, SIZE >> level, light)));
}

function drawFace(face: Face, size: number, light: Light): Level {
	const data = new Uint16Array(size * size * 4);
	const at = new Vector3();
	const color = new Vector3();
	const one = DataUtils.toHalfFloat(1);
	for (let i = 0; i < size * size; i++) {
		texelDirection(face, i % size, Math.floor(i / size), size, at);
		light(at.x, at.y, at.z, color);
		data[i * 4] = DataUtils.toHalfFloat(color.x);
		data[i * 4 + 1] = DataUtils.toHalfFloat(color.y);
		data[i * 4 + 2] = DataUtils.toHalfFloat(color.z);
		data[i * 4 + 3] = one;
	}
	return { data, width: size, height: size };
}

/** The set as a surface of this roughness mirrors it (looked at straight on, as three assumes). */
function blurredLight(roughness: number): Light {
	// A GGX lobe of alpha = roughness^2 is close to a Gaussian of half vectors; mirrored directions spread twice as far.
	const lobe = Math.SQRT2 * roughness ** 2;
	const scale = 1.2 / (Math.SQRT2 * Math.hypot(EDGE, lobe));
	const panels = PANELS.map((panel) => {
		const front = new Vector3(...panel.towards).normalize();
		const right = new Vector3(0, 1, 0).cross(front).normalize();
		return { ...panel, front, right, up: front.clone().cross(right) };
	});
	const at = new Vector3();
	return (x, y, z, into) => {
		at.set(x, y, z);
		into.setScalar(y < 0 ? mix(ROOM.level, ROOM.down, -y) : mix(ROOM.level, ROOM.up, y));
		for (const { front, right, up, half, radiance, tint } of panels) {
			const across = Math.atan2(at.dot(right), at.dot(front));
			const along = Math.asin(Math.min(1, Math.max(-1, at.dot(up))));
			const share = boxShare(across, half[0], scale) * boxShare(along, half[1], scale) * radiance;
			into.x += share * tint[0];
			into.y += share * tint[1];
			into.z += share * tint[2];
		}
		return into;
	};
}

/** What a matte surface facing each way receives: the whole set, weighted by the cosine. */
function diffuseLight(): Light {
	const sharp = blurredLight(0);
	const samples = FACES.flatMap((face) =>
		Array.from({ length: SUM_SIZE ** 2 }, (_, i) => {
			const at = new Vector3();
			const stretch = texelDirection(face, i % SUM_SIZE, Math.floor(i / SUM_SIZE), SUM_SIZE, at);
			return { at, color: sharp(at.x, at.y, at.z, new Vector3()), weight: 1 / stretch ** 3 };
		})
	);
	const normal = new Vector3();
	return (x, y, z, into) => {
		normal.set(x, y, z);
		into.setScalar(0);
		let total = 0;
		for (const { at, color, weight } of samples) {
			const cosine = normal.dot(at);
			if (cosine <= 0) continue;
			into.addScaledVector(color, cosine * weight);
			total += cosine * weight;
		}
		return into.divideScalar(total);
	};
}

/** How much of a box of half width `half` a blur centered `at` radians off its middle sees. tanh stands in for erf. */
function boxShare(at: number, half: number, scale: number): number {
	return (Math.tanh((at + half) * scale) - Math.tanh((at - half) * scale)) / 2;
}

const mix = (from: number, to: number, share: number) => from + (to - from) * share;

/** Right, down and outward axes of the six faces, in WebGL's order; x is mirrored, as three samples cube textures. */
type Axis = readonly [number, number, number];
type Face = readonly [right: Axis, down: Axis, out: Axis];
const FACES: readonly Face[] = [
	[
		[0, 0, -1],
		[0, -1, 0],
		[-1, 0, 0]
	],
	[
		[0, 0, 1],
		[0, -1, 0],
		[1, 0, 0]
	],
	[
		[-1, 0, 0],
		[0, 0, 1],
		[0, 1, 0]
	],
	[
		[-1, 0, 0],
		[0, 0, -1],
		[0, -1, 0]
	],
	[
		[-1, 0, 0],
		[0, -1, 0],
		[0, 0, 1]
	],
	[
		[1, 0, 0],
		[0, -1, 0],
		[0, 0, -1]
	]
];

/** Sets `into` to the direction a texel looks in; returns its distance from the middle of the unit cube. */
function texelDirection(
	[right, down, out]: Face,
	column: number,
	row: number,
	size: number,
	into: Vector3
): number {
	const s = ((column + 0.5) / size) * 2 - 1;
	const t = ((row + 0.5) / size) * 2 - 1;
	into.set(
		right[0] * s + down[0] * t + out[0],
		right[1] * s + down[1] * t + out[1],
		right[2] * s + down[2] * t + out[2]
	);
	const distance = into.length();
	into.divideScalar(distance);
	return distance;
}
