import { StageError, type PhotoScore } from '../artifacts';
import type { TaskContext } from '../threads/tasks';
import { findSubject } from './find-subject';
import { measureExposure } from './measure-exposure';
import { measureBlur } from './measure-sharpness';
import { hashLook, type Look } from './perceptual-hash';
import { ramp, type Box, type Pixels } from './pixels';

export interface PhotosToScore {
	photos: { id: string; image: Blob }[];
}

/** What was measured on one photo. */
export interface ScoredPhoto {
	id: string;
	score: PhotoScore;
	/** Spread of the edges in pixels of a frame 1024 pixels long. */
	blur_px: number;
	/** Longer side of the product in the photo's own pixels. */
	subject_px: number;
	/** Longer side of the product as a share of the frame's, 0 to 1. */
	subject_share: number;
	/** The product runs out of the frame. */
	cut_off: boolean;
	exposure_fault: 'too_dark' | 'too_bright' | null;
	look: Look;
}

/** A photo at two reduced sizes, and its true one. */
export interface PhotoViews {
	/** Longer side at most 1024 pixels: where sharpness is measured. */
	detail: Pixels;
	/** Longer side at most 256 pixels: where everything else is measured. */
	overview: Pixels;
	width: number;
	height: number;
}

export const DETAIL_SIDE = 1024;
export const OVERVIEW_SIDE = 256;

/** What each part counts; they add to 1. Sharpness leads: no later stage can make up for it. */
const WEIGHTS = { sharpness: 0.4, resolution: 0.15, exposure: 0.15, subject: 0.3 };
/** A pixel is a box: even a perfect photo is spread by this much of its own pixels (deviation of a unit box). */
const PIXEL_SPREAD = 0.29;
/** Spread, in pixels of a 1024 pixel frame, that counts as fully sharp and as fully blurred. */
const SHARP_PX = 0.9;
const BLURRED_PX = 4.5;
/** Longer side of the product in pixels: too few to model from, and all that a model can use. */
const FEW_PX = 160;
const PLENTY_PX = 1200;
/** Share of the frame's border the product may touch before it counts as cut off. */
const BORDER_SHARE = 0.02;

/**
 * Measures each photo. Runs on a thread.
 * @returns one entry per photo, in order
 * @throws StageError photo_corrupt
 */
export async function scorePhotos(
	{ photos }: PhotosToScore,
	{ onprogress }: TaskContext = {}
): Promise<ScoredPhoto[]> {
	const scored: ScoredPhoto[] = [];
	for (const { id, image } of photos) {
		onprogress?.({ step: 'scoring', fraction: scored.length / photos.length });
		scored.push({ id, ...scorePhoto(await decodeViews(image)) });
	}
	onprogress?.({ step: 'scoring', fraction: 1 });
	return scored;
}

/** Measures one decoded photo. */
export function scorePhoto({
	detail,
	overview,
	width,
	height
}: PhotoViews): Omit<ScoredPhoto, 'id'> {
	const subject = findSubject(overview);
	const frame = Math.max(width, height);
	const subjectLong = Math.max(subject.bounds.width, subject.bounds.height);
	const subject_share = Math.max(
		subject.bounds.width / overview.width,
		subject.bounds.height / overview.height
	);
	const subject_px = subjectLong * (frame / Math.max(overview.width, overview.height));

	const zoom = detail.width / overview.width;
	const spread = measureBlur(detail, grow(subject.bounds, 0.04, zoom));
	// A photo smaller than the fixed frame is measured as it is and its spread counted in the frame's pixels.
	const enlarged = DETAIL_SIDE / Math.max(detail.width, detail.height);
	const blur_px = Math.min(99, Math.hypot(spread, PIXEL_SPREAD) * enlarged);

	const cut_off = subject.border_share > BORDER_SHARE;
	const measured = measureExposure(overview, subject.mask);
	// Without a subject the white may be the background's: only a lack of light is certain.
	const exposure =
		!subject.found && measured.fault === 'too_bright' ? { score: 0.6, fault: null } : measured;
	const fills = ramp(subject_share, 0.12, 0.5);
	const parts = {
		sharpness: ramp(Math.log(blur_px), Math.log(BLURRED_PX), Math.log(SHARP_PX)),
		resolution: ramp(Math.log(subject_px), Math.log(FEW_PX), Math.log(PLENTY_PX)),
		exposure: exposure.score,
		// Where the background is busy, size and cut-off are not known: neither praise nor blame.
		subject: subject.found ? fills * (cut_off ? 0.3 : 1) : 0.6
	};
	const total =
		parts.sharpness * WEIGHTS.sharpness +
		parts.resolution * WEIGHTS.resolution +
		parts.exposure * WEIGHTS.exposure +
		parts.subject * WEIGHTS.subject;
	return {
		score: { ...parts, total: Math.min(1, total) },
		blur_px,
		subject_px,
		subject_share: subject.found ? subject_share : 1,
		cut_off,
		exposure_fault: exposure.fault,
		look: hashLook(overview, subject.bounds)
	};
}

async function decodeViews(image: Blob): Promise<PhotoViews> {
	let bitmap: ImageBitmap;
	try {
		bitmap = await createImageBitmap(image);
	} catch (error) {
		throw new StageError('photo_corrupt', {}, { cause: error });
	}
	try {
		const { width, height } = bitmap;
		return {
			detail: await shrink(bitmap, DETAIL_SIDE),
			overview: await shrink(bitmap, OVERVIEW_SIDE),
			width,
			height
		};
	} finally {
		bitmap.close();
	}
}

/** Never enlarges. */
async function shrink(bitmap: ImageBitmap, side: number): Promise<Pixels> {
	const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
	const width = Math.max(8, Math.round(bitmap.width * scale));
	const height = Math.max(8, Math.round(bitmap.height * scale));
	const small = await createImageBitmap(bitmap, {
		resizeWidth: width,
		resizeHeight: height,
		resizeQuality: 'high'
	});
	try {
		const context = new OffscreenCanvas(width, height).getContext('2d', {
			willReadFrequently: true
		});
		if (!context) throw new StageError('thread_crashed', { message: 'no canvas' });
		context.drawImage(small, 0, 0);
		return context.getImageData(0, 0, width, height);
	} finally {
		small.close();
	}
}

function grow({ x, y, width, height }: Box, share: number, zoom: number): Box {
	const more = Math.max(width, height) * share;
	return {
		x: (x - more) * zoom,
		y: (y - more) * zoom,
		width: (width + 2 * more) * zoom,
		height: (height + 2 * more) * zoom
	};
}
