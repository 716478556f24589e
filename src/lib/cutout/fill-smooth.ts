import type { Size } from './raster';

interface Level extends Size {
	value: Float32Array;
	weight: Float32Array;
}

/**
 * Fills the unknown pixels of a plane smoothly from the known ones: push-pull over an image pyramid
 * (Gortler et al., "The Lumigraph", SIGGRAPH 1996, section 3.4). Known pixels keep their value.
 *
 * @param known 1 where the value counts, 0 where it is to be made
 */
export function fillSmooth(source: Float32Array, known: Uint8Array, size: Size): Float32Array {
	const weight = new Float32Array(known);
	const levels: Level[] = [{ ...size, value: source.map((v, i) => (known[i] ? v : 0)), weight }];
	for (let last = levels[0]!; last.width > 1 || last.height > 1;) {
		last = push(last);
		levels.push(last);
	}
	for (let i = levels.length - 2; i >= 0; i--) pull(levels[i + 1]!, levels[i]!);
	return levels[0]!.value;
}

function push(fine: Level): Level {
	const width = Math.ceil(fine.width / 2);
	const height = Math.ceil(fine.height / 2);
	const value = new Float32Array(width * height);
	const weight = new Float32Array(width * height);
	for (let y = 0; y < fine.height; y++) {
		for (let x = 0; x < fine.width; x++) {
			const w = fine.weight[y * fine.width + x]!;
			if (w === 0) continue;
			const i = (y >> 1) * width + (x >> 1);
			value[i]! += w * fine.value[y * fine.width + x]!;
			weight[i]! += w;
		}
	}
	for (let i = 0; i < value.length; i++) {
		if (weight[i]! > 0) value[i]! /= weight[i]!;
		weight[i] = Math.min(1, weight[i]!);
	}
	return { width, height, value, weight };
}

function pull(coarse: Level, fine: Level): void {
	for (let y = 0; y < fine.height; y++) {
		const v = (y + 0.5) / 2 - 0.5;
		const y0 = Math.max(0, Math.floor(v));
		const y1 = Math.min(coarse.height - 1, Math.floor(v) + 1);
		const ty = v - Math.floor(v);
		for (let x = 0; x < fine.width; x++) {
			const i = y * fine.width + x;
			const w = fine.weight[i]!;
			if (w >= 1) continue;
			const u = (x + 0.5) / 2 - 0.5;
			const x0 = Math.max(0, Math.floor(u));
			const x1 = Math.min(coarse.width - 1, Math.floor(u) + 1);
			const tx = u - Math.floor(u);
			const top =
				coarse.value[y0 * coarse.width + x0]! * (1 - tx) +
				coarse.value[y0 * coarse.width + x1]! * tx;
			const low =
				coarse.value[y1 * coarse.width + x0]! * (1 - tx) +
				coarse.value[y1 * coarse.width + x1]! * tx;
			fine.value[i] = w * fine.value[i]! + (1 - w) * (top * (1 - ty) + low * ty);
		}
	}
}
