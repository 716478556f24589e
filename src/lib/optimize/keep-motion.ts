import type { Document, Node } from '@gltf-transform/core';
import {
	cloneDocument,
	dedup,
	dequantize,
	getGLPrimitiveCount,
	meshopt,
	prune
} from '@gltf-transform/functions';
import { MeshoptEncoder } from 'meshoptimizer';
import { StageError, type OptimizeNote, type Size, type Turns } from '../artifacts';
import { corrupt } from './check-glb';
import { encodeTextures, type TextureRecipe } from './encode-textures';
import { fitTextures } from './fit-textures';
import { shownScene } from './glb-io';
import type { EncodedImage, ImageEncoder } from './image-encoder';
import { mendMotion } from './mend-motion';
import { scaleFor } from './scale-for';
import { readGlb, type ReadGlb } from './read-glb';
import { readImage } from './read-texture';
import { restBounds } from './rest-bounds';
import { writeDocument } from './write-level';

export interface MovingFile {
	level: number | 'plain';
	recipe: TextureRecipe;
	/** Aimed-at size of the file, bytes. */
	max_bytes: number;
}

export interface MovingPlace {
	size?: Partial<Size>;
	turns?: Turns;
	/** As in `buildLevels`. */
	place: 'ground' | 'keep';
}

export interface MovingFiles {
	/** In the order asked for. */
	files: Blob[];
	triangles: number;
	/** In its rest pose, metres. */
	size: Size;
	/** Longest texture side of the first file, pixels. */
	texture_size: number;
	notes: OptimizeNote[];
	/** See `readGlb`. */
	unread: string[];
}

/**
 * Makes files of a model with a skeleton, animations or morph targets. What moves is left as it is, triangle by triangle,
 * but for `mendMotion`; textures are made anew and geometry is packed. A new root node brings it to its real size and place.
 *
 * @param bytes of a checked GLB.
 * @throws StageError `model_empty`, `model_corrupt`
 */
export async function keepMotion(
	bytes: Uint8Array<ArrayBuffer>,
	wanted: MovingFile[],
	{ size, turns = 0, place }: MovingPlace,
	encoder: ImageEncoder,
	onprogress: (fraction: number) => void
): Promise<MovingFiles> {
	try {
		const { document, unread } = await open(await readGlb(bytes));
		const triangles = countTriangles(document);
		if (triangles === 0) throw new StageError('model_empty');
		turnScene(document, turns);
		const placed = place === 'keep' ? extents(document) : placeScene(document, size);
		const recipes = wanted.map(({ recipe }) => recipe);
		const made = await encodeTextures(document, recipes, encoder, {
			ontexture: (done, total) => onprogress((done / total) * 0.6)
		});
		const files: Blob[] = [];
		const notes = new Set<OptimizeNote>(notesOf(unread));
		if (document.getRoot().listTextures().length === 0) notes.add('no_texture');
		for (const [index, file] of wanted.entries()) {
			onprogress(0.6 + (0.4 * index) / wanted.length);
			const glb = await writeWithin(document, file, made[index] ?? [], triangles, encoder);
			if (glb.size > file.max_bytes) notes.add('size_missed');
			files.push(glb);
		}
		onprogress(1);
		const sides = (made[0] ?? []).map((image) => Math.max(image?.width ?? 0, image?.height ?? 0));
		return {
			files,
			triangles,
			size: placed,
			texture_size: Math.max(0, ...sides),
			notes: [...notes],
			unread
		};
	} catch (cause) {
		if (cause instanceof StageError) throw cause;
		return corrupt('its parts do not fit together', cause);
	}
}

/** With what skeletons and morph targets are made of. 16 bits, since a part may stand far from where it is drawn. */
async function packMoving(document: Document): Promise<void> {
	await document.transform(
		meshopt({
			encoder: MeshoptEncoder,
			level: 'high',
			quantizePosition: 16,
			quantizeNormal: 8,
			quantizeTexcoord: 12,
			quantizeColor: 8
		})
	);
}

