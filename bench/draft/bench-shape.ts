import sharp from 'sharp';
import { StageError, type Size, type View } from '../../src/lib/artifacts';
import { bleedColor } from '../../src/lib/generate/draft/bleed-color';
import { buildSolid } from '../../src/lib/generate/draft/build-solid';
import { bakeTexture } from '../../src/lib/generate/draft/hull/bake-texture';
import { buildHull } from '../../src/lib/generate/draft/hull/build-hull';
import { splitCharts } from '../../src/lib/generate/draft/hull/split-charts';
import { unwrapMesh } from '../../src/lib/generate/draft/hull/unwrap-mesh';
import { placeSurface } from '../../src/lib/generate/draft/place-surface';
import type { DepthAt } from '../../src/lib/generate/draft/refine-front';
import { projectUvs } from '../../src/lib/generate/draft/project-uvs';
import type { KnownSolid, Point } from '../../tests/fixtures/solids';
import { measureSurface } from '../../tests/fixtures/surface-facts';
import { aim, type Camera } from './camera';
import { silhouetteIou, volumeIou } from './compare';
import { cropPhoto, type Photo } from './crop-photo';
import { photograph, type Picture } from './photograph';
import type { ChromiumBench } from './open-chromium';
import { seeDepth, surfaceError } from './see-depth';
import { pictureMesh, type TexturedMesh } from './picture-mesh';

export interface ShapeResult {
	line: {
		shape: string;
		construction: string;
		right: boolean;
		/** Chosen with no depth known, as most people go. */
		construction_unsized: string;
		right_unsized: boolean;
		/** With the real height and depth known, and with the height alone. */
		volume_iou: number;
		volume_iou_depth_unknown: number;
		/** With the true depth of the photo, as a network would tell it; null for shapes that it does not refine. */
		refined: {
			volume_iou: number;
			volume_iou_without: number;
			/** Mean distance of the front surface from the true one, as a share of the height, with depth and without. */
			error: number;
			error_without: number;
			input_iou: number;
			watertight: boolean;
		} | null;
		input_iou: number;
		/** Mean over eight views that were not given. */
		unseen_iou: number;
		watertight: boolean;
		triangles: number;
		seconds: number;
		peak_mb: number;
		/** Of six views, the height known. */
		hull_volume_iou: number;
		hull_unseen_iou: number;
		hull_watertight: boolean;
		hull_seconds: number;
		hull_peak_mb: number;
	};
	/** The solid and its model from the front, both from the side, the model of six views from there. */
	pictures: Picture[];
}

/** Pixels per side of the photo; the cut-out that is worked on is as large as the largest that is looked at. */
const PHOTO_SIDE = 768;
const CUTOUT_SIDE = 2048;
const HULL_SIDE = 1024;
const TEXTURE_SIDE = 2048;
const CHECK_SIDE = 160;
const INPUT_CHECK_SIDE = 512;
const SHEET_SIDE = 200;
const UNSEEN: [yaw: number, pitch: number][] = [
	[30, 15],
	[60, 0],
	[90, 20],
	[135, 10],
	[180, 30],
	[225, 0],
	[270, 15],
	[330, 45]
];
const VIEW_CAMERAS: [view: View, yaw: number, pitch: number][] = [
	['front', 0, 0],
	['right', 90, 0],
	['back', 180, 0],
	['left', 270, 0],
	['top', 0, 90],
	['bottom', 0, -90]
];

