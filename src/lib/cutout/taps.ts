/** Which source pixels make one target pixel along an axis, and how much each counts. */
export interface Taps {
	first: Int32Array;
	count: Int32Array;
	weight: Float32Array;
	/** Room per target pixel in `weight`. */
	most: number;
}

/**
 * The taps that stretch `from` pixels to `to`: shrinking averages what each target pixel covers, enlarging interpolates
 * between pixel centers.
 */
export function tapsFor(from: number, to: number): Taps {
	const ratio = from / to;
	const most = Math.ceil(ratio) + 2;
	const taps: Taps = {
		first: new Int32Array(to),
		count: new Int32Array(to),
		weight: new Float32Array(to * most),
		most
	};
	for (let i = 0; i < to; i++) {
		if (ratio <= 1) {
			const center = (i + 0.5) * ratio - 0.5;
			const low = Math.floor(center);
			const part = center - low;
			const first = Math.max(0, low);
			const last = Math.min(from - 1, part > 0 ? low + 1 : low);
			taps.first[i] = first;
			taps.count[i] = last - first + 1;
			taps.weight[i * most] = first === last ? 1 : 1 - part;
			if (last > first) taps.weight[i * most + 1] = part;
			continue;
		}
		const start = i * ratio;
		const end = Math.min(from, start + ratio);
		const first = Math.floor(start);
		const last = Math.min(from, Math.ceil(end - 1e-9));
		taps.first[i] = first;
		taps.count[i] = last - first;
		for (let k = first; k < last; k++) {
			const covered = Math.min(k + 1, end) - Math.max(k, start);
			taps.weight[i * most + k - first] = covered / (end - start);
		}
	}
	return taps;
}
