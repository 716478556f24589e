import { LIMITS } from '../../../worker/contract';
import { StageError, type Photo, type PhotoChoice, type StageContext } from '../artifacts';
import { runTask } from '../threads/run-task';
import { choosePhotos } from './choose-photos';

export interface SelectImagesOptions {
	/** How many photos to propose at most, 1 to 4. Default 4. */
	count?: number;
}

/**
 * Scores the photos and proposes the best for a 3D model: sharp, well exposed, whole, and of different sides.
 * Nothing is thrown away: whoever asks may overrule.
 *
 * @returns one choice per photo, in the photos' order
 * @throws StageError photo_too_many, photo_corrupt; RangeError when `count` is not 1 to 4
 */
export async function selectImages(
	photos: readonly Photo[],
	{ count = LIMITS.images_per_model }: SelectImagesOptions = {},
	{ signal, onprogress }: StageContext = {}
): Promise<PhotoChoice[]> {
	if (!Number.isInteger(count) || count < 1 || count > LIMITS.images_per_model) {
		throw new RangeError(`count must be 1 to ${LIMITS.images_per_model}, not ${count}`);
	}
	if (photos.length > LIMITS.photos_per_product) {
		throw new StageError('photo_too_many', {
			count: photos.length,
			limit: LIMITS.photos_per_product
		});
	}
	if (photos.length === 0) return [];
	const scored = await runTask(
		'score_photos',
		{ photos: photos.map(({ id, image }) => ({ id, image })) },
		{ signal, onprogress }
	);
	return choosePhotos(scored, count);
}
