import type { Document } from '@gltf-transform/core';
import type {
	Lod,
	OptimizeNote,
	OptimizeReport,
	SimplifyMethod,
	Size,
	StepName,
	TextureFormat,
	Turns
} from '../artifacts';
import type { TaskContext } from '../threads/tasks';
import { readAppearance } from './appearance';
import type { LevelModel } from './baked-model';
import { canvasImageEncoder } from './canvas-image-encoder';
import { checkGlb, listMotion } from './check-glb';
import type { TextureRecipe } from './encode-textures';
import type { ImageEncoder } from './image-encoder';
import { keepMotion, type MovingFile } from './keep-motion';
import { MOST_TRIANGLES, targetTriangles, type LevelTarget } from './levels';
import { mendSurface, NO_REPAIRS, repairsOf } from './mend-surface';
import { placeSurface } from './place-surface';
import { readModel } from './read-model';
import { removeHidden } from './remove-hidden';
import { simplifyLevels } from './simplify-levels';
import { simplifySurface } from './simplify-surface';
import { boundsOf, countTriangles, type Surface } from './surface';
import { turnSurface } from './turn-surface';
import { writeFiles, type PlannedFile } from './write-files';

export interface BuildLevelsInput {
	glb: Blob;
	/** The product's real size, metres. Scales the whole model, see `placeSurface`. */
	size?: Partial<Size>;
	/** Which way its front faces. Default 0: as it is. */
	turns?: Turns;
	/** `ground` (default) stands the model on y = 0, centered; `keep` leaves it where it is, at its own size. */
	place?: 'ground' | 'keep';
	/** Longest texture side in any file, pixels. */
	texture_size: number;
	/** How the levels' textures are stored; the plain file has JPEG and PNG. Default `webp`. */
	texture_format?: TextureFormat;
	/** From the finest to the coarsest. */
	levels: LevelTarget[];
	/** Default `auto`: what looks most like the source, level by level. */
	method?: SimplifyMethod | 'auto';
	/** What to do with triangles that cannot be seen from outside. Default `remove`. */
	hidden?: 'remove' | 'keep';
}

export interface BuiltLevels {
	lods: Lod[];
	plain: Blob;
	source: { bytes: number; triangles: number };
	size: Size;
	/** Longest texture side in the finest level, pixels; 0 without textures. */
	texture_size: number;
	notes: OptimizeNote[];
	report: OptimizeReport;
}

/** What AR viewers take: Scene Viewer and Quick Look both draw the line at 2K. */
const PLAIN: LevelTarget = {
	ratio: 1,
	max_triangles: MOST_TRIANGLES,
	min_triangles: 0,
	max_error: 0.02,
	texture_size: 2048,
	texture_quality: 0.85
};
/** Welding below this share is a file's usual slack. */
const WELD_WORTH_TELLING = 0.05;

/**
 * Makes levels of detail and a plain twin of a GLB: cleaned, in real size, on the ground, simplified each from the
 * one before, textures re-encoded, geometry packed.
 *
 * @param encoder makes the textures; the canvas one needs a browser.
 * @throws StageError `model_empty`, `model_corrupt`, `model_unsupported`
 */
