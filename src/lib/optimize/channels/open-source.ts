import type { Document } from '@gltf-transform/core';
import { listTextureInfoByMaterial } from '@gltf-transform/functions';
import type { Size, Turns } from '../../artifacts';
import { readAppearance } from '../appearance';
import { bakedModel, type LevelModel } from '../baked-model';
import { checkGlb } from '../check-glb';
import type { ImageEncoder } from '../image-encoder';
import { planOneLayout } from '../layout-plan';
import { targetTriangles, type LevelTarget } from '../levels';
import { mendSurface } from '../mend-surface';
import { placeSurface } from '../place-surface';
import { readModel } from '../read-model';
import { rebakeSurface, shapeOf } from '../rebake-surface';
import { removeHidden } from '../remove-hidden';
import { simplifyLevels } from '../simplify-levels';
import { countTriangles } from '../surface';
import { withLookTangents } from '../tangent-space';
import { turnSurface } from '../turn-surface';
import { levelOf, type ChannelFile } from './profiles';

export interface SourceOptions {
	size: Partial<Size>;
	turns: Turns;
	/** All files that will be asked for. */
	files: readonly ChannelFile[];
}

/** A source model, mended and placed once, from which each file's own model is taken. */
export interface OpenSource {
	/** The model of a file, before its bytes are counted. Painted on one texture where its place takes one material. */
	modelOf: (file: ChannelFile) => Promise<LevelModel>;
	/** Whether a GPU began to paint and the CPU had to go on. */
	gpu_failed: () => boolean;
}

/** Longest side of any texture in any file, pixels. */
const TEXTURE_SIDE = 4096;
/** Unwrapping more triangles than this takes longer than it is worth. */
const MOST_UNWRAPPED = 30_000;

/**
 * Reads, mends, turns, places and simplifies a model for the files that will be made of it: what several of them share is
 * made once, and each level from the one before.
 */
export async function openSource(
	glb: Blob,
	{ size, turns, files }: SourceOptions,
	encoder: ImageEncoder,
	onprogress: (fraction: number) => void
): Promise<OpenSource> {
	const { document, surface: raw } = await readModel(await checkGlb(glb));
	const { surface } = await mendSurface(raw);
	turnSurface(surface, turns);
	placeSurface(surface, document, size);
	const { surface: visible } = removeHidden(surface, (share) => onprogress(share * 0.2));
	const looks = await readAppearance(document, surface, encoder, TEXTURE_SIDE);
	const total = countTriangles(surface);
	const paintable = looks.every(({ plain, keeps_layout }) => plain && keeps_layout === null);
	// USD's preview surface cannot multiply a texture by colors of vertices.
	const tinted = looks.some(({ base, color_offset }) => base && color_offset >= 0);
	const isPainted = (file: ChannelFile) =>
		paintable && (needsPaint(document, file) || (file.format === 'usdz' && tinted));
	const levels = sortedLevels(
		files.filter((file) => !isPainted(file)),
		total
	);
	const { models, ...simplified } = await simplifyLevels(
		{ document, surface, visible, looks, levels, method: 'auto', texture_size: TEXTURE_SIDE },
		encoder,
		(share) => onprogress(0.2 + share * 0.8)
	);
	let { gpu_failed } = simplified;
	const painted = new Map<number, LevelModel>();
	const paint = async (level: LevelTarget): Promise<LevelModel> => {
		const target = Math.min(MOST_UNWRAPPED, targetTriangles(level, total));
		const known = painted.get(target);
		if (known) return known;
		const { max_error } = level;
		const options = { max_error, texture_size: Math.min(2048, level.texture_size) };
		const source = await withLookTangents(visible, looks);
		const shape = shapeOf(visible, planOneLayout(looks));
		const baked = await rebakeSurface(source, looks, shape, target, options);
		gpu_failed ||= baked.textures.gpu_failed;
		const made = await bakedModel(document, looks, baked);
		painted.set(target, made);
		return made;
	};
	return {
		async modelOf(file) {
			const level = levelOf(file);
			if (isPainted(file)) return paint(level);
			const found = levels.findIndex((one) => isSame(one, level, total));
			return models[found] ?? { document, surface: visible, pixels: new Map() };
		},
		gpu_failed: () => gpu_failed
	};
}

/** Every level that is asked for once, the finest first. */
function sortedLevels(files: readonly ChannelFile[], total: number): LevelTarget[] {
	const levels: LevelTarget[] = [];
	for (const file of files) {
		const level = levelOf(file);
		if (!levels.some((one) => isSame(one, level, total))) levels.push(level);
	}
	return levels.sort((a, b) => targetTriangles(b, total) - targetTriangles(a, total));
}

function isSame(a: LevelTarget, b: LevelTarget, total: number): boolean {
	return (
		targetTriangles(a, total) === targetTriangles(b, total) && a.texture_size === b.texture_size
	);
}

/** Whether a file's place takes fewer materials or layouts than the model has: then it is painted on one texture. */
function needsPaint(document: Document, { format, limits }: ChannelFile): boolean {
	const primitives = document.getRoot().listMeshes()[0]?.listPrimitives() ?? [];
	const infos = primitives.flatMap((primitive) => {
		const material = primitive.getMaterial();
		return material ? listTextureInfoByMaterial(material) : [];
	});
	const sets = Math.max(0, ...infos.map((info) => info.getTexCoord() + 1));
	// USD's preview surface, as Quick Look reads it, knows one layout and no moved textures.
	const moved = infos.some((info) => info.listExtensions().length > 0);
	return (
		primitives.length >
			Math.min(limits.max_materials ?? Infinity, limits.max_draw_calls ?? Infinity) ||
		sets > (limits.max_uv_sets ?? Infinity) ||
		(format === 'usdz' && moved)
	);
}
