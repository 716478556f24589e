import type { Cutout, Size, StageContext } from '../../artifacts';
import { buildSolid } from './build-solid';
import { layOutAtlas } from './lay-out-atlas';
import { paintTexture } from './paint-texture';
import { projectUvs } from './project-uvs';
import { readCutout } from './read-cutout';
import { writeDraft } from './write-draft';

export interface DraftInput {
	/** The product from its front. */
	front: Pick<Cutout, 'image' | 'bounds'>;
	/** What is known of the real size, metres. */
	size: Partial<Size>;
	/** Longest side of the texture, pixels. */
	texture_size: number;
}

export interface Draft {
	glb: Blob;
	triangles: number;
	size: Size;
	sides_guessed: boolean;
}

/**
 * Makes a draft model of one cut-out on this device, without any download. Runs on a thread or inline.
 *
 * @throws StageError `nothing_found` when the cut-out is empty
 */
export async function buildDraft(
	{ front, size, texture_size }: DraftInput,
	{ onprogress }: Pick<StageContext, 'onprogress'> = {}
): Promise<Draft> {
	onprogress?.({ step: 'shaping', fraction: 0 });
	const { pixels, alpha, frame } = await readCutout(front.image, front.bounds);
	onprogress?.({ step: 'shaping', fraction: 0.2 });
	const solid = buildSolid(alpha, { size }, (share) =>
		onprogress?.({ step: 'shaping', fraction: 0.2 + 0.8 * share })
	);

	onprogress?.({ step: 'texturing', fraction: 0 });
	const atlas = layOutAtlas(frame, texture_size);
	const image = await paintTexture(pixels, atlas);
	onprogress?.({ step: 'texturing', fraction: 0.8 });
	const written = await writeDraft(
		{ ...solid, uvs: projectUvs(solid, frame, atlas) },
		{
			size,
			construction: solid.construction,
			texture: { image: new Uint8Array(await image.arrayBuffer()), mime_type: 'image/jpeg' }
		}
	);
	onprogress?.({ step: 'texturing', fraction: 1 });
	return {
		glb: new Blob([new Uint8Array(written.glb)], { type: 'model/gltf-binary' }),
		triangles: solid.indices.length / 3,
		size: written.size,
		sides_guessed: true
	};
}
