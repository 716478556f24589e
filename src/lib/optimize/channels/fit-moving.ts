import { checkGlb } from '../check-glb';
import type { ImageEncoder } from '../image-encoder';
import { keepMotion } from '../keep-motion';
import { mostBytes, numberOf, recipeOf } from './fit-file';
import { inspectFile, type FileFacts } from './inspect-file';
import type { SourceOptions } from './open-source';
import type { ChannelFile } from './profiles';

/** Writes a model that moves as files of channels: textures step down until each fits, its shape stays as it is. */
export async function fitMoving(
	glb: Blob,
	{ size, turns, files }: SourceOptions,
	encoder: ImageEncoder,
	onprogress: (fraction: number) => void
): Promise<Map<ChannelFile, { file: Blob; facts: FileFacts }>> {
	const made = new Map<ChannelFile, { file: Blob; facts: FileFacts }>();
	if (files.length === 0) return made;
	const kept = await keepMotion(
		await checkGlb(glb),
		files.map((file) => ({
			level: numberOf(file),
			recipe: recipeOf(file),
			max_bytes: mostBytes(file)
		})),
		{ size, turns, place: 'ground' },
		encoder,
		onprogress
	);
	for (const [i, file] of files.entries()) {
		const written = kept.files[i] ?? new Blob();
		made.set(file, { file: written, facts: await inspectFile(written, 'glb') });
	}
	return made;
}
