/** Collects what a paid request names: bytes where they are small, signed addresses where they are not. */
import { drizzle } from 'drizzle-orm/d1';
import { MESHY } from '../clients/meshy-catalog';
import type { Input } from '../clients/provider';
import { signFilePath } from '../clients/signed-file';
import { openStorage } from '../clients/storage';
import type { PaidRequest } from '../contract';
import { assetIdOf, findAsset, findAssets, type Asset } from '../db/assets';
import { findByModel, type Task } from '../db/tasks';
import type { Env } from '../env';

export interface Gathered {
	inputs: Input[];
	/** The provider's own task whose model is changed, while it is kept there. */
	source_task_id: string | null;
}

/** How the files of a request can go to its provider; a sentence when they cannot. */
export type Plan =
	| { ok: true; by: 'inline' | 'url'; source_task_id: string | null }
	| { ok: false; message: string };

/** Results are used only until so long before they are deleted, milliseconds. */
const MARGIN_MS = 3_600_000;

/** The files a request names, in their order. */
export function filesOf(
	request: PaidRequest
): { role: Input['role']; field: string; url: string }[] {
	if (!('operation' in request)) {
		const { texture_image_url } = request.settings;
		const images = request.image_urls.map((url, i) => ({
			role: 'image' as const,
			field: `image_urls[${i}]`,
			url
		}));
		return texture_image_url === null
			? images
			: [
					...images,
					{ role: 'texture', field: 'settings.texture_image_url', url: texture_image_url }
				];
	}
	const model = { role: 'model' as const, field: 'model_url', url: request.model_url };
	if (request.operation === 'remesh') return [model];
	const { image_style_url, multiview_image_urls } = request.settings;
	const views = multiview_image_urls.map((url, i) => ({
		role: 'image' as const,
		field: `settings.multiview_image_urls[${i}]`,
		url
	}));
	if (image_style_url === null) return [...views, model];
	return [{ role: 'texture', field: 'settings.image_style_url', url: image_style_url }, model];
}

/** @param assets of all `filesOf(request)` */
export async function planInputs(
	env: Env,
	request: PaidRequest,
	assets: Asset[],
	now: number
): Promise<Plan> {
	const images = assets.filter(({ kind }) => kind !== 'source_model');
	const bytes = images.reduce((sum, image) => sum + image.bytes, 0);
	const reachable = publicUrl(env) !== null;
	const by = reachable && bytes > MESHY.signed_from_bytes ? 'url' : 'inline';
	if (by === 'inline' && bytes > MESHY.max_inline_bytes) {
		const mb = MESHY.max_inline_bytes / 1024 / 1024;
		const message = `The images are too large to be sent inline: at most ${mb} MB together. Upload smaller ones or choose fewer, or set PUBLIC_URL on the server.`;
		return { ok: false, message };
	}
	if (!('operation' in request)) return { ok: true, by, source_task_id: null };
	const source_task_id = keptTask(
		await findByModel(env.DB, assetIdOf(request.model_url) ?? ''),
		now
	);
	if (source_task_id === null && !reachable) {
		const message =
			'Meshy no longer keeps this model, and cannot fetch it from here. Set PUBLIC_URL on the server to this studio’s https address, or generate the model again.';
		return { ok: false, message };
	}
	return { ok: true, by, source_task_id };
}

/** @returns null when a file is gone, or cannot go any longer @throws StorageError */
export async function gatherInputs(env: Env, request: PaidRequest): Promise<Gathered | null> {
	const now = Date.now();
	const files = filesOf(request);
	const ids = files.map(({ url }) => assetIdOf(url) ?? '');
	const plan = await planInputs(env, request, await findAssets(drizzle(env.DB), ids), now);
	if (!plan.ok) return null;
	const inputs: Input[] = [];
	for (const { role, url } of files) {
		if (role === 'model' && plan.source_task_id !== null) continue;
		const asset = await findAsset(drizzle(env.DB), assetIdOf(url) ?? '');
		if (!asset) return null;
		const source =
			role === 'model' || plan.by === 'url'
				? { url: await addressOf(env, asset, now) }
				: await bytesOf(env, asset);
		if (!source) return null;
		inputs.push({ role, source });
	}
	return { inputs, source_task_id: plan.source_task_id };
}

function keptTask(task: Task | undefined, now: number): string | null {
	const ended = task?.completed_at ?? 0;
	const kept = ended + MESHY.retention_seconds * 1000 - MARGIN_MS > now;
	return task?.provider === 'meshy' && kept ? task.provider_task_id : null;
}

async function addressOf(env: Env, { id, storage_key }: Asset, now: number): Promise<string> {
	const extension = storage_key.split('.').at(-1) ?? 'bin';
	return `${publicUrl(env)}${await signFilePath(env.MESHY_API_KEY ?? '', id, extension, now)}`;
}

async function bytesOf(env: Env, { storage_key, content_type }: Asset) {
	const body = await openStorage(env).get(storage_key);
	if (!body) return null;
	return { content_type, bytes: new Uint8Array(await new Response(body).arrayBuffer()) };
}

/** Without a trailing slash; null where there is none a provider could reach. */
function publicUrl(env: Env): string | null {
	const url = URL.parse(env.PUBLIC_URL ?? '');
	return url?.protocol === 'https:' ? url.origin : null;
}
