import type { Look } from './appearance';
import { askLine } from './ask-line';
import { askTree, type Facing } from './ask-tree';
import { createSampler } from './sample-look';
import type { Surface } from './surface';
import type { TriangleTree } from './triangle-tree';

/** Where the numbers of a point stand that a bake asks about. */
export const PointNumber = {
	PLACE: 0,
	/** Unit length. */
	FACING: 3,
	/** The length of the surface that it stands for. */
	FOOTPRINT: 6,
	COUNT: 7
} as const;

/** Where the numbers of an answer stand: what the source is like in the point nearest to the one asked about. */
export const LookNumber = {
	/** Linear, as the emission is. */
	COLOR: 0,
	OCCLUSION: 3,
	ROUGHNESS: 4,
	METALNESS: 5,
	EMISSION: 6,
	/** The shading normal, unit length. */
	NORMAL: 9,
	/** 1 where the material is opaque. */
	ALPHA: 12,
	/** Where the texture's u grows, zero without tangents. */
	GRAIN: 13,
	/** 1; 0 where the source has no triangle to ask. */
	FOUND: 16,
	COUNT: 17
} as const;

/** Answers `count` points, see `PointNumber`, with as many looks, see `LookNumber`. The answer is reused. */
export type AskLooks = (
	points: Float32Array<ArrayBuffer>,
	count: number
) => Float32Array | Promise<Float32Array>;

/** A point looks for its twin among triangles turned at most 75 degrees away, so that a thin wall's back is no match. */
export const FACING = Math.cos((75 * Math.PI) / 180);
/**
 * Where the surface was moved, a point's twin stands straight above or below it, as a viewer would see it: the nearest
 * one is the rim of a groove that was filled, and not its wall. Up to so many times as far away as the nearest. On lamps
 * and appliances 0.3 to 1.3 dB.
 */
export const REACH = 4;
/** Share of a texel that a point may be moved before it is worth a second question. */
export const NOT_MOVED = 0.25;
/** A wall that leans by 84 degrees still shows. */
export const LEANING = Math.cos((84 * Math.PI) / 180);

/** Asks on the thread that calls, point by point. */
export function askOnCpu(source: Surface, looks: Look[], tree: TriangleTree): AskLooks {
	const ask = askTree(tree);
	const askAlong = askLine(tree);
	const sample = createSampler(source, looks);
	const facing: Facing = { x: 0, y: 0, z: 0, cosine: FACING };
	const leaning: Facing = { ...facing, cosine: LEANING };
	let answers = new Float32Array(0);
	return (points, count) => {
		if (answers.length < count * LookNumber.COUNT) {
			answers = new Float32Array(count * LookNumber.COUNT);
		}
		for (let i = 0; i < count; i++) {
			const from = i * PointNumber.COUNT;
			const to = i * LookNumber.COUNT;
			const [x, y, z] = [points[from]!, points[from + 1]!, points[from + 2]!];
			const footprint = points[from + PointNumber.FOOTPRINT]!;
			facing.x = leaning.x = points[from + 3]!;
			facing.y = leaning.y = points[from + 4]!;
			facing.z = leaning.z = points[from + 5]!;
			let near = ask.nearest(x, y, z, Infinity, facing);
			if (near.triangle < 0) near = ask.nearest(x, y, z, Infinity);
			const moved = Math.sqrt(near.distance2);
			if (moved > footprint * NOT_MOVED) {
				const along = askAlong(x, y, z, leaning, REACH * moved);
				if (along.triangle >= 0) near = along;
			}
			answers[to + LookNumber.FOUND] = near.triangle < 0 ? 0 : 1;
			if (near.triangle < 0) continue;
			const like = sample(near.triangle, near.b, near.c, footprint);
			answers[to] = like.red;
			answers[to + 1] = like.green;
			answers[to + 2] = like.blue;
			answers[to + 3] = like.occlusion;
			answers[to + 4] = like.roughness;
			answers[to + 5] = like.metalness;
			answers[to + 6] = like.emissive_red;
			answers[to + 7] = like.emissive_green;
			answers[to + 8] = like.emissive_blue;
			answers[to + 9] = like.normal_x;
			answers[to + 10] = like.normal_y;
			answers[to + 11] = like.normal_z;
			answers[to + 12] = like.alpha;
			answers[to + 13] = like.grain_x;
			answers[to + 14] = like.grain_y;
			answers[to + 15] = like.grain_z;
		}
		return answers;
	};
}
