/** Pixels as the pure parts of the cut-out see them: typed arrays, row by row, no DOM. */

/** RGBA, 8 bits each, straight alpha; the shape of an ImageData. */
export interface Raster {
	data: Uint8ClampedArray;
	width: number;
	height: number;
}

/** Three planes of floats: CIELAB (L 0 to 100) or linear RGB (0 to 1). */
export type Planes = [Float32Array, Float32Array, Float32Array];

export interface Size {
	width: number;
	height: number;
}

/** A part of a picture, whole pixels. */
export interface Box extends Size {
	x: number;
	y: number;
}

/** The size of a picture when its longer side is at most `longest` pixels. Never larger than the picture. */
export function fitInside({ width, height }: Size, longest: number): Size {
	const scale = Math.min(1, longest / Math.max(width, height));
	return {
		width: Math.max(1, Math.round(width * scale)),
		height: Math.max(1, Math.round(height * scale))
	};
}

/** sRGB byte to linear light 0 to 1 (IEC 61966-2-1). */
export const LINEAR = Float32Array.from({ length: 256 }, (_, byte) => {
	const v = byte / 255;
	return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
});

/** Linear light 0 to 1 of each channel. */
export function toLinear({ data, width, height }: Raster): Planes {
	const n = width * height;
	const planes: Planes = [new Float32Array(n), new Float32Array(n), new Float32Array(n)];
	const [red, green, blue] = planes;
	for (let i = 0; i < n; i++) {
		red[i] = LINEAR[data[i * 4]!]!;
		green[i] = LINEAR[data[i * 4 + 1]!]!;
		blue[i] = LINEAR[data[i * 4 + 2]!]!;
	}
	return planes;
}

/** CIELAB with white point D65, from linear light (Lindbloom, http://www.brucelindbloom.com/Eqn_XYZ_to_Lab.html). */
export function toLab([red, green, blue]: Planes): Planes {
	const n = red.length;
	const [L, a, b]: Planes = [new Float32Array(n), new Float32Array(n), new Float32Array(n)];
	for (let i = 0; i < n; i++) {
		const r = red[i]!;
		const g = green[i]!;
		const u = blue[i]!;
		const x = bend((0.4124564 * r + 0.3575761 * g + 0.1804375 * u) / 0.95047);
		const y = bend(0.2126729 * r + 0.7151522 * g + 0.072175 * u);
		const z = bend((0.0193339 * r + 0.119192 * g + 0.9503041 * u) / 1.08883);
		L[i] = 116 * y - 16;
		a[i] = 500 * (x - y);
		b[i] = 200 * (y - z);
	}
	return [L, a, b];
}

function bend(t: number): number {
	return t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116;
}
