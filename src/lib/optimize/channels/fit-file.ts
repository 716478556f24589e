import type { LevelModel } from '../baked-model';
import { encodeTextures, type TextureRecipe } from '../encode-textures';
import { fitTextures, RUNGS, type Rung } from '../fit-textures';
import type { ImageEncoder } from '../image-encoder';
import { simplifySurface } from '../simplify-surface';
import { countTriangles } from '../surface';
import { writeLevel } from '../write-level';
import { writeUsdz } from '../write-usdz';
import { inspectFile, type FileFacts } from './inspect-file';
import { levelOf, type ChannelFile } from './profiles';

/** Triangles a next round keeps at most and at least, so that it gets nearer and does not overshoot. */
const KEEP = { most: 0.85, least: 0.3 };
const MOST_ROUNDS = 6;
/** Never fewer: a shape nobody knows again is no file. */
const FEWEST_TRIANGLES = 200;

/**
 * Writes a model as a channel's file and makes it fit: textures step down first, then triangles go. What still does not
 * fit is given as it is; the rules say so.
 */
export async function fitFile(
	model: LevelModel,
	file: ChannelFile,
	encoder: ImageEncoder
): Promise<{ file: Blob; facts: FileFacts }> {
	const { limits } = file;
	const max_bytes = mostBytes(file);
	let current = model;
	for (let round = 1; ; round++) {
		const made = await writeFitting(current, file, encoder);
		const triangles = countTriangles(current.surface);
		const keep = Math.min(
			max_bytes / made.facts.bytes,
			(limits.max_vertices ?? Infinity) / made.facts.vertices
		);
		if (keep >= 1 || round === MOST_ROUNDS || triangles <= FEWEST_TRIANGLES) return made;
		const share = Math.max(KEEP.least, Math.min(KEEP.most, keep));
		const target = Math.max(FEWEST_TRIANGLES, Math.floor(triangles * share));
		const { surface } = await simplifySurface(current.surface, target, { max_error: 1 });
		if (countTriangles(surface) >= triangles) return made;
		current = { ...current, surface };
	}
}

/** What a file's textures are made with, before it is made to fit. */
export function recipeOf(file: ChannelFile): TextureRecipe {
	const { texture_size, texture_quality } = levelOf(file);
	return {
		format: file.format === 'web' ? 'webp' : 'jpeg',
		max_size: texture_size,
		quality: texture_quality
	};
}

/** How files are numbered inside: the web's levels by theirs, the others as plain ones. */
export const numberOf = ({ format, suffix }: ChannelFile): number | 'plain' =>
	format === 'web' ? Number(/\d+$/.exec(suffix)?.[0]) || 0 : 'plain';

/** A file's most bytes: what is advised there, else what is taken. */
export const mostBytes = ({ limits }: ChannelFile) =>
	limits.advised_bytes ?? limits.max_bytes ?? Infinity;

async function writeFitting(
	model: LevelModel,
	file: ChannelFile,
	encoder: ImageEncoder
): Promise<{ file: Blob; facts: FileFacts }> {
	const recipe = recipeOf(file);
	const write = async (rung: Rung) => {
		const smaller: TextureRecipe = {
			...recipe,
			max_size: Math.max(1, Math.round(recipe.max_size * rung.size)),
			quality: recipe.quality * rung.quality
		};
		const [textures = []] = await encodeTextures(model.document, [smaller], encoder, {
			pixels: model.pixels
		});
		const glb = await writeLevel({ level: numberOf(file), model, textures });
		const made = file.format === 'usdz' ? await writeUsdz({ glb }) : glb;
		return { bytes: made.size, made };
	};
	const full = await write(RUNGS[0]!);
	const has_textures = model.document.getRoot().listTextures().length > 0;
	const fits = full.bytes <= mostBytes(file) || !has_textures;
	const { made } = fits ? full : await fitTextures(mostBytes(file), write);
	return { file: made, facts: await inspectFile(made, file.format === 'usdz' ? 'usdz' : 'glb') };
}
