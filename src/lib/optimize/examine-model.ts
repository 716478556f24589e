import type { OptimizeNote, Repairs, Size } from '../artifacts';
import type { TaskContext } from '../threads/tasks';
import { checkGlb, listMotion } from './check-glb';
import { examineMotion } from './keep-motion';
import { mendSurface, NO_REPAIRS, repairsOf } from './mend-surface';
import { readGlb, renewGlb } from './read-glb';
import { takeApart } from './read-model';
import { readImage } from './read-texture';
import { boundsOf, countTriangles } from './surface';

/** What a file from elsewhere is, and what is wrong with it. */
export interface ModelExam {
	triangles: number;
	/** As the file's units make it, metres. */
	size: Size;
	/** What optimizing will mend. */
	repairs: Repairs;
	notes: OptimizeNote[];
	/** The same as our viewer reads it, where it cannot read the file itself, see `readGlb`; null: it can. */
	renewed: Blob | null;
}

/**
 * Looks a file from elsewhere through before it becomes a product's model: its container and outline are checked, its
 * geometry read and mended for the count, its textures measured by their heads. The file itself stays as it is, unless it
 * is of a kind that has to be renewed.
 *
 * @throws StageError `model_empty`, `model_corrupt`, `model_unsupported`, naming the part
 */
export async function examineModel(
	{ glb }: { glb: Blob },
	{ onprogress }: TaskContext = {}
): Promise<ModelExam> {
	onprogress?.({ step: 'reading_model', fraction: 0 });
	const bytes = await checkGlb(glb);
	onprogress?.({ step: 'reading_model', fraction: 0.2 });
	const read = await readGlb(bytes);
	const renewed = read.renewed ? await renewGlb(read) : null;
	if (listMotion(bytes).length > 0) {
		return { ...(await examineMotion(read)), renewed, repairs: NO_REPAIRS };
	}
	const { document, surface, left_out, unread } = await takeApart(read);
	const textures = document.getRoot().listTextures();
	textures.forEach(readImage);
	onprogress?.({ step: 'reading_model', fraction: 0.5 });
	const triangles = countTriangles(surface);
	const { surface: mended, report } = await mendSurface(surface);
	const { min, max } = boundsOf(mended);
	const notes: OptimizeNote[] = [];
	if (left_out) notes.push('parts_left_out');
	if (unread.length > 0) notes.push('extensions_left_out');
	if (textures.length === 0) notes.push('no_texture');
	onprogress?.({ step: 'reading_model', fraction: 1 });
	return {
		triangles,
		size: { width_m: max[0] - min[0], height_m: max[1] - min[1], depth_m: max[2] - min[2] },
		repairs: repairsOf(report),
		notes,
		renewed
	};
}
