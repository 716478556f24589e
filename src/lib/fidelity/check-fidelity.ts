import type { Turns } from '../artifacts';
import { readAppearance } from '../optimize/appearance';
import { canvasImageEncoder } from '../optimize/canvas-image-encoder';
import { checkGlb } from '../optimize/check-glb';
import type { ImageEncoder } from '../optimize/image-encoder';
import { mendSurface } from '../optimize/mend-surface';
import type { Pixels } from '../optimize/pixels';
import { readModel } from '../optimize/read-model';
import { planOneLayout } from '../optimize/layout-plan';
import { shapeOf } from '../optimize/rebake-surface';
import { simplifySurface } from '../optimize/simplify-surface';
import { turnSurface } from '../optimize/turn-surface';
import type { TaskContext } from '../threads/tasks';
import { comparePhoto, drawColors, type PhotoComparison } from './compare-photo';
import type { Pose } from './draw-pose';
import { findPose } from './find-pose';
import { findUnseen, paintUnseen } from './find-unseen';
import { fitPhoto, halvePhoto } from './fit-photo';

export interface FidelityInput {
	glb: Blob;
	/** Default 0. */
	turns?: Turns;
	/** Cut-outs: PNG with alpha. */
	photos: readonly { id: string; image: Blob }[];
}

export interface PhotoFidelity extends PhotoComparison {
	photo_id: string;
	pose: Pose;
	/** The cut-out, fitted as the model is drawn. */
	photo: Pixels;
}

export interface Fidelity {
	/** In the order of the photos; those without a product are left out. */
	photos: PhotoFidelity[];
	/** Share of the surface that no photo shows, 0 to 1. */
	unseen_share: number;
	/** The model as a GLB: clay where a photo shows it, amber where none does. */
	unseen: Blob;
}

/** Side of the pictures that are compared, pixels. */
const SIDE = 256;
/** Longest side a photo is decoded to, pixels: the product fills less. */
const PHOTO_SIDE = 1024;
/** Triangles of the shape whose outlines are searched, and of the one that is looked at. */
const OUTLINE_TRIANGLES = 2_500;
const SHOWN_TRIANGLES = 40_000;
const TEXTURE_SIDE = 1024;

/**
 * Holds a model against the photos it was made of: finds from where each was taken, draws the model from there, and
 * compares; and tells which surface no photo shows.
 *
 * @param encoder decodes pictures; the canvas one needs a browser.
 * @throws StageError `model_empty`, `model_corrupt`, `model_unsupported`
 */
export async function checkFidelity(
	{ glb, turns = 0, photos }: FidelityInput,
	{ onprogress }: TaskContext = {},
	encoder: ImageEncoder = canvasImageEncoder
): Promise<Fidelity> {
	const report = (fraction: number) => onprogress?.({ step: 'comparing_photos', fraction });
	report(0);
	const { document, surface: raw } = await readModel(await checkGlb(glb));
	const { surface } = await mendSurface(raw);
	turnSurface(surface, turns);
	const looks = await readAppearance(document, surface, encoder, TEXTURE_SIDE);
	const limits = { max_error: 1 };
	const { surface: shown } = await simplifySurface(surface, SHOWN_TRIANGLES, limits);
	const { surface: bare } = shapeOf(shown, planOneLayout(looks));
	const { surface: outline } = await simplifySurface(bare, OUTLINE_TRIANGLES, limits);
	const made: PhotoFidelity[] = [];
	for (const [index, { id, image }] of photos.entries()) {
		report((0.1 + index) / (photos.length + 0.2));
		const bytes = new Uint8Array(await image.arrayBuffer());
		const opened = await encoder.open(bytes, { content_type: image.type, keep_alpha: true });
		const photo = fitPhoto(await opened.pixels(PHOTO_SIDE), SIDE);
		opened.close();
		if (!photo) continue;
		const small = halvePhoto(photo);
		const { pose } = findPose(
			outline,
			small,
			(tried) => comparePhoto(small, drawColors(shown, looks, tried, small.side)).color_error
		);
		made.push({
			photo_id: id,
			pose,
			...comparePhoto(photo, drawColors(shown, looks, pose, SIDE)),
			photo: pictureOf(photo)
		});
	}
	const poses = made.map(({ pose }) => pose);
	const unseen = findUnseen(shown, poses);
	const painted = await paintUnseen(shown, unseen);
	report(1);
	return { photos: made, unseen_share: unseen.share, unseen: painted };
}

function pictureOf({
	side,
	color,
	mask
}: {
	side: number;
	color: Uint8ClampedArray;
	mask: Uint8Array;
}): Pixels {
	const data = new Uint8ClampedArray(side * side * 4);
	for (let at = 0; at < mask.length; at++) {
		data.set(color.subarray(at * 3, at * 3 + 3), at * 4);
		data[at * 4 + 3] = mask[at] ? 255 : 0;
	}
	return { width: side, height: side, data };
}
