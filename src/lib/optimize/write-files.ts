import type { Document } from '@gltf-transform/core';
import type { LevelModel } from './baked-model';
import { encodeTextures, type TextureRecipe } from './encode-textures';
import { fitTextures, FULL_SIZE } from './fit-textures';
import type { EncodedImage, ImageEncoder } from './image-encoder';
import { simplifySurface } from './simplify-surface';
import { countTriangles } from './surface';
import { writeLevel } from './write-level';

export interface PlannedFile {
	/** Its number, or `plain` for the twin without required extensions. */
	level: number | 'plain';
	model: LevelModel;
	recipe: TextureRecipe;
	/** The same level with the source's own layout: a fresh one must not weigh more. Null where there is none. */
	twin: LevelModel | null;
	/** Aimed-at size of the file; Infinity for none. */
	max_bytes: number;
}

export interface WrittenFile {
	glb: Blob;
	triangles: number;
	/** Longest texture side, pixels; 0 without textures. */
	texture_size: number;
	/** Whether it is within its `max_bytes`. */
	fits: boolean;
}

/** Share of a file that its triangles may take of its limit; above it they get fewer, so that something is left for textures. */
const GEOMETRY_SHARE = 0.6;
const FEWER_TRIES = 2;

type Images = (EncodedImage | null)[];

/**
 * Encodes the textures of all files, those that share a document decoded once, and writes each within its limits, a coarser
 * level no heavier than a finer one.
 *
 * @param files levels from the finest to the coarsest, and the plain one.
 */
export async function writeFiles(
	files: PlannedFile[],
	encoder: ImageEncoder,
	onprogress: (fraction: number) => void
): Promise<WrittenFile[]> {
	const wanted = files.flatMap(({ model, twin, recipe }) =>
		(twin ? [model, twin] : [model]).map((one) => ({ model: one, recipe }))
	);
	const made = await encodeAll(wanted, encoder, (fraction) => onprogress(fraction * 0.6));
	const written: WrittenFile[] = [];
	let finer_bytes = Infinity;
	for (const [index, file] of files.entries()) {
		onprogress(0.6 + (0.4 * index) / files.length);
		const textures = made.shift() ?? [];
		const twin = file.twin && { model: file.twin, textures: made.shift() ?? [] };
		const most = file.level === 'plain' ? Infinity : finer_bytes;
		const one = await writeWithin(file, textures, twin, most, encoder);
		finer_bytes = Math.min(finer_bytes, one.glb.size);
		written.push(one);
	}
	onprogress(1);
	return written;
}

async function encodeAll(
	wanted: { model: LevelModel; recipe: TextureRecipe }[],
	encoder: ImageEncoder,
	onprogress: (fraction: number) => void
): Promise<Images[]> {
	const made: Images[] = wanted.map(() => []);
	const documents = new Set<Document>(wanted.map(({ model }) => model.document));
	let begun = 0;
	for (const document of documents) {
		const own = wanted.filter(({ model }) => model.document === document);
		const done = begun++;
		const results = await encodeTextures(
			document,
			own.map(({ recipe }) => recipe),
			encoder,
			{
				pixels: own[0]?.model.pixels,
				ontexture: (texture, total) => onprogress((done + texture / total) / documents.size)
			}
		);
		own.forEach((one, i) => (made[wanted.indexOf(one)] = results[i] ?? []));
	}
	return made;
}

/**
 * Writes a file; over its limit its triangles, then its textures step down until it fits.
 *
 * @param finer_bytes of the level before: what it weighs more is taken from its textures.
 */
async function writeWithin(
	{ level, recipe, max_bytes, model: wanted }: PlannedFile,
	textures: Images,
	twin: { model: LevelModel; textures: Images } | null,
	finer_bytes: number,
	encoder: ImageEncoder
): Promise<WrittenFile> {
	let model = wanted;
	let glb = await writeLevel({ level, model, textures });
	for (let i = 0; i < FEWER_TRIES; i++) {
		const geometry = glb.size - weigh(textures);
		const allowed = max_bytes * (textures.length > 0 ? GEOMETRY_SHARE : 1);
		if (glb.size <= max_bytes || geometry <= allowed) break;
		const target = Math.floor((countTriangles(model.surface) * allowed * 0.95) / geometry);
		const { surface } = await simplifySurface(model.surface, target, { max_error: 1 });
		model = { ...model, surface };
		glb = await writeLevel({ level, model, textures });
	}
	const twin_bytes = twin ? (await writeLevel({ level, ...twin })).size : Infinity;
	let images = textures;
	// A file may be as small as it must; to be no larger than its twin it gives no size away.
	for (const [limit, floor] of [
		[twin_bytes, FULL_SIZE],
		[Math.min(max_bytes, finer_bytes), undefined]
	] as const) {
		if (glb.size <= limit || textures.length === 0) continue;
		const fitted = await fitTextures(
			limit - (glb.size - weigh(images)),
			async (rung) => {
				const smaller: TextureRecipe = {
					...recipe,
					max_size: Math.max(1, Math.round(sideOf(textures) * rung.size)),
					quality: recipe.quality * rung.quality
				};
				const { document, pixels } = model;
				const [encoded = []] = await encodeTextures(document, [smaller], encoder, { pixels });
				return { bytes: weigh(encoded), encoded };
			},
			floor
		);
		images = fitted.encoded;
		glb = await writeLevel({ level, model, textures: images });
	}
	return {
		glb,
		triangles: countTriangles(model.surface),
		texture_size: sideOf(images),
		fits: glb.size <= max_bytes
	};
}

function weigh(images: Images): number {
	return images.reduce((sum, image) => sum + (image?.bytes.byteLength ?? 0), 0);
}

function sideOf(images: Images): number {
	return Math.max(0, ...images.map((image) => Math.max(image?.width ?? 0, image?.height ?? 0)));
}
