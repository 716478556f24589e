/** A person's own GLB as a source model. */
import { StageError, type SourceModel, type StageContext } from './artifacts';
import { runTask } from './threads/run-task';

const TYPE = 'model/gltf-binary';

/** Whether a file that was dropped is meant as a 3D model. */
export const isModelFile = ({ name, type }: File) =>
	type === TYPE || /\.(glb|gltf|fbx|obj|stl|usdz|blend|3ds|dae|ply)$/i.test(name);

/**
 * Reads a person's own GLB: bounded, checked and looked through on a thread. The file stays as it is, or is
 * unpacked where our viewer could not show it; what is wrong with it is told, and mended when it is optimized.
 *
 * @throws StageError `model_not_glb`, `model_empty`, `model_corrupt`, `model_unsupported`; AbortError
 */
export async function readOwnModel(file: File, context: StageContext): Promise<SourceModel> {
	if (!/\.glb$/i.test(file.name) && file.type !== TYPE) {
		throw new StageError('model_not_glb', { name: file.name });
	}
	const started = performance.now();
	// The check bounds it before any of it is read; a file of the disk could change later, these bytes cannot.
	const { triangles, size, repairs, notes, renewed } = await runTask(
		'examine_model',
		{ glb: file },
		context
	);
	return {
		provider: 'own',
		glb: renewed ?? new Blob([await file.arrayBuffer()], { type: TYPE }),
		triangles,
		size,
		sides_guessed: false,
		cost: 0,
		task_id: null,
		model_url: null,
		processing_time: (performance.now() - started) / 1000,
		own: { name: file.name, repairs, notes }
	};
}
