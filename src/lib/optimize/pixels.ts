/** A decoded image: RGBA, 8 bits, straight alpha, rows from the top. */
export interface Pixels {
	width: number;
	height: number;
	data: Uint8ClampedArray<ArrayBuffer>;
}

/** An image at full size, half, quarter, and so on down to one pixel. */
export type Mips = Pixels[];

const TO_LINEAR = Float32Array.from({ length: 256 }, (_, i) => {
	const value = i / 255;
	return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});
const STEPS = 4095;
const TO_SRGB = Uint8Array.from({ length: STEPS + 1 }, (_, i) => {
	const value = i / STEPS;
	return Math.round(
		255 * (value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055)
	);
});

/** sRGB's transfer curve backwards, 0 to 255 in, 0 to 1 out. IEC 61966-2-1. */
export function toLinear(byte: number): number {
	return TO_LINEAR[byte]!;
}

/** sRGB's transfer curve, 0 to 1 in (clamped), 0 to 255 out. */
export function toSrgb(value: number): number {
	return TO_SRGB[value <= 0 ? 0 : value >= 1 ? STEPS : Math.round(value * STEPS)]!;
}

/** What the numbers of an image mean, and so how they may be averaged. */
export type PixelKind = 'color' | 'normal' | 'data';

/**
 * An image at every size, each half the one before. Colors are averaged as light, not as bytes; normals are averaged as
 * directions and given unit length again, since a shortened normal is a dent.
 */
export function makeMips(image: Pixels, kind: PixelKind): Mips {
	const mips = [image];
	for (let last = image; last.width > 1 || last.height > 1; mips.push(last)) {
		last = halve(last, kind);
	}
	return mips;
}

function halve({ width, height, data }: Pixels, kind: PixelKind): Pixels {
	const [w, h] = [Math.max(1, width >> 1), Math.max(1, height >> 1)];
	const half = new Uint8ClampedArray(w * h * 4);
	const [right, down] = [width > 1 ? 4 : 0, height > 1 ? width * 4 : 0];
	for (let y = 0; y < h; y++) {
		for (let x = 0; x < w; x++) {
			const from = (y * (height > 1 ? 2 : 1) * width + x * (width > 1 ? 2 : 1)) * 4;
			const to = (y * w + x) * 4;
			for (let c = 0; c < 4; c++) {
				const a = data[from + c]!;
				const b = data[from + right + c]!;
				const d = data[from + down + c]!;
				const e = data[from + right + down + c]!;
				half[to + c] =
					kind === 'color' && c < 3
						? toSrgb((TO_LINEAR[a]! + TO_LINEAR[b]! + TO_LINEAR[d]! + TO_LINEAR[e]!) / 4)
						: (a + b + d + e) / 4;
			}
			if (kind === 'normal') unitLength(half, to);
		}
	}
	return { width: w, height: h, data: half };
}

function unitLength(data: Uint8ClampedArray, at: number): void {
	const x = data[at]! - 127.5;
	const y = data[at + 1]! - 127.5;
	const z = data[at + 2]! - 127.5;
	const scale = 127.5 / (Math.sqrt(x * x + y * y + z * z) || 1);
	data[at] = x * scale + 127.5;
	data[at + 1] = y * scale + 127.5;
	data[at + 2] = z * scale + 127.5;
}
