import type { Look } from '../optimize/appearance';
import { toSrgb, type Pixels } from '../optimize/pixels';
import { createSampler } from '../optimize/sample-look';
import type { Surface } from '../optimize/surface';
import { ballOf, drawPose, projectPose, type Pose } from './draw-pose';
import type { FittedPhoto } from './fit-photo';

/** How a model compares with one photo, from where the photo was taken. */
export interface PhotoComparison {
	/** Intersection over union of the outlines, 0 to 1. */
	iou: number;
	/** Mean difference of the colors where both are, the exposure evened out, 0 to 1. */
	color_error: number;
	/** Share of the product's picture that is weak: colors far off, or only one of the two there. */
	weak_share: number;
	/** The model from there, by its own colors. */
	model: Pixels;
	/** Where it is weak: from clear to opaque with the error. */
	heat: Pixels;
}

/** Colors this far apart count fully as wrong. */
const WRONG = 0.3;
/** From this share of `WRONG` on a place is weak. */
const WEAK = 0.6;
/** How much brighter or darker a photo may be than the model and still be of the same colors. */
const EXPOSURE = { min: 0.5, max: 2 };
const HEAT = [226, 72, 30] as const;

/** Draws a model from a pose by its own colors, unlit: a photo's light is its own. */
export function drawColors(surface: Surface, looks: Look[], pose: Pose, side: number): Pixels {
	const { indices } = surface;
	const projection = projectPose(surface, ballOf(surface), pose, side);
	const { triangles, nearest } = drawPose(indices, projection, side);
	const { screen, scale } = projection;
	const sample = createSampler(surface, looks);
	const data = new Uint8ClampedArray(side * side * 4);
	for (let at = 0; at < triangles.length; at++) {
		const t = triangles[at]!;
		if (t < 0) continue;
		const a = indices[t * 3]! * 3;
		const b = indices[t * 3 + 1]! * 3;
		const c = indices[t * 3 + 2]! * 3;
		const px = (at % side) + 0.5 - screen[a]!;
		const py = Math.floor(at / side) + 0.5 - screen[a + 1]!;
		const [bx, by] = [screen[b]! - screen[a]!, screen[b + 1]! - screen[a + 1]!];
		const [dx, dy] = [screen[c]! - screen[a]!, screen[c + 1]! - screen[a + 1]!];
		const area = bx * dy - dx * by;
		const flat_u = (px * dy - dx * py) / area;
		const flat_v = (bx * py - px * by) / area;
		const u = flat_u * screen[b + 2]!;
		const v = flat_v * screen[c + 2]!;
		const sum = u + v + (1 - flat_u - flat_v) * screen[a + 2]!;
		const like = sample(t, u / sum, v / sum, 1 / (nearest[at]! * scale));
		data[at * 4] = toSrgb(like.red + like.emissive_red);
		data[at * 4 + 1] = toSrgb(like.green + like.emissive_green);
		data[at * 4 + 2] = toSrgb(like.blue + like.emissive_blue);
		data[at * 4 + 3] = 255;
	}
	return { width: side, height: side, data };
}

/** Compares a drawn model with a photo of the same size. */
export function comparePhoto(photo: FittedPhoto, model: Pixels): PhotoComparison {
	const { side, mask, color } = photo;
	let [both, either, of_photo, of_model] = [0, 0, 0, 0];
	for (let at = 0; at < mask.length; at++) {
		const drawn = model.data[at * 4 + 3]! > 0;
		if (drawn || mask[at]) either++;
		if (!drawn || !mask[at]) continue;
		both++;
		for (let c = 0; c < 3; c++) {
			of_photo += color[at * 3 + c]!;
			of_model += model.data[at * 4 + c]!;
		}
	}
	const gain = Math.min(EXPOSURE.max, Math.max(EXPOSURE.min, of_photo / Math.max(1, of_model)));
	const errors = new Float32Array(mask.length);
	let sum = 0;
	for (let at = 0; at < mask.length; at++) {
		const drawn = model.data[at * 4 + 3]! > 0;
		if (drawn !== (mask[at] === 1)) errors[at] = WRONG;
		if (!drawn || !mask[at]) continue;
		let off = 0;
		for (let c = 0; c < 3; c++) {
			off += Math.abs(color[at * 3 + c]! - model.data[at * 4 + c]! * gain) / 255 / 3;
		}
		errors[at] = off;
		sum += off;
	}
	const { heat, weak } = heatOf(errors, side);
	return {
		iou: either > 0 ? both / either : 0,
		color_error: both > 0 ? sum / both : 1,
		weak_share: either > 0 ? weak / either : 0,
		model,
		heat
	};
}

/** The errors as a picture, smoothed: single pixels are noise. */
function heatOf(errors: Float32Array, side: number): { heat: Pixels; weak: number } {
	const data = new Uint8ClampedArray(side * side * 4);
	let weak = 0;
	for (let y = 0; y < side; y++) {
		for (let x = 0; x < side; x++) {
			let [sum, count] = [0, 0];
			for (let j = Math.max(0, y - 1); j <= Math.min(side - 1, y + 1); j++) {
				for (let i = Math.max(0, x - 1); i <= Math.min(side - 1, x + 1); i++) {
					sum += errors[j * side + i]!;
					count++;
				}
			}
			const share = Math.min(1, sum / count / WRONG);
			if (share >= WEAK) weak++;
			data.set([...HEAT, Math.round(share ** 1.5 * 230)], (y * side + x) * 4);
		}
	}
	return { heat: { width: side, height: side, data }, weak };
}
