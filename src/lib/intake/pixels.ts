/** RGBA, straight alpha, row by row from the top: ImageData, or anything made in a test. */
export interface Pixels {
	data: Uint8ClampedArray;
	width: number;
	height: number;
}

/** A box in pixels. */
export interface Box {
	x: number;
	y: number;
	width: number;
	height: number;
}

/** Brightness as the eye weighs it, 0 to 255 (Rec. 709 weights on the encoded values). Transparent counts as white. */
export function toGray({ data, width, height }: Pixels): Float32Array {
	const gray = new Float32Array(width * height);
	for (let i = 0; i < gray.length; i++) {
		const alpha = (data[i * 4 + 3] ?? 255) / 255;
		const luma =
			0.2126 * (data[i * 4] ?? 0) +
			0.7152 * (data[i * 4 + 1] ?? 0) +
			0.0722 * (data[i * 4 + 2] ?? 0);
		gray[i] = luma * alpha + 255 * (1 - alpha);
	}
	return gray;
}

/** 0 where `value` is at `zero`, 1 at `one`, straight between, clamped. */
export function ramp(value: number, zero: number, one: number): number {
	return Math.min(1, Math.max(0, (value - zero) / (one - zero)));
}

/** The value below which a share (0 to 1) of the values lie. Sorts a copy. */
export function quantile(values: Float32Array | number[], share: number): number {
	const sorted = Float32Array.from(values).sort();
	return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