export async function buildLevels(
	input: BuildLevelsInput,
	{ onprogress }: TaskContext = {},
	encoder: ImageEncoder = canvasImageEncoder
): Promise<BuiltLevels> {
	const report = (step: StepName, fraction: number) => onprogress?.({ step, fraction });
	const notes = new Set<OptimizeNote>();

	report('cleaning_mesh', 0);
	const bytes = await checkGlb(input.glb);
	if (listMotion(bytes).length > 0) {
		return buildMoving(input, bytes, encoder, (fraction) => report('compressing', fraction));
	}
	const { document, surface: raw, left_out, unread } = await readModel(bytes);
	const source = { bytes: input.glb.size, triangles: countTriangles(raw) };
	report('cleaning_mesh', 0.3);
	const { surface, report: mending } = await mendSurface(raw);
	turnSurface(surface, input.turns ?? 0);
	const size =
		input.place === 'keep' ? sizeOf(surface) : placeSurface(surface, document, input.size);
	const seen =
		input.hidden === 'keep'
			? { surface, report: { removed: 0 } }
			: removeHidden(surface, (fraction) => report('cleaning_mesh', 0.4 + fraction * 0.5));
	const looks = await readAppearance(document, surface, encoder, input.texture_size);
	if (left_out) notes.add('parts_left_out');
	if (unread.length > 0) notes.add('extensions_left_out');
	if (mending.triangles_given_normals > 0) notes.add('normals_made');
	if (mending.welded_share > WELD_WORTH_TELLING) notes.add('welded');
	if (mending.floating_pieces > 0) notes.add('floaters_removed');
	if (seen.report.removed > 0) notes.add('hidden_removed');
	if (document.getRoot().listTextures().length === 0) notes.add('no_texture');

	report('simplifying', 0);
	const simplified = await simplifyLevels(
		{
			document,
			surface,
			visible: seen.surface,
			looks,
			levels: input.levels,
			method: input.method ?? 'auto',
			texture_size: input.texture_size
		},
		encoder,
		(fraction) => report('simplifying', fraction)
	);
	const { models, variants, layout_kept_for } = simplified;
	if (simplified.missed > 0) notes.add('target_missed');
	if (simplified.gpu_failed) notes.add('gpu_failed');
	if (layout_kept_for !== null && input.method !== 'keep_layout') notes.add('layout_kept');

	report('compressing', 0);
	const files: PlannedFile[] = [
		...models.map((model, level) => {
			const target = input.levels[level] ?? PLAIN;
			return {
				level,
				model,
				twin: simplified.twins[level] ?? null,
				recipe: webRecipe(target, input),
				max_bytes: target.max_bytes ?? Infinity
			};
		}),
		{
			level: 'plain',
			model: await pickPlain(document, seen.surface, models[0]),
			twin: null,
			recipe: plainRecipe(input),
			max_bytes: Infinity
		}
	];
	const written = await writeFiles(files, encoder, (fraction) => report('compressing', fraction));
	const plain = written.pop()?.glb ?? new Blob();
	if (written.some(({ fits }) => !fits)) notes.add('size_missed');
	return {
		lods: written.map(({ glb, triangles }, level) => ({ level, glb, triangles })),
		plain,
		source,
		size,
		texture_size: written[0]?.texture_size ?? 0,
		notes: [...notes],
		report: {
			repairs: repairsOf(mending),
			hidden_triangles: seen.report.removed,
			variants,
			layout_kept_for,
			extensions_left_out: unread
		}
	};
}

/** The files of a model that moves, see `keepMotion`: every level has all of its triangles. */
async function buildMoving(
	input: BuildLevelsInput,
	bytes: Uint8Array<ArrayBuffer>,
	encoder: ImageEncoder,
	onprogress: (fraction: number) => void
): Promise<BuiltLevels> {
	const wanted: MovingFile[] = input.levels.map((target, level) => ({
		level,
		recipe: webRecipe(target, input),
		max_bytes: target.max_bytes ?? Infinity
	}));
	wanted.push({ level: 'plain', recipe: plainRecipe(input), max_bytes: Infinity });
	const { size, turns, place = 'ground' } = input;
	const made = await keepMotion(bytes, wanted, { size, turns, place }, encoder, onprogress);
	const { files, triangles, unread, ...facts } = made;
	const plain = files.pop() ?? new Blob();
	return {
		...facts,
		lods: files.map((glb, level) => ({ level, glb, triangles })),
		plain,
		source: { bytes: input.glb.size, triangles },
		report: {
			repairs: NO_REPAIRS,
			hidden_triangles: 0,
			variants: [],
			layout_kept_for: null,
			extensions_left_out: unread
		}
	};
}

function plainRecipe({ texture_size }: BuildLevelsInput): TextureRecipe {
	return {
		format: 'jpeg',
		max_size: Math.min(PLAIN.texture_size, texture_size),
		quality: PLAIN.texture_quality
	};
}

function webRecipe(
	level: LevelTarget,
	{ texture_size, texture_format = 'webp' }: BuildLevelsInput
): TextureRecipe {
	return {
		format: texture_format,
		max_size: Math.min(level.texture_size, texture_size),
		quality: level.texture_quality
	};
}

function sizeOf(surface: Surface): Size {
	const { min, max } = boundsOf(surface);
	return { width_m: max[0] - min[0], height_m: max[1] - min[1], depth_m: max[2] - min[2] };
}

/** The finest level if AR viewers take it, or one made for them. */
async function pickPlain(
	document: Document,
	visible: Surface,
	finest: LevelModel | undefined
): Promise<LevelModel> {
	const target = targetTriangles(PLAIN, countTriangles(visible));
	if (finest && countTriangles(finest.surface) <= PLAIN.max_triangles) return finest;
	const { surface } = await simplifySurface(visible, target, PLAIN);
	return { document, surface, pixels: new Map() };
}
