import type { Cutout } from './artifacts';
import type { JobRecord } from './job-store';
import { meshyCutouts } from './meshy-cutouts';

/**
 * True when a product's model was made of other cut-outs than would go into one now: one was edited, cut out again, taken
 * away or approved since. False while nothing is approved, and for models of which it is not known what they were made of.
 *
 * A cut-out's stored address tells: a changed cut-out loses its own, and is stored anew under another.
 */
export function isOutdated(
	record: Pick<JobRecord, 'source' | 'stored_cutouts' | 'shape' | 'meshy'>,
	approved: Pick<Cutout, 'photo_id'>[]
): boolean {
	const { source, stored_cutouts } = record;
	if (!source?.image_urls || approved.length === 0) return false;
	const ids = approved.map(({ photo_id }) => photo_id);
	const wanted = source.provider === 'meshy' ? meshyCutouts(record, ids) : ids;
	const urls = wanted.map(
		(id) => stored_cutouts.find(({ photo_id }) => photo_id === id)?.processed_url
	);
	const used = new Set<string | undefined>(source.image_urls);
	return urls.length !== used.size || urls.some((url) => !used.has(url));
}