/** Makes a draft of a front photo of a solid and measures how far it is from the solid. */
export async function benchShape(known: KnownSolid, chromium: ChromiumBench): Promise<ShapeResult> {
	const solid = centered(known);
	const extent = solid.high.map((value, axis) => value - solid.low[axis]!);
	const reach = (Math.hypot(...extent) / 2) * 1.02;
	const target: Point = [0, extent[1]! / 2, 0];
	const camera = (yaw: number, pitch: number) => aim(yaw, pitch, target, reach);
	const picture = photograph(solid, camera(0, 0), PHOTO_SIDE);
	const photo = cropPhoto(picture, CUTOUT_SIDE);

	const size = { height_m: extent[1]!, depth_m: extent[2]! };
	const draft = makeDraft(photo, size);
	const flat = makeDraft(photo, { height_m: extent[1]! });
	const refined = makeDraft(photo, size, seeDepth(picture, photo));
	const front = photograph(solid, camera(0, 0), CHECK_SIDE);
	const error = ({ mesh }: { mesh: TexturedMesh }) =>
		surfaceError(front, pictureMesh(mesh, camera(0, 0), CHECK_SIDE), extent[1]!);
	const isRight = (construction: string) => known.right.some((name) => name === construction);
	const facts = measureSurface(draft.mesh);
	const view = (mesh: TexturedMesh, at: Camera, side: number) => pictureMesh(mesh, at, side);
	const views = VIEW_CAMERAS.map(([name, yaw, pitch]) => ({
		view: name,
		picture: photograph(solid, camera(yaw, pitch), PHOTO_SIDE)
	}));
	const hull = makeHull(
		views.map((one) => ({ view: one.view, photo: cropPhoto(one.picture, HULL_SIDE) })),
		{ height_m: extent[1]! }
	);
	const served = await Promise.all(
		views.map(async (one) => {
			const { pixels } = cropPhoto(one.picture, CUTOUT_SIDE);
			return {
				view: one.view,
				url: chromium.serve(`${known.name}-${one.view}`, await asPng(pixels))
			};
		})
	);
	const one = await chromium.draft({ pictures: [{ url: served[0]!.url }], size });
	const six = await chromium.draft({ pictures: served, size: { height_m: extent[1]! } });
	const hull_facts = measureSurface({ ...hull.mesh, back_start: 0 });
	const checks = UNSEEN.map(([yaw, pitch]) => {
		const at = camera(yaw, pitch);
		const truth = photograph(solid, at, CHECK_SIDE);
		return [draft, hull].map(({ mesh }) => silhouetteIou(truth, view(mesh, at, CHECK_SIDE)));
	});
	const unseen = checks.map((pair) => pair[0]!);
	const hull_unseen = checks.map((pair) => pair[1]!);
	return {
		line: {
			shape: known.name,
			construction: draft.construction,
			right: isRight(draft.construction),
			construction_unsized: flat.construction,
			right_unsized: isRight(flat.construction),
			volume_iou: round(volumeIou(solid, draft.mesh)),
			volume_iou_depth_unknown: round(volumeIou(solid, flat.mesh)),
			refined: refined.refined
				? {
						volume_iou: round(volumeIou(solid, refined.mesh)),
						error: round(error(refined)),
						volume_iou_without: round(volumeIou(solid, draft.mesh)),
						error_without: round(error(draft)),
						input_iou: round(silhouetteIou(front, view(refined.mesh, camera(0, 0), CHECK_SIDE))),
						watertight: measureSurface(refined.mesh).open_edges === 0
					}
				: null,
			input_iou: round(
				silhouetteIou(
					photograph(solid, camera(0, 0), INPUT_CHECK_SIDE),
					view(draft.mesh, camera(0, 0), INPUT_CHECK_SIDE)
				)
			),
			unseen_iou: round(mean(unseen)),
			watertight: facts.open_edges === 0 && facts.volume > 0,
			triangles: facts.triangles,
			seconds: round(one.answer.seconds),
			peak_mb: one.peak_mb,
			hull_volume_iou: round(volumeIou(solid, hull.mesh)),
			hull_unseen_iou: round(mean(hull_unseen)),
			hull_watertight: hull_facts.open_edges === 0 && hull_facts.volume > 0,
			hull_seconds: round(six.answer.seconds),
			hull_peak_mb: six.peak_mb
		},
		pictures: [
			photograph(solid, camera(0, 0), SHEET_SIDE),
			view(draft.mesh, camera(0, 0), SHEET_SIDE),
			photograph(solid, camera(40, 20), SHEET_SIDE),
			view(draft.mesh, camera(40, 20), SHEET_SIDE),
			view(hull.mesh, camera(40, 20), SHEET_SIDE)
		]
	};
}

/** The way from photos of six sides to a model. */
function makeHull(photos: { view: View; photo: Photo }[], size: Partial<Size>) {
	const sides = photos.map(({ view, photo }) => ({ view, alpha: photo.alpha }));
	const hull = buildHull(sides);
	const colors = photos.map(({ view, photo: { pixels, frame } }) => {
		const data = pixels.pixels.slice();
		bleedColor(data, pixels.width, pixels.height);
		return { view, margin: -frame.x, pixels: { ...pixels, data } };
	});
	const unwrapped = unwrapMesh(hull, hull.cell, TEXTURE_SIDE);
	const pixels = bakeTexture(hull, unwrapped, colors, TEXTURE_SIDE);
	const { uvs, ...surface } = splitCharts(hull, unwrapped, TEXTURE_SIDE);
	const placed = placeSurface(surface, size);
	const texture = { width: TEXTURE_SIDE, height: TEXTURE_SIDE, pixels };
	return {
		mesh: { ...placed, indices: surface.indices, uvs, texture }
	};
}

/** The automatic way from a cut-out to a model, as the thread goes it, but for the canvas. */
function makeDraft({ pixels, alpha, frame }: Photo, size: Partial<Size>, depthAt?: DepthAt) {
	const solid = buildSolid(alpha, { size, depthAt });
	const texture = { ...pixels, pixels: pixels.pixels.slice() };
	bleedColor(texture.pixels, texture.width, texture.height);
	const whole = { x: 0, y: 0, width: 1, height: 1 };
	const uvs = projectUvs(solid, frame, { front: whole, back: whole }, solid.turn);
	const placed = placeSurface(solid, size);
	const mesh = { ...solid, ...placed, uvs, texture };
	const { construction, refined } = solid;
	return { mesh, construction, refined };
}

function asPng({ width, height, pixels }: Photo['pixels']): Promise<Buffer> {
	const raw = { width, height, channels: 4 as const };
	return sharp(pixels, { raw }).png({ compressionLevel: 1 }).toBuffer();
}

/** Moves a solid so that it stands on y = 0 around the y axis, as models do. */
function centered(solid: KnownSolid): KnownSolid {
	const [mx, mz] = [(solid.low[0] + solid.high[0]) / 2, (solid.low[2] + solid.high[2]) / 2];
	const my = solid.low[1];
	return {
		...solid,
		distance: (x, y, z) => solid.distance(x + mx, y + my, z + mz),
		color: (x, y, z) => solid.color(x + mx, y + my, z + mz),
		low: [solid.low[0] - mx, 0, solid.low[2] - mz],
		high: [solid.high[0] - mx, solid.high[1] - my, solid.high[2] - mz]
	};
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const round = (value: number) => {
	if (!Number.isFinite(value))
		throw new StageError('model_corrupt', { what: 'a measure is no number' });
	return Math.round(value * 1000) / 1000;
};