/** What `examineModel` says of a model that moves. Changes its document. @throws StageError `model_empty`, `model_corrupt` */
export async function examineMotion(
	read: ReadGlb
): Promise<Pick<MovingFiles, 'triangles' | 'size' | 'notes'>> {
	try {
		const { document, unread } = await open(read);
		const triangles = countTriangles(document);
		if (triangles === 0) throw new StageError('model_empty');
		document.getRoot().listTextures().forEach(readImage);
		return { triangles, size: extents(document), notes: notesOf(unread) };
	} catch (cause) {
		if (cause instanceof StageError) throw cause;
		return corrupt('its parts do not fit together', cause);
	}
}

const notesOf = (unread: string[]): OptimizeNote[] =>
	unread.length > 0 ? ['motion_kept', 'extensions_left_out'] : ['motion_kept'];

async function open(read: ReadGlb): Promise<ReadGlb> {
	const { document } = read;
	await document.transform(
		dequantize(),
		dedup({ propertyTypes: ['Texture', 'Material'] }),
		// Joints are leaves, and clips may target them later.
		prune({ keepLeaves: true, keepAttributes: true, keepSolidTextures: true, keepExtras: true })
	);
	mendMotion(document);
	for (const name of ['EXT_meshopt_compression', 'KHR_mesh_quantization']) {
		document.disposeExtension(name);
	}
	for (const extension of document.getRoot().listExtensionsUsed()) extension.setRequired(false);
	return read;
}

async function writeWithin(
	document: Document,
	{ level, recipe, max_bytes }: MovingFile,
	textures: (EncodedImage | null)[],
	triangles: number,
	encoder: ImageEncoder
): Promise<Blob> {
	const write = (images: (EncodedImage | null)[]) =>
		writeDocument(cloneDocument(document), images, { level, triangles }, packMoving);
	const first = await write(textures);
	if (first.size <= max_bytes || textures.length === 0) return first;
	const { glb } = await fitTextures(max_bytes, async (rung) => {
		const smaller: TextureRecipe = {
			...recipe,
			max_size: Math.max(1, Math.round(recipe.max_size * rung.size)),
			quality: recipe.quality * rung.quality
		};
		const [images = []] = await encodeTextures(document, [smaller], encoder);
		const made = await write(images);
		return { bytes: made.size, glb: made };
	});
	return glb;
}

function countTriangles(document: Document): number {
	let triangles = 0;
	shownScene(document)?.traverse((node) => {
		for (const primitive of node.getMesh()?.listPrimitives() ?? []) {
			if (primitive.getMode() >= 4) triangles += getGLPrimitiveCount(primitive);
		}
	});
	return triangles;
}

function extents(document: Document): Size {
	const { min, max } = restBounds(document);
	return { width_m: max[0] - min[0], height_m: max[1] - min[1], depth_m: max[2] - min[2] };
}

/** Stands the scene on y = 0, centered, at its real size, by one node above all. */
function placeScene(document: Document, size: Partial<Size> = {}): Size {
	const { min, max } = restBounds(document);
	const own = extents(document);
	const scale = scaleFor([own.width_m, own.height_m, own.depth_m], size);
	above(document, 'placed')
		.setScale([scale, scale, scale])
		.setTranslation([
			(-(min[0] + max[0]) / 2) * scale,
			-min[1] * scale,
			(-(min[2] + max[2]) / 2) * scale
		]);
	return {
		width_m: own.width_m * scale,
		height_m: own.height_m * scale,
		depth_m: own.depth_m * scale
	};
}

function turnScene(document: Document, turns: Turns): void {
	if (turns === 0) return;
	const half = (turns * Math.PI) / 4;
	above(document, 'turned').setRotation([0, Math.sin(half), 0, Math.cos(half)]);
}

/** A new node between the scene and all that stands in it. */
function above(document: Document, name: string): Node {
	const scene = shownScene(document);
	const node = document.createNode(name);
	for (const child of scene?.listChildren() ?? []) node.addChild(child);
	scene?.addChild(node);
	return node;
}
