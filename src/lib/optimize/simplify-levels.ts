import type { Document } from '@gltf-transform/core';
import type { SimplifyMethod, Variant } from '../artifacts';
import type { Look, TextureUse } from './appearance';
import { bakedLooks, bakedModel, storedBake, type LevelModel } from './baked-model';
import { compareViews, type Likeness } from './compare-views';
import { drawViews } from './draw-views';
import type { ImageEncoder } from './image-encoder';
import { findLost, thicken, thinOut } from './keep-parts';
import { planLayout, texturesOf } from './layout-plan';
import { errorLimit, targetTriangles, type LevelTarget } from './levels';
import { frameOf } from './rasterize';
import { rebakeSurface, shapeOf, type Shape } from './rebake-surface';
import { simplifySurface } from './simplify-surface';
import { countTriangles, type Surface } from './surface';
import { withLookTangents } from './tangent-space';

export interface SimplifyLevelsInput {
	document: Document;
	/** The mended surface, to which every level is compared. */
	surface: Surface;
	/** The same without what cannot be seen, from which levels are made. */
	visible: Surface;
	looks: Look[];
	levels: LevelTarget[];
	/** `auto` tries both where it can and takes the better one. */
	method: SimplifyMethod | 'auto';
	/** Longest texture side in any file, pixels. */
	texture_size: number;
}

export interface SimplifiedLevels {
	/** One per level, in their order. */
	models: LevelModel[];
	/** Per level with a fresh layout the same with its own, where the fresh one must not weigh more. */
	twins: (LevelModel | null)[];
	variants: Variant[];
	/** Levels with more triangles than 2 % over their target. */
	missed: number;
	/** See `OptimizeReport`. */
	layout_kept_for: string | null;
	/** See `Bake`. */
	gpu_failed: boolean;
}

/** Side of the pictures that variants are judged by, pixels: at 192 textures that crossed seams blurred look as good as whole ones. */
const PICTURE = 256;
/** A target passed by more than this is missed. */
const MISS = 1.02;
/** A level that keeps more than this share of the triangles hardly moves a seam: its layout stays. */
const LAYOUT_IS_FINE = 0.7;
/** A level this much like its source needs no fresh layout, and no way from the source, decibels. */
const INDISTINGUISHABLE = 38;
/**
 * How a layout is kept: turned normals count more and more beside moved points, for as long as it helps (soft shading wants
 * more of it); and, where the difference still shows, from the source in two large steps that move no vertex, which draws a
 * checkered cloth truer by 2.7 dB.
 */
const WAYS = [
	{ normal_weight: 0.2 },
	{ normal_weight: 0.5 },
	{ normal_weight: 1.5 },
	{ normal_weight: 0.2, other_weight: 4, in_place: true, step: 0 }
];
/** A surface this much like its source needs no second try, decibels. */
const AS_GOOD_AS_SAME = 50;
/** By how much thin parts that were lost are made thicker for the simplifier, as a share of the longest side. */
const THICKER = 0.003;
/** Unwrapping more triangles than this takes longer than it is worth. */
const MOST_UNWRAPPED = 30_000;
/** A fresh layout must look better by this much, decibels: painting takes longer to check. */
const HEAD_START = 1;
/** What looks better by this much, decibels, may weigh more. */
const WORTH_BYTES = 3;

interface Candidate {
	method: SimplifyMethod;
	model: LevelModel;
	looks: Look[];
}

/** A surface, and how far it moved on the way to it. */
interface Spent {
	surface: Surface;
	spent: number;
}

interface Judged {
	candidate: Candidate;
	likeness: Likeness;
	triangles: number;
}

/**
 * Simplifies a model to each level, in the ways that `method` allows, each from the level before; judges every way by
 * how its pictures match the source's, and keeps the best.
 */
