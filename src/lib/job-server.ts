/** What a job tells the server: each finished stage stores its files and records its outcome with one call. */
import { FINAL_TASK_STATUSES, LIMITS, STILL_SIDES, type TASK_TYPES } from '../../worker/contract';
import type { InferResponseType } from 'hono/client';
import { api, call, download } from './api';
import type { Cutout, OptimizedModel, Photo, SourceModel, StageContext } from './artifacts';
import { fitForModel } from './cutout/fit-for-model';
import {
	EMPTY_JOB,
	type JobRecord,
	type PendingGeneration,
	type ProductFields,
	type StoredCutout
} from './job-store';
import { uploadAsset } from './share/upload-asset';
import { strings } from './strings';

export type StageName = 'photos' | 'cutouts' | 'model' | 'optimize' | 'share';

/** The poster's size in pixels: what link previews show. */
export const POSTER = { width: 1200, height: 630 };
/** The stills from every side, beside the poster. */
export const STILLS = STILL_SIDES.map((side) => ({ side, width: 720, height: 540 }));

const METERED: Record<StageName, (typeof TASK_TYPES)[number] | null> = {
	photos: 'image_selection',
	cutouts: 'background_removal',
	model: '3d_generation',
	optimize: 'model_optimization',
	share: null
};

/** @returns the new product's id. @throws ApiError */
export async function createProduct(fields: ProductFields): Promise<string> {
	const { id } = await call(api.products.$post({ json: onWire(fields) }));
	return id;
}

/** @throws ApiError */
export async function updateProduct(product_id: string, fields: ProductFields): Promise<void> {
	await call(api.products[':product_id'].$patch({ param: { product_id }, json: onWire(fields) }));
}

/** Tells which photos were chosen: scores only, no picture leaves. @throws ApiError */
export async function recordSelection(record: JobRecord, chosen: Photo[]): Promise<void> {
	if (!record.product_id || chosen.length === 0) return;
	await call(
		api['select-images'].$post({
			json: {
				product_id: record.product_id,
				image_urls: record.choices.map(({ photo_id }) => local(photo_id)),
				scores: record.choices.map(({ score }) => score),
				selected_images: chosen.slice(0, LIMITS.images_per_draft).map(({ id }) => local(id)),
				processing_time: record.selection_time
			}
		})
	);
}

/**
 * Uploads approved cut-outs that are not stored yet, cropped and at most 2048 px, and records them; those that were
 * recorded before are not recorded again.
 * @returns all approved ones, in the order of `approved`. @throws ApiError, AbortError
 */
export async function storeCutouts(
	record: JobRecord,
	approved: Cutout[],
	context: StageContext
): Promise<StoredCutout[]> {
	const { product_id, stored_cutouts } = record;
	if (!product_id) return [];
	const stored: StoredCutout[] = [];
	const fresh: Cutout[] = [];
	for (const [index, cutout] of approved.entries()) {
		context.onprogress?.({ step: 'uploading', fraction: index / approved.length });
		const { photo_id } = cutout;
		const known = stored_cutouts.find((other) => other.photo_id === photo_id);
		if (known) {
			stored.push(known);
			continue;
		}
		const { image, mask, width, height } = await fitForModel(cutout);
		const { signal } = context;
		const [processed, gray] = await Promise.all([
			uploadAsset(image, { product_id, kind: 'cutout', width, height }, { signal }),
			uploadAsset(mask, { product_id, kind: 'mask', width, height }, { signal })
		]);
		stored.push({ photo_id, processed_url: processed.url, mask_url: gray.url });
		fresh.push(cutout);
	}
	if (fresh.length === 0) return stored;
	await call(
		api['remove-backgrounds'].$post({
			json: {
				product_id,
				attempted: stored_cutouts.length > 0 ? fresh.length : record.cutouts.length,
				processed_images: fresh.flatMap(
					({ photo_id, engine, device, processing_time, automatic }) =>
						stored
							.filter((one) => one.photo_id === photo_id)
							.map(({ processed_url, mask_url }) => ({
								original_url: local(photo_id),
								processed_url,
								mask_url,
								engine,
								device,
								processing_time,
								edited: automatic !== undefined
							}))
				)
			}
		})
	);
	return stored;
}

/** Stores a model that was made or brought here and records it as a task. @throws ApiError, AbortError */
export async function recordModel(
	product_id: string,
	source: SourceModel,
	context: StageContext
): Promise<SourceModel> {
	const { glb, triangles, size, processing_time, image_urls = [] } = source;
	const { url } = await uploadAsset(glb, { product_id, kind: 'source_model' }, context);
	const facts = { product_id, model_url: url, triangles, size, processing_time };
	const { task_id } = await call(
		api['generate-3d-model'].$post({
			json:
				source.provider === 'draft'
					? { provider: 'draft', image_urls, ...facts }
					: { provider: 'own', ...facts }
		})
	);
	return { ...source, task_id, model_url: url };
}

/** All files of an optimized model. */
export interface OptimizedFiles {
	optimized: OptimizedModel;
	poster: Blob;
	/** In the order of `STILLS`. */
	stills: Blob[];
	usdz: Blob;
}

