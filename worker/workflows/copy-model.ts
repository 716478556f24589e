/** One attempt to bring a finished model from its provider into our storage. Memory does not grow with the file. */
import { drizzle } from 'drizzle-orm/d1';
import { checkStored } from '../clients/check-stored';
import { GlbError, readGlbStream } from '../clients/glb-header';
import { MESHY } from '../clients/meshy-catalog';
import { AssetError } from '../clients/open-asset';
import { LengthMismatch, openStorage, storageKey } from '../clients/storage';
import { findAsset, type Asset } from '../db/assets';
import { noteCopied } from '../db/generation';
import { getTask } from '../db/tasks';
import type { Env } from '../env';
import { providerOf, refOf, type PaidJob } from './paid-job';

export type Copy =
	| { ok: true; asset_id: string; bytes: number; sha256: string; triangles: number | null }
	/** `final`: no later attempt can do better. The reason is half a sentence. */
	| { ok: false; reason: string; final: boolean };

/**
 * Asks for a fresh address, streams the GLB from it into storage while hashing it, reads it back to check
 * it, and only then makes it a verified asset and the task's model.
 */
export async function copyModel(env: Env, job: PaidJob, provider_task_id: string): Promise<Copy> {
	const done = (await getTask(env.DB, job.task_id))?.model_asset_id;
	const before = done ? await findAsset(drizzle(env.DB), done) : null;
	if (before) return copied(before);

	const provider = providerOf(env, job);
	const made = await provider.assets(refOf(job, provider_task_id));
	if (made.kind === 'gone') {
		return { ok: false, reason: `${provider.label} no longer keeps it`, final: true };
	}
	if (made.kind === 'later') {
		return { ok: false, reason: `${provider.label}: ${made.reason}`, final: false };
	}
	const asset = made.assets.find(({ role }) => role === 'glb');
	if (!asset) {
		const reason = `${provider.label}’s answer names no GLB file`;
		return { ok: false, reason, final: false };
	}
	try {
		const { body, bytes: announced } = await provider.open(asset);
		const glb = await readGlbStream(body, announced, MESHY.max_result_bytes);
		const content_type = 'model/gltf-binary';
		const key = storageKey(job.product_id, job.model_asset_id, content_type);
		const storage = openStorage(env);
		await storage.put(key, glb.body, { content_type, bytes: glb.bytes }).catch((error: unknown) => {
			throw glb.fault ?? error;
		});
		const { sha256, triangles } = await glb.result;
		const fault = await checkStored(storage, key, { content_type, bytes: glb.bytes, sha256 });
		if (fault) {
			await storage.delete([key]);
			return { ok: false, reason: 'the stored copy differs from what was sent', final: false };
		}
		const now = Date.now();
		const stored: Asset = {
			id: job.model_asset_id,
			product_id: job.product_id,
			kind: 'source_model',
			storage_key: key,
			content_type,
			bytes: glb.bytes,
			sha256,
			width: null,
			height: null,
			state: 'verified',
			meta: { triangles },
			created_at: now,
			verified_at: now
		};
		await noteCopied(env.DB, job.task_id, stored, now);
		return copied(stored);
	} catch (error) {
		if (error instanceof GlbError || error instanceof AssetError) {
			return { ok: false, reason: error.message, final: false };
		}
		if (error instanceof LengthMismatch) {
			return { ok: false, reason: 'the file was cut on its way', final: false };
		}
		console.error(JSON.stringify({ level: 'error', task_id: job.task_id, message: String(error) }));
		return { ok: false, reason: 'it could not be stored', final: false };
	}
}

function copied({ id, bytes, sha256, meta }: Asset): Copy {
	const triangles = meta?.triangles;
	return {
		ok: true,
		asset_id: id,
		bytes,
		sha256,
		triangles: typeof triangles === 'number' ? triangles : null
	};
}
