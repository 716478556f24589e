// Smooths the gathered light of a product's pixels, never across its edges: the a-trous wavelet filter of
// Dammertz et al. 2010, "Edge-avoiding a-trous wavelet transform for fast global illumination filtering".

const KERNEL = [3 / 8, 1 / 4, 1 / 16];

/** Filters `light` and, more lightly, `gloss` in place. */
export function denoise(layers, side) {
	for (const step of [1, 2, 4]) layers.light = pass(layers, layers.light, side, step, 24);
	for (const step of [1, 2]) layers.gloss = pass(layers, layers.gloss, side, step, 110);
}

function pass({ normal, depth, cover }, values, side, step, sharpness) {
	const next = new Float32Array(values.length);
	for (let y = 0; y < side; y++) {
		for (let x = 0; x < side; x++) {
			const here = y * side + x;
			if (cover[here] === 0) continue;
			let weight = 0;
			let r = 0;
			let g = 0;
			let b = 0;
			for (let j = -2; j <= 2; j++) {
				const row = y + j * step;
				if (row < 0 || row >= side) continue;
				for (let i = -2; i <= 2; i++) {
					const column = x + i * step;
					if (column < 0 || column >= side) continue;
					const there = row * side + column;
					if (cover[there] === 0) continue;
					const facing =
						normal[here * 3] * normal[there * 3] +
						normal[here * 3 + 1] * normal[there * 3 + 1] +
						normal[here * 3 + 2] * normal[there * 3 + 2];
					if (facing <= 0) continue;
					const apart = (depth[here] - depth[there]) / (0.006 * step);
					const w =
						KERNEL[Math.abs(i)] *
						KERNEL[Math.abs(j)] *
						cover[there] *
						facing ** sharpness *
						Math.exp(-apart * apart);
					weight += w;
					r += values[there * 3] * w;
					g += values[there * 3 + 1] * w;
					b += values[there * 3 + 2] * w;
				}
			}
			if (weight === 0) weight = 1;
			next[here * 3] = r / weight;
			next[here * 3 + 1] = g / weight;
			next[here * 3 + 2] = b / weight;
		}
	}
	return next;
}
