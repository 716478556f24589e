import { weighColor } from './weigh-color';

/**
 * Spreads a cut-out's colors over its edge and beyond, and makes every pixel opaque: no background shows at the rim,
 * nor black when the texture is filtered. In place, RGBA with straight alpha.
 *
 * Push-pull on an image pyramid: S. Gortler et al., "The Lumigraph", SIGGRAPH 1996, section 3.4.
 */
export function bleedColor(pixels: Uint8ClampedArray, width: number, height: number): void {
	const weights = weighColor(pixels, width, height);
	const levels: Level[] = [halve(width, height, (i) => weights[i]!, pixels)];
	for (let level = levels[0]!; level.width > 1 || level.height > 1;) {
		const { data } = level;
		level = halve(level.width, level.height, (i) => data[4 * i + 3]!, data);
		levels.push(level);
	}
	for (let i = levels.length - 2; i >= 0; i--) fillFrom(levels[i]!, levels[i + 1]!);
	const coarse = levels[0]!;
	const color = new Float32Array(3);
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			const at = (y * width + x) * 4;
			if (weights[at / 4]! < 1) {
				sample(coarse, x / 2 - 0.25, y / 2 - 0.25, color);
				pixels.set(color, at);
			}
		}
	}
	for (let at = 3; at < pixels.length; at += 4) pixels[at] = 255;
}

/** Colors with a weight each, interleaved: r, g, b (not multiplied by it), weight 0 to 1. */
interface Level {
	width: number;
	height: number;
	data: Float32Array;
}
/** Averages 2 x 2 pixels by their weights. */
function halve(
	width: number,
	height: number,
	weightOf: (pixel: number) => number,
	colors: Float32Array | Uint8ClampedArray
): Level {
	const half = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
	const data = new Float32Array(half.width * half.height * 4);
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			const pixel = y * width + x;
			const weight = weightOf(pixel);
			if (weight === 0) continue;
			const at = ((y >> 1) * half.width + (x >> 1)) * 4;
			for (let c = 0; c < 3; c++) data[at + c]! += colors[4 * pixel + c]! * weight;
			data[at + 3]! += weight;
		}
	}
	for (let at = 0; at < data.length; at += 4) {
		const sum = data[at + 3]!;
		if (sum > 0) for (let c = 0; c < 3; c++) data[at + c]! /= sum;
		data[at + 3] = Math.min(1, sum);
	}
	return { ...half, data };
}

/** Completes what a level does not know by itself from the next coarser one. */
function fillFrom(level: Level, coarser: Level): void {
	const color = new Float32Array(3);
	for (let y = 0; y < level.height; y++) {
		for (let x = 0; x < level.width; x++) {
			const at = (y * level.width + x) * 4;
			const weight = level.data[at + 3]!;
			if (weight >= 1) continue;
			sample(coarser, x / 2 - 0.25, y / 2 - 0.25, color);
			for (let c = 0; c < 3; c++) {
				level.data[at + c] = level.data[at + c]! * weight + color[c]! * (1 - weight);
			}
		}
	}
}

function sample({ width, height, data }: Level, x: number, y: number, into: Float32Array): void {
	const left = Math.min(Math.max(Math.floor(x), 0), width - 1);
	const top = Math.min(Math.max(Math.floor(y), 0), height - 1);
	const right = Math.min(left + 1, width - 1);
	const bottom = Math.min(top + 1, height - 1);
	const fx = Math.min(Math.max(x - left, 0), 1);
	const fy = Math.min(Math.max(y - top, 0), 1);
	for (let c = 0; c < 3; c++) {
		const a =
			data[(top * width + left) * 4 + c]! * (1 - fx) + data[(top * width + right) * 4 + c]! * fx;
		const b =
			data[(bottom * width + left) * 4 + c]! * (1 - fx) +
			data[(bottom * width + right) * 4 + c]! * fx;
		into[c] = a * (1 - fy) + b * fy;
	}
}
