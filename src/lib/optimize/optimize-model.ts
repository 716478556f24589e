import type {
	OptimizedModel,
	SimplifyMethod,
	Size,
	SourceModel,
	StageContext,
	Turns
} from '../artifacts';
import { runTask } from '../threads/run-task';
import { DEFAULT_LEVELS, type LevelTarget } from './levels';

/** What a person may choose. */
export interface OptimizeSettings {
	/** Longest texture side in any file, pixels. Default 2048. */
	texture_size?: number;
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
	/** From the finest to the coarsest. Default `DEFAULT_LEVELS`. */
	levels?: LevelTarget[];
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
		size,
		turns,
		texture_size = 2048,
		levels = DEFAULT_LEVELS,
		method,
		hidden
	}: OptimizeOptions = {},
	context: StageContext = {}
): Promise<OptimizedModel> {
	const started = performance.now();
	const built = await runTask(
		'build_levels',
		{ glb: source.glb, size, turns, texture_size, levels, method, hidden },
		context
	);
	return { ...built, turns, processing_time: (performance.now() - started) / 1000 };
}
