/** What becomes of masks as networks give them: refinement, and the second look where a product fills little of the photo. */
import sharp from 'sharp';
import { cutPhoto, pixels, type Phases } from './cut-photo';
import { networkMask } from './network-mask';
import { paintPhoto } from './paint-photo';
import type { PaintedScene } from './paint-scene';
import { round, rounded } from './rounded';
import type { SceneSpec } from './scenes';
import { score, type Score } from './score';

/** A network-like mask before and after refinement. */
export interface MaskLine {
	scene: string;
	engine: string;
	raw: Score;
	refined: Score;
	seconds: Phases;
}

/** A small product in a large photo, looked at once and twice. */
export interface SmallLine {
	scene: string;
	engine: string;
	once: Score;
	twice: Score;
	/** False where the second look was not taken. */
	closer: boolean;
}

/** The small product's share of a frame of 12 megapixels. */
const SMALL = { width: 4000, height: 3000, size: 0.28 };

/** How far an edge of such a mask may be off, as in `cutOut`, pixels of the working picture. */
const reachOf = (side: number) => Math.ceil((1.5 * 1024) / side);

/** A network-like mask of the scene, as it is and refined. */
export async function benchMask(
	spec: SceneSpec,
	scene: PaintedScene,
	photo: Buffer,
	side: 1024 | 320
): Promise<MaskLine> {
	const engine = networkMask(scene.alpha, spec, side, spec.seed);
	const raw = await pixels(sharp(photo));
	const { alpha } = await engine(raw);
	for (let i = 0; i < alpha.length; i++) raw.data[i * 4 + 3] = Math.round(255 * alpha[i]!);
	const cut = await cutPhoto(photo, engine, { reach: reachOf(side) });
	return {
		scene: spec.name,
		engine: `mask of ${side}`,
		raw: rounded(score(scene, raw.data)),
		refined: rounded(score(scene, cut.cutout)),
		seconds: rounded(cut.phases)
	};
}

/** The scene with its product small in a large frame, cut out by one look at the photo and by a second at the product. */
export async function benchSmall(spec: SceneSpec, side: 1024 | 320): Promise<SmallLine> {
	const small = { ...spec, ...SMALL };
	const { scene, photo } = await paintPhoto(small);
	const engine = networkMask(scene.alpha, small, side, spec.seed);
	const once = await cutPhoto(photo, engine, { reach: reachOf(side) });
	const twice = await cutPhoto(photo, engine, { reach: reachOf(side), side });
	return {
		scene: `small ${spec.name}`,
		engine: `mask of ${side}`,
		once: rounded(score(scene, once.cutout)),
		twice: rounded(score(scene, twice.cutout)),
		closer: twice.closer
	};
}

/** Means of all of them, before and after refinement, once and twice. */
export function summarizeMasks(masks: MaskLine[], small: SmallLine[]) {
	const of = (engine: string) => {
		const mine = masks.filter((mask) => mask.engine === engine);
		const few = small.filter((line) => line.engine === engine);
		return {
			masks: mine.length,
			raw: means(mine.map(({ raw }) => raw)),
			refined: means(mine.map(({ refined }) => refined)),
			small_products: few.length,
			looked_once: means(few.map(({ once }) => once)),
			looked_twice: means(few.map(({ twice }) => twice))
		};
	};
	return { of_1024: of('mask of 1024'), of_320: of('mask of 320') };
}

function means(scores: Score[]) {
	const mean = (values: number[]) =>
		round(values.reduce((sum, v) => sum + v, 0) / Math.max(1, values.length));
	return {
		iou: mean(scores.map(({ iou }) => iou)),
		boundary_f: mean(scores.map(({ boundary_f }) => boundary_f)),
		mae: mean(scores.map(({ mae }) => mae)),
		halo: mean(scores.flatMap(({ halo_black, halo_white }) => [halo_black, halo_white]))
	};
}
