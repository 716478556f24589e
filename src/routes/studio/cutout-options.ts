import type { StoredCutout } from '$lib/job-store';
import { fill } from '$lib/strings';
import { MESHY_STRINGS } from '$lib/strings/meshy';

/** Stored cut-outs to choose from: each one's address with its name. */
export const cutoutOptions = (stored: readonly StoredCutout[]) =>
	stored.map(
		({ processed_url }, i) => [processed_url, fill(MESHY_STRINGS.cutout, { n: i + 1 })] as const
	);
