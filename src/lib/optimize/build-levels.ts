import type { Lod, OptimizeNote, Size, StepName } from '../artifacts';
import type { TaskContext } from '../threads/tasks';
import { canvasImageEncoder } from './canvas-image-encoder';
import { checkGlb } from './check-glb';
import { encodeTextures, type TextureRecipe } from './encode-textures';
import { createGlbIo } from './glb-io';
import type { EncodedImage, ImageEncoder } from './image-encoder';
import { targetTriangles, type LevelTarget } from './levels';
import { mendSurface } from './mend-surface';
import { placeSurface } from './place-surface';
import { readModel } from './read-model';
import { simplifySurface } from './simplify-surface';
import { countTriangles, type Surface } from './surface';
import { writeLevel } from './write-level';

export interface BuildLevelsInput {
	glb: Blob;
	/** The product's real size, metres. Scales the whole model, see `placeSurface`. */
	size?: Partial<Size>;
	/** Longest texture side in any file, pixels. */
	texture_size: number;
	/** From the finest to the coarsest. */
	levels: LevelTarget[];
}

export interface BuiltLevels {
	lods: Lod[];
	plain: Blob;
	source: { bytes: number; triangles: number };
	size: Size;
	/** Longest texture side in the finest level, pixels; 0 without textures. */
	texture_size: number;
	notes: OptimizeNote[];
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
/** A target passed by more than this is reported. */
const MISS = 1.1;
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
	report('cleaning_mesh', 0.5);
	const { surface: mended, report: mending } = await mendSurface(raw);
	const size = placeSurface(mended, document, input.size);
	if (left_out) notes.add('parts_left_out');
	if (mending.normals_made) notes.add('normals_made');
	if (mending.welded_share > WELD_WORTH_TELLING) notes.add('welded');
	if (document.getRoot().listTextures().length === 0) notes.add('no_texture');

	const surfaces: Surface[] = [];
	let spent = 0;
	for (const [index, level] of input.levels.entries()) {
		report('simplifying', index / input.levels.length);
		const target = targetTriangles(level, countTriangles(mended));
		const step = await simplifySurface(surfaces.at(-1) ?? mended, target, {
			max_error: Math.max(0, level.max_error - spent)
		});
		spent += step.error;
		if (countTriangles(step.surface) > target * MISS) notes.add('target_missed');
		surfaces.push(step.surface);
	}
	const plain_surface = await pickPlain(mended, surfaces);

	const limit = (level: LevelTarget) => Math.min(level.texture_size, input.texture_size);
	const recipes: TextureRecipe[] = [
		...input.levels.map((level) => ({
			format: 'web' as const,
			max_size: limit(level),
			quality: level.texture_quality
		})),
		{ format: 'plain', max_size: limit(PLAIN), quality: PLAIN.texture_quality }
	];
	report('compressing', 0);
	const made = await encodeTextures(document, recipes, encoder, (done, total) =>
		report('compressing', (done / total) * 0.8)
	);

	const lods: Lod[] = [];
	for (const [index, level] of input.levels.entries()) {
		report('compressing', 0.8 + (0.15 * index) / input.levels.length);
		const surface = surfaces[index] ?? mended;
		const write = (textures: (EncodedImage | null)[]) =>
			writeLevel(io, document, { level: index, surface, textures });
		let glb = await write(made[index] ?? []);
		for (const step of document.getRoot().listTextures().length > 0 ? STEP_DOWN : []) {
			if (glb.size <= (level.max_bytes ?? Infinity)) break;
			const recipe: TextureRecipe = {
				format: 'web',
				max_size: Math.max(1, Math.round(limit(level) * step.size)),
				quality: level.texture_quality * step.quality
			};
			const [smaller = []] = await encodeTextures(document, [recipe], encoder);
			glb = await write(smaller);
		}
		lods.push({ level: index, glb, triangles: countTriangles(surface) });
	}
	const plain = await writeLevel(io, document, {
		level: 'plain',
		surface: plain_surface,
		textures: made.at(-1) ?? []
	});
	report('compressing', 1);
	const sides = (made[0] ?? []).map((image) => Math.max(image?.width ?? 0, image?.height ?? 0));
	return { lods, plain, source, size, texture_size: Math.max(0, ...sides), notes: [...notes] };
}

/** The finest level that AR viewers take, or one made for them. */
async function pickPlain(mended: Surface, levels: Surface[]): Promise<Surface> {
	const target = targetTriangles(PLAIN, countTriangles(mended));
	const finest = levels[0];
	if (finest && countTriangles(finest) === target) return finest;
	const { surface } = await simplifySurface(mended, target, PLAIN);
	return surface;
}
