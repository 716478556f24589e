import { MESHY_MODELS } from '../../worker/contract';
import type { JobRecord } from './job-store';

/**
 * The cut-outs that Meshy gets of a product: the front, where it is known, then the first of the others, as many as the chosen model takes.
 *
 * @param approved photos' ids; none on a device that only knows the stored cut-outs
 * @returns photos' ids
 */
export function meshyCutouts(
	{ stored_cutouts, shape, meshy }: Pick<JobRecord, 'stored_cutouts' | 'shape' | 'meshy'>,
	approved: string[]
): string[] {
	const ids = approved.length > 0 ? approved : stored_cutouts.map(({ photo_id }) => photo_id);
	const front = ids.find((id) => shape.views[id] === 'front');
	const others = ids.filter((id) => id !== front);
	return (front ? [front, ...others] : others).slice(0, MESHY_MODELS[meshy.ai_model].max_images);
}
