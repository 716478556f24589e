import type { LevelModel } from '../baked-model';
import { encodeTextures, type TextureRecipe } from '../encode-textures';
import type { ImageEncoder } from '../image-encoder';
import { simplifySurface } from '../simplify-surface';
import { countTriangles } from '../surface';
import { writeLevel } from '../write-level';
import { writeUsdz } from '../write-usdz';
import { inspectFile, type FileFacts } from './inspect-file';
import { levelOf, type ChannelFile } from './profiles';

/** What textures try, as shares of their own side and quality, before triangles are taken. */
const STEPS = [
	{ side: 1, quality: 1 },
	{ side: 1, quality: 0.75 },
	{ side: 0.5, quality: 0.85 },
	{ side: 0.5, quality: 0.65 },
	{ side: 0.25, quality: 0.75 }
];
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
	const max_bytes = limits.advised_bytes ?? limits.max_bytes ?? Infinity;
	let current = model;
	for (let round = 1; ; round++) {
		const made = await fitTextures(current, file, max_bytes, encoder);
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

async function fitTextures(
	model: LevelModel,
	file: ChannelFile,
	max_bytes: number,
	encoder: ImageEncoder
): Promise<{ file: Blob; facts: FileFacts }> {
	const { texture_size, texture_quality } = levelOf(file);
	const format: TextureRecipe['format'] = file.format === 'web' ? 'webp' : 'jpeg';
	const has_textures = model.document.getRoot().listTextures().length > 0;
	let best: Blob | null = null;
	for (const { side, quality } of has_textures ? STEPS : STEPS.slice(0, 1)) {
		const recipe = {
			format,
			max_size: Math.max(16, Math.round(texture_size * side)),
			quality: texture_quality * quality
		};
		const [textures = []] = await encodeTextures(model.document, [recipe], encoder, {
			pixels: model.pixels
		});
		const level = file.format === 'web' ? Number(/\d+$/.exec(file.suffix)?.[0]) || 0 : 'plain';
		const glb = await writeLevel({ level, model, textures });
		const written = file.format === 'usdz' ? await writeUsdz({ glb }) : glb;
		best = best && best.size <= written.size ? best : written;
		if (best.size <= max_bytes) break;
	}
	const made = best ?? new Blob();
	return { file: made, facts: await inspectFile(made, file.format === 'usdz' ? 'usdz' : 'glb') };
}
