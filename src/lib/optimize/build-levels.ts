import type { Document, WebIO } from '@gltf-transform/core';
import type {
	Lod,
	OptimizeNote,
	OptimizeReport,
	SimplifyMethod,
	Size,
	StepName,
	Turns
} from '../artifacts';
import type { TaskContext } from '../threads/tasks';
import { readAppearance } from './appearance';
import type { LevelModel } from './baked-model';
import { canvasImageEncoder } from './canvas-image-encoder';
import { checkGlb } from './check-glb';
import { encodeTextures, type TextureRecipe } from './encode-textures';
import { createGlbIo } from './glb-io';
import type { EncodedImage, ImageEncoder } from './image-encoder';
import { targetTriangles, type LevelTarget } from './levels';
import { mendSurface, repairsOf } from './mend-surface';
import { placeSurface } from './place-surface';
import { readModel } from './read-model';
import { removeHidden } from './remove-hidden';
import { simplifyLevels } from './simplify-levels';
import { simplifySurface } from './simplify-surface';
import { boundsOf, countTriangles, type Surface } from './surface';
import { turnSurface } from './turn-surface';
import { writeLevel } from './write-level';

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

/** What AR viewers take: Scene Viewer and Quick Look both draw the line at 100,000 triangles and 2K. */
const PLAIN: LevelTarget = {
	ratio: 1,
	max_triangles: 100_000,
	min_triangles: 0,
	max_error: 0.02,
	texture_size: 2048,
	texture_quality: 0.85
};
/** Welding below this share is a file's usual slack. */
const WELD_WORTH_TELLING = 0.05;
/** What a level over its `max_bytes` tries next: sides and qualities as shares of its own. */
const STEP_DOWN = [
	{ size: 1, quality: 0.75 },
	{ size: 0.75, quality: 0.75 },
	{ size: 0.5, quality: 0.75 },
	{ size: 0.25, quality: 0.75 }
];
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
	const io = await createGlbIo();
	const { document, surface: raw, left_out } = await readModel(io, bytes);
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
		(fraction) => report('simplifying', fraction)
	);
	const { models, variants, layout_kept_for } = simplified;
	if (simplified.missed > 0) notes.add('target_missed');
	if (layout_kept_for !== null && input.method !== 'keep_layout') notes.add('layout_kept');

	report('compressing', 0);
	const files: PlannedFile[] = [
		...models.map((model, level) => ({
			level,
			model,
			recipe: webRecipe(input.levels[level] ?? PLAIN, input.texture_size)
		})),
		{
			level: 'plain',
			model: await pickPlain(document, seen.surface, models[0]),
			recipe: {
				format: 'plain',
				max_size: Math.min(PLAIN.texture_size, input.texture_size),
				quality: PLAIN.texture_quality
			}
		}
	];
	const made = await encodeAll(files, encoder, (fraction) => report('compressing', fraction * 0.8));
	const written: Blob[] = [];
	for (const [index, file] of files.entries()) {
		report('compressing', 0.8 + (0.2 * index) / files.length);
		const max_bytes = file.level === 'plain' ? Infinity : input.levels[file.level]?.max_bytes;
		written.push(await writeWithin(io, file, made[index] ?? [], max_bytes ?? Infinity, encoder));
	}
	report('compressing', 1);
	const plain = written.pop() ?? new Blob();
	const sides = (made[0] ?? []).map((image) => Math.max(image?.width ?? 0, image?.height ?? 0));
	return {
		lods: models.map((model, level) => ({
			level,
			glb: written[level] ?? plain,
			triangles: countTriangles(model.surface)
		})),
		plain,
		source,
		size,
		texture_size: Math.max(0, ...sides),
		notes: [...notes],
		report: {
			repairs: repairsOf(mending),
			hidden_triangles: seen.report.removed,
			variants,
			layout_kept_for
		}
	};
}

interface PlannedFile {
	level: number | 'plain';
	model: LevelModel;
	recipe: TextureRecipe;
}

function webRecipe(level: LevelTarget, texture_size: number): TextureRecipe {
	return {
		format: 'web',
		max_size: Math.min(level.texture_size, texture_size),
		quality: level.texture_quality
	};
}

/** Encodes the textures of all files; those that share a document are decoded once. */
async function encodeAll(
	files: PlannedFile[],
	encoder: ImageEncoder,
	onprogress: (fraction: number) => void
): Promise<(EncodedImage | null)[][]> {
	const made: (EncodedImage | null)[][] = files.map(() => []);
	const documents = [...new Set(files.map(({ model }) => model.document))];
	for (const [index, document] of documents.entries()) {
		const own = files.filter(({ model }) => model.document === document);
		const results = await encodeTextures(
			document,
			own.map(({ recipe }) => recipe),
			encoder,
			{
				pixels: own[0]?.model.pixels,
				ontexture: (done, total) => onprogress((index + done / total) / documents.length)
			}
		);
		own.forEach((file, i) => (made[files.indexOf(file)] = results[i] ?? []));
	}
	return made;
}

/** Writes a file; over `max_bytes` its textures step down until it fits. */
async function writeWithin(
	io: WebIO,
	{ level, model, recipe }: PlannedFile,
	textures: (EncodedImage | null)[],
	max_bytes: number,
	encoder: ImageEncoder
): Promise<Blob> {
	let glb = await writeLevel(io, { level, model, textures });
	if (model.document.getRoot().listTextures().length === 0) return glb;
	for (const step of STEP_DOWN) {
		if (glb.size <= max_bytes) break;
		const smaller: TextureRecipe = {
			...recipe,
			max_size: Math.max(1, Math.round(recipe.max_size * step.size)),
			quality: recipe.quality * step.quality
		};
		const { document, pixels } = model;
		const [encoded = []] = await encodeTextures(document, [smaller], encoder, { pixels });
		glb = await writeLevel(io, { level, model, textures: encoded });
	}
	return glb;
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
