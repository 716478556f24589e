import type {
	OptimizedModel,
	SimplifyMethod,
	Size,
	SourceModel,
	StageContext,
	TextureFormat,
	Turns
} from '../artifacts';
import { runTask } from '../threads/run-task';
import { levelsFor, TEXTURE_SIDE, type LevelsBy } from './levels';

/** What a person may choose. */
export interface OptimizeSettings {
	/** Longest texture side in any file, pixels. Default 2048. */
	texture_size?: number;
	/** How the levels' textures are stored. Default `webp`. */
	texture_format?: TextureFormat;
	/** What coarser levels follow. Default `share`. */
	levels?: LevelsBy;
	/** Of the finest level. Default 100,000; see `levelsFor`. */
	max_triangles?: number;
	/** No level is larger than this, bytes, as far as its textures can bear it. Default: as the levels say. */
	max_bytes?: number;
	/** How triangles are made fewer. Default `auto`: what looks most like the source, level by level. */
	method?: SimplifyMethod | 'auto';
	/** What to do with triangles that cannot be seen from outside. Default `remove`. */
	hidden?: 'remove' | 'keep';
}

export interface OptimizeOptions extends OptimizeSettings {
	/** The product's real size, metres; any part of it. The first known of height, width, depth sets the scale. */
	size?: Partial<Size>;
	/** Which way its front faces. Default 0: as it is. */
	turns?: Turns;
}

/**
 * Makes a model ready for the web, on a thread: levels of detail packed for the viewer, and a plain GLB for AR and
 * other programs, both in real size, on the ground and centered.
 *
 * @throws StageError `model_empty`, `model_corrupt`, `model_unsupported`, `thread_crashed`
 */
export async function optimizeModel(
	source: SourceModel,
	{
		levels: by,
		max_triangles,
		max_bytes,
		texture_size = TEXTURE_SIDE,
		...options
	}: OptimizeOptions = {},
	context: StageContext = {}
): Promise<OptimizedModel> {
	const started = performance.now();
	const built = await runTask(
		'build_levels',
		{
			...options,
			texture_size,
			glb: source.glb,
			levels: levelsFor({ by, max_triangles, max_bytes, texture_size })
		},
		context
	);
	return { ...built, turns: options.turns, processing_time: (performance.now() - started) / 1000 };
}

/** All levels in one file, see `joinLevels`. */
export function makeSingleFile(
	{ lods }: Pick<OptimizedModel, 'lods'>,
	context: StageContext = {}
): Promise<Blob> {
	return runTask('join_levels', lods, context);
}