/** Stores all files of an optimized model and records them. @throws ApiError, AbortError */
export async function storeOptimized(
	product_id: string,
	source: SourceModel,
	{ optimized, poster, stills, usdz }: OptimizedFiles,
	context: StageContext
): Promise<void> {
	let done = 0;
	const total = optimized.lods.length + stills.length + 3;
	const store = async (
		blob: Blob,
		kind: 'lod' | 'plain_model' | 'usdz' | 'poster' | 'still',
		picture: { width?: number; height?: number } = {}
	) => {
		context.onprogress?.({ step: 'uploading', fraction: done++ / total });
		const { signal } = context;
		return (await uploadAsset(blob, { product_id, kind, ...picture }, { signal })).url;
	};
	const lods = [];
	for (const { level, triangles, glb } of optimized.lods) {
		lods.push({ level, triangles, bytes: glb.size, url: await store(glb, 'lod') });
	}
	const plain_url = await store(optimized.plain, 'plain_model');
	const usdz_url = await store(usdz, 'usdz');
	const poster_url = await store(poster, 'poster', POSTER);
	const stored_stills = [];
	for (const [i, { side, width, height }] of STILLS.entries()) {
		const still = stills[i];
		if (still) stored_stills.push({ side, url: await store(still, 'still', { width, height }) });
	}
	const { texture_size, size, processing_time } = optimized;
	await call(
		api['optimize-model'].$post({
			json: {
				product_id,
				model_url: source.model_url ?? '',
				lods,
				plain_url,
				poster_url,
				usdz_url,
				stills: stored_stills,
				settings: { texture_size },
				source: optimized.source,
				size,
				processing_time
			}
		})
	);
}

/**
 * The job of a product as it stands: what this device kept of it, else what is stored; name and size from the server.
 * @throws ApiError when the product does not exist or the server cannot be reached
 */
export async function resumeJob(product_id: string, kept: JobRecord | null): Promise<JobRecord> {
	const product = await call(api.products[':product_id'].$get({ param: { product_id } }));
	const pending = kept?.pending ?? (await findPending(product_id));
	return {
		...EMPTY_JOB,
		...(kept ?? {
			...(await restoreModels(product)),
			stored_cutouts: restoreCutouts(product),
			rating: product.rating
		}),
		...(pending && { provider: 'meshy' as const, pending }),
		product_id,
		fields: {
			name: product.name === strings.studio.untitled ? '' : product.name,
			width_m: product.width_m ?? undefined,
			height_m: product.height_m ?? undefined,
			depth_m: product.depth_m ?? undefined
		}
	};
}

/** A paid model that is on its way, or whose outcome is unknown, though this device did not ask for it. */
async function findPending(product_id: string): Promise<PendingGeneration | null> {
	const { tasks } = await call(api.tasks.$get({ query: { product_id } }));
	const newest = tasks.find(({ type }) => type === '3d_generation');
	if (newest?.provider !== 'meshy') return null;
	const unknown = newest.status === 'unknown';
	if (!unknown && FINAL_TASK_STATUSES.includes(newest.status)) return null;
	const { task_id, accepted } = newest;
	const { meshy: settings } = EMPTY_JOB;
	return { idempotency_key: task_id, image_urls: [], settings, task_id, unknown, accepted };
}

type ProductDetail = InferResponseType<(typeof api.products)[':product_id']['$get'], 200>;

/** The stored cut-outs of a product whose photos are on another device. */
function restoreCutouts({ processed_images }: ProductDetail): StoredCutout[] {
	return processed_images.map(({ original_url, processed_url, mask_url }) => ({
		photo_id: original_url.replace(/^local:/, ''),
		processed_url,
		mask_url
	}));
}

/** Fetches a product's stored models, for a device that does not hold them. */
async function restoreModels({
	source_model,
	optimization
}: ProductDetail): Promise<Pick<JobRecord, 'source' | 'optimized'>> {
	if (!source_model) return { source: null, optimized: null };
	const { model_url, provider, sides_guessed, cost, task_id } = source_model;
	const fitting = optimization?.model_url === model_url ? optimization : null;
	const unknown = { width_m: 0, height_m: 0, depth_m: 0 };
	const source: SourceModel = {
		provider,
		sides_guessed,
		cost,
		task_id,
		model_url,
		glb: await download(model_url),
		triangles: source_model.triangles ?? fitting?.source.triangles ?? 0,
		size: source_model.size ?? fitting?.size ?? unknown,
		processing_time: source_model.processing_time ?? 0
	};
	if (!fitting) return { source, optimized: null };
	const lods = await Promise.all(
		fitting.lods.map(async ({ level, triangles, url }) => ({
			level,
			triangles,
			glb: await download(url)
		}))
	);
	const optimized: OptimizedModel = {
		lods,
		plain: await download(fitting.plain_url),
		source: fitting.source,
		size: fitting.size,
		texture_size: fitting.settings.texture_size,
		processing_time: fitting.processing_time,
		notes: [],
		report: null
	};
	return { source, optimized };
}

/** Tells the meter how a stage that left no task ended. Best effort: a measure is not worth a failure. */
export function meterStage(
	stage: StageName,
	outcome: 'failed' | 'canceled',
	processing_time: number
): void {
	const name = METERED[stage];
	if (!name) return;
	api.stages.$post({ json: { stage: name, outcome, processing_time } }).catch(() => undefined);
}

const local = (photo_id: string) => `local:${photo_id}`;

function onWire({ name, width_m, height_m, depth_m }: ProductFields) {
	return {
		name: name.trim() || strings.studio.untitled,
		width_m: width_m ?? null,
		height_m: height_m ?? null,
		depth_m: depth_m ?? null
	};
}
