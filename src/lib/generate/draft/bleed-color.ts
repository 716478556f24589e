/** Opacity from which a pixel's color is taken as the product's own, if its neighbors have it too. */
const OWN = 250;
/** What a pixel of the soft or outermost edge counts against inner ones: only where nothing else is near. */
const EDGE_WEIGHT = 0.01;

/**
 * Spreads a cut-out's colors over its edge and beyond, and makes every pixel opaque: no background shows at the rim,
 * nor black when the texture is filtered. In place, RGBA with straight alpha.
 *
 * Push-pull on an image pyramid: S. Gortler et al., "The Lumigraph", SIGGRAPH 1996, section 3.4.
 */
export function bleedColor(pixels: Uint8ClampedArray, width: number, height: number): void {
	const levels: Level[] = [halve(weigh(pixels, width, height))];
	for (let level = levels[0]!; level.width > 1 || level.height > 1;) {
		level = halve(level);
		levels.push(level);
	}
	for (let i = levels.length - 2; i >= 0; i--) fillFrom(levels[i]!, levels[i + 1]!);
	const coarse = levels[0]!;
	const color = new Float32Array(3);
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			const at = (y * width + x) * 4;
			if (ownWeight(pixels, width, height, x, y) < 1) {
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
type Source = Pick<Level, 'width' | 'height'> & {
	read(x: number, y: number, into: Float32Array): void;
};

function weigh(pixels: Uint8ClampedArray, width: number, height: number): Source {
	return {
		width,
		height,
		read(x, y, into) {
			const at = (y * width + x) * 4;
			into[0] = pixels[at]!;
			into[1] = pixels[at + 1]!;
			into[2] = pixels[at + 2]!;
			into[3] = ownWeight(pixels, width, height, x, y);
		}
	};
}

function ownWeight(
	pixels: Uint8ClampedArray,
	width: number,
	height: number,
	x: number,
	y: number
): number {
	const at = (y * width + x) * 4 + 3;
	const alpha = pixels[at]!;
	if (alpha < OWN) return ((alpha / 255) * EDGE_WEIGHT) ** 2;
	// A pixel in from the edge: what lies on it is mixed with the background.
	const row = width * 4;
	const inner =
		x > 0 && x < width - 1 && y > 0 && y < height - 1
			? Math.min(pixels[at - 4]!, pixels[at + 4]!, pixels[at - row]!, pixels[at + row]!)
			: 255;
	return inner >= OWN ? 1 : EDGE_WEIGHT;
}

function halve(source: Source | Level): Level {
	const width = Math.ceil(source.width / 2);
	const height = Math.ceil(source.height / 2);
	const data = new Float32Array(width * height * 4);
	const pixel = new Float32Array(4);
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			const at = (y * width + x) * 4;
			for (let corner = 0; corner < 4; corner++) {
				const u = 2 * x + (corner & 1);
				const v = 2 * y + (corner >> 1);
				if (u >= source.width || v >= source.height) continue;
				if ('read' in source) source.read(u, v, pixel);
				else pixel.set(source.data.subarray((v * source.width + u) * 4).subarray(0, 4));
				const weight = pixel[3]!;
				for (let c = 0; c < 3; c++) data[at + c]! += pixel[c]! * weight;
				data[at + 3]! += weight;
			}
			const sum = data[at + 3]!;
			if (sum > 0) for (let c = 0; c < 3; c++) data[at + c]! /= sum;
			data[at + 3] = Math.min(1, sum);
		}
	}
	return { width, height, data };
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
