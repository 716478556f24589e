/** Reads percentiles out of bucket counts. */
import { BUCKETS_MS } from './meter';

/** Counts per bucket of BUCKETS_MS, not cumulative, and one more for everything above. */
export type BucketCounts = number[];

/**
 * A percentile by linear interpolation inside its bucket, milliseconds; null without measurements.
 * As exact as the buckets are fine; never above the largest measured value. The method is that of Prometheus'
 * `histogram_quantile` (prometheus.io/docs/practices/histograms).
 * @param share 0 to 1
 * @param max_ms the largest measured value
 */
export function percentile(counts: BucketCounts, share: number, max_ms: number): number | null {
	const total = counts.reduce((sum, count) => sum + count, 0);
	if (total === 0) return null;
	const rank = share * total;
	let below = 0;
	for (const [i, count] of counts.entries()) {
		if (count > 0 && below + count >= rank) {
			const from = BUCKETS_MS[i - 1] ?? 0;
			const to = Math.min(BUCKETS_MS[i] ?? max_ms, max_ms);
			return Math.min(max_ms, from + Math.max(0, to - from) * ((rank - below) / count));
		}
		below += count;
	}
	return max_ms;
}
