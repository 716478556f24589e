import { ballOf, drawPose, projectPose, type Pose, type Shape } from './draw-pose';
import { halvePhoto, type FittedPhoto } from './fit-photo';

export interface FoundPose {
	pose: Pose;
	/** Intersection over union of the outlines, 0 to 1. */
	iou: number;
}

/** Where the coarse search looks, degrees. */
const AROUND = 15;
const HEIGHTS = [-30, -10, 10, 30, 55, 80];
const LEVEL_DISTANCE = 5;
/** How many of its finds are looked at more closely, and how far apart they are at least, degrees. */
const FINALISTS = 6;
const APART = 25;
/** The steps of the fine search, degrees, and of the distance, as a factor. */
const STEPS = [8, 4, 2, 1];
const NEARER = 1.35;
const DISTANCES = { min: 2, max: 14 };
const ROLLS = 12;
/** Outlines this close are told apart by color. */
const TIE = 0.03;
/** What a wrong color costs against a wrong outline, and what a view from behind costs: photos tend to show the front. */
const COLOR_WEIGHT = 0.6;
const BEHIND = 0.004;

/**
 * Finds from where a photo shows a shape: by how well the outlines cover each other, from coarse to fine; views whose
 * outlines are alike (front and back) are told apart by color.
 *
 * @param shape a few thousand triangles are enough
 * @param photo its side a multiple of 4
 * @param colorError how far the colors are off from there, 0 to 1
 */
export function findPose(
	shape: Shape,
	photo: FittedPhoto,
	colorError: (pose: Pose) => number = () => 0
): FoundPose {
	const ball = ballOf(shape);
	const half = halvePhoto(photo);
	const quarter = halvePhoto(half);
	const rate = (pose: Pose, { side, mask }: FittedPhoto) =>
		overlap(drawPose(shape.indices, projectPose(shape, ball, pose, side), side).triangles, mask);
	const coarse: FoundPose[] = [];
	for (let azimuth = -180; azimuth < 180; azimuth += AROUND) {
		for (const elevation of HEIGHTS) {
			const pose = { azimuth, elevation, roll: 0, distance: LEVEL_DISTANCE };
			coarse.push({ pose, iou: rate(pose, quarter) });
		}
	}
	coarse.sort((a, b) => b.iou - a.iou);
	const finalists: FoundPose[] = [];
	for (const one of coarse) {
		if (finalists.length === FINALISTS) break;
		if (finalists.every((other) => angleBetween(one.pose, other.pose) > APART)) finalists.push(one);
	}
	const refined = finalists.map(({ pose }) => refine(pose, (tried) => rate(tried, half)));
	const best = Math.max(...refined.map(({ iou }) => iou));
	const alike = refined.filter(({ iou }) => iou >= best - TIE);
	const judged = alike.map((one) => ({ one, score: one.iou - penalty(one.pose, colorError) }));
	const { one } = judged.reduce((a, b) => (b.score > a.score ? b : a));
	return refine(one.pose, (tried) => rate(tried, photo), [2, 1, 0.5]);
}

function penalty(pose: Pose, colorError: (pose: Pose) => number): number {
	const behind = (1 - Math.cos((pose.azimuth * Math.PI) / 180)) / 2;
	return colorError(pose) * COLOR_WEIGHT + behind * BEHIND;
}

/** Climbs to the best pose around one, in ever smaller steps. */
function refine(
	from: Pose,
	rate: (pose: Pose) => number,
	steps: readonly number[] = STEPS
): FoundPose {
	let best: FoundPose = { pose: from, iou: rate(from) };
	for (const step of steps) {
		const factor = 1 + (NEARER - 1) * (step / STEPS[0]!);
		for (let better = true, rounds = 0; better && rounds < 8; rounds++) {
			better = false;
			const { pose } = best;
			for (const tried of [
				{ ...pose, azimuth: pose.azimuth + step },
				{ ...pose, azimuth: pose.azimuth - step },
				{ ...pose, elevation: Math.min(90, pose.elevation + step) },
				{ ...pose, elevation: Math.max(-90, pose.elevation - step) },
				{ ...pose, roll: Math.min(ROLLS, pose.roll + step / 2) },
				{ ...pose, roll: Math.max(-ROLLS, pose.roll - step / 2) },
				{ ...pose, distance: Math.min(DISTANCES.max, pose.distance * factor) },
				{ ...pose, distance: Math.max(DISTANCES.min, pose.distance / factor) }
			]) {
				const iou = rate(tried);
				if (iou <= best.iou + 1e-4) continue;
				best = { pose: tried, iou };
				better = true;
			}
		}
	}
	const azimuth = ((((best.pose.azimuth + 180) % 360) + 360) % 360) - 180;
	return { ...best, pose: { ...best.pose, azimuth } };
}

/** Intersection over union of what is drawn and a mask. */
export function overlap(triangles: Int32Array, mask: Uint8Array): number {
	let [both, either] = [0, 0];
	for (let at = 0; at < mask.length; at++) {
		const drawn = triangles[at]! >= 0;
		if (drawn && mask[at]) both++;
		if (drawn || mask[at]) either++;
	}
	return either > 0 ? both / either : 0;
}

/** Between the directions two poses look from, degrees. */
export function angleBetween(a: Pose, b: Pose): number {
	const direction = ({ azimuth, elevation }: Pose) => {
		const [x, y] = [(azimuth * Math.PI) / 180, (elevation * Math.PI) / 180];
		return [Math.sin(x) * Math.cos(y), Math.sin(y), Math.cos(x) * Math.cos(y)];
	};
	const [p, q] = [direction(a), direction(b)];
	const dot = p[0]! * q[0]! + p[1]! * q[1]! + p[2]! * q[2]!;
	return (Math.acos(Math.max(-1, Math.min(1, dot))) * 180) / Math.PI;
}