export async function simplifyLevels(
	{ document, surface, visible, looks, levels, method, texture_size }: SimplifyLevelsInput,
	encoder: ImageEncoder,
	onprogress?: (fraction: number) => void
): Promise<SimplifiedLevels> {
	const total = countTriangles(surface);
	const frame = frameOf(surface);
	const layout_kept_for = looks.find(({ keeps_layout }) => keeps_layout)?.keeps_layout ?? null;
	const whole = await withLookTangents(surface, looks);
	const painted = visible === surface ? whole : await withLookTangents(visible, looks);
	const source_views = drawViews(whole, looks, frame, PICTURE);
	const plan = planLayout(looks);
	const side = textureSide(plan.painted.flat().map((part) => looks[part]!));
	const result: SimplifiedLevels = {
		models: [],
		twins: [],
		variants: [],
		missed: 0,
		layout_kept_for,
		gpu_failed: false
	};
	let kept: Spent = { surface: visible, spent: 0 };
	let shape: Shape | null = null;

	for (const [index, level] of levels.entries()) {
		const report = (share: number) => onprogress?.((index + share) / levels.length);
		report(0);
		let target = targetTriangles(level, total);
		const limit = errorLimit(level);
		const light = countTriangles(visible) <= target;
		const judged: Judged[] = [];
		const look = (candidate: Candidate): Judged => {
			const views = drawViews(candidate.model.surface, candidate.looks, frame, PICTURE);
			const likeness = compareViews(source_views, views);
			return { candidate, likeness, triangles: countTriangles(candidate.model.surface) };
		};
		const can_bake = plan.painted.length > 0 && !light;
		const shown = shrinkTextures(looks, Math.min(level.texture_size, texture_size));
		let fine = false;
		if (method !== 'new_layout' || !can_bake || level.screen_size) {
			const step = await keepLayout(
				kept,
				visible,
				target,
				limit,
				level.screen_size !== undefined,
				(surface) =>
					look({
						method: 'keep_layout',
						model: { document, surface, pixels: new Map() },
						looks: shown
					})
			);
			kept = step.kept;
			judged.push(step.judged);
			fine = step.judged.likeness.psnr > INDISTINGUISHABLE;
		}
		report(0.2);
		// By size on the screen: as many triangles as the error leaves.
		if (level.screen_size) target = countTriangles(kept.surface);
		const pays = !fine && target < total * LAYOUT_IS_FINE && target <= MOST_UNWRAPPED;
		// What has no texture gets none, and large levels keep theirs, unless nothing else reaches the target.
		const reached = countTriangles(kept.surface) <= target * MISS;
		const needless = method === 'auto' && reached && (side === 0 || !pays);
		if (method !== 'keep_layout' && can_bake && !needless) {
			shape ??= shapeOf(visible, plan);
			const wanted = Math.min(level.texture_size, texture_size, side || PLAIN_SIDE);
			const options = { max_error: limit, texture_size: wanted };
			const baked = await rebakeSurface(painted, looks, shape, target, options, (fraction) =>
				report(0.2 + fraction * 0.6)
			);
			result.gpu_failed ||= baked.textures.gpu_failed;
			shape = baked.shape;
			const recipe = { max_size: wanted, quality: level.texture_quality };
			const stored = await storedBake(looks, baked, recipe, encoder);
			const repainted = look({
				method: 'new_layout',
				model: await bakedModel(document, looks, baked),
				looks: bakedLooks(shown, stored)
			});
			judged.push(repainted);
		}
		const best = judged.reduce((a, b) => (rank(b, target) > rank(a, target) ? b : a));
		for (const one of judged) {
			result.variants.push({
				level: index,
				method: one.candidate.method,
				triangles: one.triangles,
				...one.likeness,
				chosen: one === best
			});
		}
		result.models.push(best.candidate.model);
		const twin = judged.find(({ candidate }) => candidate.method === 'keep_layout');
		const weighed = twin && best.likeness.psnr < twin.likeness.psnr + WORTH_BYTES;
		result.twins.push(weighed && twin !== best ? twin.candidate.model : null);
		if (best.triangles > target * MISS) result.missed++;
	}
	onprogress?.(1);
	return result;
}

/**
 * Simplifies in the texture's layout, in several ways, and keeps what looks best.
 *
 * @param before the level before
 * @param visible what the first level is made from
 * @param once whether the first way must do
 */
async function keepLayout(
	before: Spent,
	visible: Surface,
	target: number,
	limit: number,
	once: boolean,
	look: (surface: Surface) => Judged
): Promise<{ kept: Spent; judged: Judged }> {
	let best: { kept: Spent; judged: Judged } | null = null;
	let better = true;
	for (const way of once ? WAYS.slice(0, 1) : WAYS) {
		const shows = !best || best.judged.likeness.psnr < INDISTINGUISHABLE;
		if (way.in_place ? !shows : !better) continue;
		const from = way.in_place ? { surface: visible, spent: 0 } : before;
		const options = { ...way, max_error: Math.max(0, limit - from.spent) };
		const made = [await simplifySurface(from.surface, target, options)];
		const reached = countTriangles(made[0]!.surface) <= target * MISS;
		const lost = reached ? findLost(from.surface, made[0]!.surface) : null;
		if (lost) {
			const thick = thicken(from.surface, lost, THICKER);
			const { surface, error } = await simplifySurface(thick, target, options);
			made.push({ surface: thinOut(surface, from.surface), error });
		}
		better = false;
		for (const { surface, error } of made) {
			const judged = look(surface);
			if (best && rank(judged, target) <= rank(best.judged, target)) continue;
			best = { kept: { surface, spent: from.spent + error }, judged };
			better = true;
		}
		const untouched = made[0]!.surface === from.surface;
		if (untouched) break;
		if (best && best.judged.likeness.psnr > AS_GOOD_AS_SAME) break;
	}
	if (!best) throw new Error('No way was tried.');
	return best;
}

/** Decibels, less for what missed its target. */
function rank({ candidate, likeness, triangles }: Judged, target: number): number {
	const ahead = candidate.method === 'keep_layout' ? HEAD_START : 0;
	return likeness.psnr + ahead - (triangles > target * MISS ? 100 : 0);
}

/** Where a model has colors and no textures, pixels. */
const PLAIN_SIDE = 1024;

function textureSide(looks: Look[]): number {
	const sides = looks.flatMap((look) =>
		texturesOf(look).map(({ mips }) => Math.max(mips[0]?.width ?? 0, mips[0]?.height ?? 0))
	);
	return Math.max(0, ...sides);
}

/** The looks with textures of at most `max_size`, as they will be in the file. */
function shrinkTextures(looks: Look[], max_size: number): Look[] {
	const shrink = (use: TextureUse | null) =>
		use && {
			...use,
			mips: use.mips.filter(
				({ width, height }, i) => Math.max(width, height) <= max_size || i === use.mips.length - 1
			)
		};
	return looks.map((look) => ({
		...look,
		base: shrink(look.base),
		metal_rough: shrink(look.metal_rough),
		occlusion: shrink(look.occlusion),
		emissive: shrink(look.emissive),
		normal: shrink(look.normal)
	}));
}
