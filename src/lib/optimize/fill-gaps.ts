import type { Pixels } from './pixels';

/**
 * Fills texels with alpha 0 from their surroundings and makes everything opaque: the image is averaged down, and gaps
 * take what is there at the first size that has something. Charts get their padding, and the rest is smooth, which
 * compresses well. Works in place.
 * Method: pull-push of Gortler et al. 1996, "The Lumigraph".
 */
export function fillGaps(image: Pixels): Pixels {
	const { width, height, data } = image;
	if (width === 1 && height === 1) {
		data[3] = 255;
		return image;
	}
	const [w, h] = [Math.ceil(width / 2), Math.ceil(height / 2)];
	const half: Pixels = { width: w, height: h, data: new Uint8ClampedArray(w * h * 4) };
	for (let y = 0; y < h; y++) {
		for (let x = 0; x < w; x++) {
			let [red, green, blue, count] = [0, 0, 0, 0];
			for (let i = 0; i < 4; i++) {
				const [from_x, from_y] = [x * 2 + (i & 1), y * 2 + (i >> 1)];
				if (from_x >= width || from_y >= height) continue;
				const from = (from_y * width + from_x) * 4;
				if (data[from + 3] === 0) continue;
				red += data[from]!;
				green += data[from + 1]!;
				blue += data[from + 2]!;
				count++;
			}
			if (count === 0) continue;
			const to = (y * w + x) * 4;
			half.data[to] = red / count;
			half.data[to + 1] = green / count;
			half.data[to + 2] = blue / count;
			half.data[to + 3] = 255;
		}
	}
	fillGaps(half);
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			const to = (y * width + x) * 4;
			if (data[to + 3] !== 0) continue;
			// A tent over the four nearest, so that the fill has no steps for an encoder to spend bytes on.
			const [near_x, near_y] = [x >> 1, y >> 1];
			const far_x = Math.min(w - 1, Math.max(0, near_x + (x & 1 ? 1 : -1)));
			const far_y = Math.min(h - 1, Math.max(0, near_y + (y & 1 ? 1 : -1)));
			const a = (near_y * w + near_x) * 4;
			const b = (near_y * w + far_x) * 4;
			const c = (far_y * w + near_x) * 4;
			const d = (far_y * w + far_x) * 4;
			for (let i = 0; i < 3; i++) {
				data[to + i] =
					(half.data[a + i]! * 9 +
						half.data[b + i]! * 3 +
						half.data[c + i]! * 3 +
						half.data[d + i]!) /
					16;
			}
			data[to + 3] = 255;
		}
	}
	return image;
}
