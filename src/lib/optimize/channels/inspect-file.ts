import { ImageUtils, type Document } from '@gltf-transform/core';
import { getBounds, getGLPrimitiveCount } from '@gltf-transform/functions';
import { checkGlb, listMotion } from '../check-glb';
import { shownScene } from '../glb-io';
import { readGlb } from '../read-glb';
import { restBounds } from '../rest-bounds';
import { inspectUsdz } from './inspect-usdz';

/** What channels ask about a file. */
export interface FileFacts {
	bytes: number;
	triangles: number;
	vertices: number;
	/** One per surface that is drawn. */
	draw_calls: number;
	materials: number;
	/** The most that any surface has. */
	uv_sets: number;
	/** Longest side of any texture, pixels; 0 without. */
	texture_side: number;
	/** Content types of its textures, each once. */
	texture_types: string[];
	/** Extensions that a reader must know. */
	extensions: string[];
	/** What of it moves, as `listMotion` names it; empty for one that stands still. */
	motion: string[];
	/** The box around it at rest, in its units. */
	min: [number, number, number];
	max: [number, number, number];
	/** Of a USDZ: stored, aligned, in metres, y up, textures in place. Null for a GLB. */
	packed: boolean | null;
}

/**
 * Reads what channels ask about a GLB or a USDZ.
 *
 * @throws StageError `model_empty`, `model_corrupt`, `model_unsupported`
 */
export async function inspectFile(file: Blob, format: 'glb' | 'usdz'): Promise<FileFacts> {
	if (format === 'usdz') return inspectUsdz(file);
	const bytes = await checkGlb(file);
	const { document } = await readGlb(bytes);
	const motion = listMotion(bytes);
	return { bytes: file.size, motion, ...factsOf(document, motion.length > 0) };
}

function factsOf(document: Document, moves: boolean): Omit<FileFacts, 'bytes' | 'motion'> {
	const root = document.getRoot();
	const scene = shownScene(document);
	let [triangles, vertices, draw_calls, uv_sets] = [0, 0, 0, 0];
	const materials = new Set<unknown>();
	scene?.traverse((node) => {
		for (const primitive of node.getMesh()?.listPrimitives() ?? []) {
			if (primitive.getMode() < 4) continue; // Points and lines.
			draw_calls++;
			triangles += getGLPrimitiveCount(primitive);
			vertices += primitive.getAttribute('POSITION')?.getCount() ?? 0;
			materials.add(primitive.getMaterial());
			const sets = primitive.listSemantics().filter((name) => name.startsWith('TEXCOORD_'));
			uv_sets = Math.max(uv_sets, sets.length);
		}
	});
	const textures = root.listTextures();
	const sides = textures.flatMap((texture) => {
		const image = texture.getImage();
		return (image && ImageUtils.getSize(image, texture.getMimeType())) ?? [];
	});
	const still = scene ? getBounds(scene) : { min: [0, 0, 0], max: [0, 0, 0] };
	const box = moves ? restBounds(document) : still;
	const corner = (values: readonly number[]): [number, number, number] => [
		values[0] ?? 0,
		values[1] ?? 0,
		values[2] ?? 0
	];
	return {
		triangles,
		vertices,
		draw_calls,
		materials: materials.size,
		uv_sets,
		texture_side: Math.max(0, ...sides),
		texture_types: [...new Set(textures.map((texture) => texture.getMimeType()))].sort(),
		extensions: root
			.listExtensionsUsed()
			.filter((extension) => extension.isRequired())
			.map((extension) => extension.extensionName),
		min: corner(box.min),
		max: corner(box.max),
		packed: null
	};
}
