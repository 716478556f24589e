import type { PhotoChoice, PhotoReason } from '../artifacts';
import { bitsApart, compareLooks } from './perceptual-hash';
import type { ScoredPhoto } from './score-photos';

/** Photos whose looks differ by no more than this show the same view; measured on near-repeats and turned products. */
const SAME_LOOK = 0.2;
/** Bits of the hash that may differ between repeats (the usual limit for dHash is 10 of 64). */
const SAME_BITS = 10;
/** Scores below which a photo harms the model more than it helps. */
const BLURRY = 0.2;
const BADLY_EXPOSED = 0.25;
/** Scores above which a photo is praised, below which it is blamed. */
const GOOD = 0.75;
const POOR = 0.35;
/** A share of the frame below this is a small subject; above the second it fills the frame. */
const SMALL_SUBJECT = 0.3;
const FULL_SUBJECT = 0.55;
/** How much a new view counts against quality when choosing the next photo. */
const VIEW_WEIGHT = 0.35;

/**
 * Proposes the photos to work with. The order of the input does not matter to what is chosen.
 * Of photos that show the same view only the best is proposed; blurry, badly exposed or cut-off ones only if there is nothing else.
 * @param count how many at most
 * @returns one entry per photo, in the photos' order; at least one is selected when there are any
 */
export function choosePhotos(photos: readonly ScoredPhoto[], count: number): PhotoChoice[] {
	const ranked = [...photos].sort(byRank);
	const better = new Map<string, ScoredPhoto>();
	const originals: ScoredPhoto[] = [];
	for (const photo of ranked) {
		const twin = originals.find((kept) => isSameView(kept, photo));
		if (twin) better.set(photo.id, twin);
		else originals.push(photo);
	}
	const selected = pickViews(originals, count);
	return photos.map((photo) => {
		const duplicate_of = better.get(photo.id)?.id ?? null;
		return {
			photo_id: photo.id,
			score: photo.score,
			reasons: reasonsFor(photo, {
				duplicate: duplicate_of !== null,
				newView: selected.length > 1 && selected.includes(photo)
			}),
			duplicate_of,
			selected: selected.includes(photo)
		};
	});
}

/** Takes the best, then again and again the one that is good and unlike those taken. */
function pickViews(originals: readonly ScoredPhoto[], count: number): ScoredPhoto[] {
	const usable = originals.filter(isUsable);
	const rest = usable.length > 0 ? usable : originals.slice(0, 1);
	const picked: ScoredPhoto[] = [];
	while (picked.length < count && rest.length > 0) {
		const worth = (photo: ScoredPhoto) => {
			const unlike = Math.min(1, ...picked.map(({ look }) => compareLooks(look, photo.look)));
			return photo.score.total + (picked.length > 0 ? VIEW_WEIGHT * unlike : 0);
		};
		let best = 0;
		// `rest` is in rank order, so an equal one never displaces a better ranked.
		rest.forEach((photo, i) => {
			const leader = rest[best];
			if (leader && worth(photo) > worth(leader)) best = i;
		});
		picked.push(...rest.splice(best, 1));
	}
	return picked;
}

/** Usable ones first, then by total; the id settles ties, so that the input's order cannot. */
function byRank(a: ScoredPhoto, b: ScoredPhoto): number {
	return (
		Number(isUsable(b)) - Number(isUsable(a)) ||
		b.score.total - a.score.total ||
		(a.id < b.id ? -1 : 1)
	);
}

function isUsable({ score, cut_off }: ScoredPhoto): boolean {
	return score.sharpness >= BLURRY && score.exposure >= BADLY_EXPOSED && !cut_off;
}

function isSameView(a: ScoredPhoto, b: ScoredPhoto): boolean {
	return (
		bitsApart(a.look.hash, b.look.hash) <= SAME_BITS && compareLooks(a.look, b.look) <= SAME_LOOK
	);
}

function reasonsFor(
	photo: ScoredPhoto,
	{ duplicate, newView }: { duplicate: boolean; newView: boolean }
): PhotoReason[] {
	const { score } = photo;
	const faults: (PhotoReason | false | null)[] = [
		duplicate && 'near_duplicate',
		photo.cut_off && 'subject_cut_off',
		score.sharpness < POOR && 'blurry',
		photo.exposure_fault,
		score.resolution < POOR && 'low_resolution',
		photo.subject_share < SMALL_SUBJECT && 'subject_small'
	];
	const merits: (PhotoReason | false)[] = [
		score.sharpness >= GOOD && 'sharp',
		newView && 'different_view',
		score.exposure >= GOOD && 'well_exposed',
		photo.subject_share >= FULL_SUBJECT && !photo.cut_off && 'subject_fills_frame'
	];
	return [...faults, ...merits].filter((reason) => reason !== false && reason !== null);
}
