import type { Size, Turns } from '../artifacts';
import type { TaskContext } from '../threads/tasks';
import { readAppearance } from './appearance';
import { askTree } from './ask-tree';
import { canvasImageEncoder } from './canvas-image-encoder';
import { checkGlb } from './check-glb';
import { compareViews, type Likeness } from './compare-views';
import { drawViews } from './draw-views';
import type { ImageEncoder } from './image-encoder';
import { mendSurface } from './mend-surface';
import { placeSurface } from './place-surface';
import { frameOf } from './rasterize';
import { readModel } from './read-model';
import { surfaceDistance } from './surface-distance';
import { withLookTangents } from './tangent-space';
import { buildTriangleTree } from './triangle-tree';
import { turnSurface } from './turn-surface';
import { weighGlb, type ModelWeight } from './weigh-glb';

export interface CompareInput {
	/** The model as it came, and how it was turned since. */
	source: Blob;
	turns?: Turns;
	/** What was made of it, placed. */
	result: Blob;
	/** The result's size, metres: the source is brought to it. */
	size: Size;
}

export interface ModelComparison extends Likeness {
	/** Between the surfaces, metres: on average, and where it is most. */
	mean_distance_m: number;
	most_distance_m: number;
	source: ModelWeight;
	result: ModelWeight;
}

/** Side of the pictures that are compared, pixels. */
const PICTURE = 256;
const TEXTURE_SIDE = 2048;

/**
 * Tells how far a result is from its source: seen from eight sides, between the surfaces, and in what they weigh.
 *
 * @param encoder decodes textures; the canvas one needs a browser.
 * @throws StageError `model_empty`, `model_corrupt`, `model_unsupported`
 */
export async function compareModels(
	{ source, turns = 0, result, size }: CompareInput,
	{ onprogress }: TaskContext = {},
	encoder: ImageEncoder = canvasImageEncoder
): Promise<ModelComparison> {
	const report = (fraction: number) => onprogress?.({ step: 'comparing', fraction });
	const open = async (glb: Blob, floaters: 'remove' | 'keep') => {
		const { document, surface: raw } = await readModel(await checkGlb(glb));
		const { surface } = await mendSurface(raw, floaters);
		return { document, surface };
	};
	report(0);
	const before = await open(source, 'remove');
	turnSurface(before.surface, turns);
	placeSurface(before.surface, before.document, size);
	report(0.1);
	const after = await open(result, 'keep');
	report(0.2);
	const frame = frameOf(before.surface);
	const views = [];
	for (const [index, { document, surface }] of [before, after].entries()) {
		const looks = await readAppearance(document, surface, encoder, TEXTURE_SIDE);
		views.push(drawViews(await withLookTangents(surface, looks), looks, frame, PICTURE));
		report(0.4 + index * 0.2);
	}
	const [of_source = [], of_result = []] = views;
	const there = surfaceDistance(before.surface, askTree(buildTriangleTree(after.surface)));
	report(0.8);
	const back = surfaceDistance(after.surface, askTree(buildTriangleTree(before.surface)));
	report(0.95);
	return {
		...compareViews(of_source, of_result),
		mean_distance_m: (there.mean + back.mean) / 2,
		most_distance_m: Math.max(there.most, back.most),
		source: await weighGlb(source),
		result: await weighGlb(result)
	};
}
