/** One attempt to bring a finished model from Meshy into our storage. Memory does not grow with the file. */
import { drizzle } from 'drizzle-orm/d1';
import { checkStored, sniff } from '../clients/check-stored';
import { MeshyAssetError } from '../clients/end-stalled';
import { GlbError, readGlbStream } from '../clients/glb-header';
import { LengthMismatch, openStorage, storageKey } from '../clients/storage';
import { ASSET_KINDS } from '../contract';
import { findAsset, insertAsset, type Asset } from '../db/assets';
import { noteCopied } from '../db/generation';
import { getTask } from '../db/tasks';
import type { Env } from '../env';
import { openMeshy, type PaidJob } from './paid-job';

export type Copy =
	| { ok: true; asset_id: string; bytes: number; sha256: string; triangles: number | null }
	/** `final`: no later attempt can do better. The reason is half a sentence. */
	| { ok: false; reason: string; final: boolean };

/**
 * Asks Meshy for a fresh address, streams the GLB from it into storage while hashing it, reads it back to check
 * it, and only then makes it a verified asset and the task's model.
 */
export async function copyModel(env: Env, job: PaidJob, provider_task_id: string): Promise<Copy> {
	const done = (await getTask(env.DB, job.task_id))?.model_asset_id;
	const stored = done ? await findAsset(drizzle(env.DB), done) : null;
	if (stored) return copied(stored);

	const meshy = openMeshy(env, job.task_id);
	const seen = await meshy.read(job.endpoint, provider_task_id);
	if (seen.kind === 'gone') {
		return { ok: false, reason: 'Meshy no longer keeps it', final: true };
	}
	if (seen.kind === 'later') return { ok: false, reason: `Meshy: ${seen.reason}`, final: false };
	if (!seen.task.glb_url) {
		return { ok: false, reason: 'Meshy’s answer names no GLB file', final: false };
	}
	try {
		const { body, bytes: announced } = await meshy.openAsset(seen.task.glb_url);
		const glb = await readGlbStream(body, announced, ASSET_KINDS.source_model.max_bytes);
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
		const asset: Asset = {
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
		await noteCopied(env.DB, job.task_id, asset, now);
		return copied(asset);
	} catch (error) {
		if (error instanceof GlbError || error instanceof MeshyAssetError) {
			return { ok: false, reason: error.message, final: false };
		}
		if (error instanceof LengthMismatch) {
			return { ok: false, reason: 'the file was cut on its way', final: false };
		}
		console.error(JSON.stringify({ level: 'error', task_id: job.task_id, message: String(error) }));
		return { ok: false, reason: 'it could not be stored', final: false };
	}
}

/** The thumbnail, when there is one and it works; nothing depends on it. @returns its asset id or null */
export async function copyThumbnail(
	env: Env,
	job: PaidJob,
	provider_task_id: string
): Promise<string | null> {
	const db = drizzle(env.DB);
	if (await findAsset(db, job.thumbnail_asset_id)) return job.thumbnail_asset_id;
	const meshy = openMeshy(env, job.task_id);
	const seen = await meshy.read(job.endpoint, provider_task_id);
	if (seen.kind !== 'task' || !seen.task.thumbnail_url) return null;
	const { body } = await meshy.openAsset(seen.task.thumbnail_url);
	const bytes = await readAtMost(body, ASSET_KINDS.thumbnail.max_bytes);
	const content_type = bytes && sniff(bytes.subarray(0, 16), bytes.length);
	if (!bytes || !ASSET_KINDS.thumbnail.content_types.some((type) => type === content_type)) {
		return null;
	}
	const type = content_type ?? '';
	const key = storageKey(job.product_id, job.thumbnail_asset_id, type);
	const whole = new Response(bytes).body;
	if (!whole) return null;
	await openStorage(env).put(key, whole, { content_type: type, bytes: bytes.length });
	const now = Date.now();
	await insertAsset(db, {
		id: job.thumbnail_asset_id,
		product_id: job.product_id,
		kind: 'thumbnail',
		storage_key: key,
		content_type: type,
		bytes: bytes.length,
		sha256: await sha256Hex(bytes),
		state: 'verified',
		created_at: now,
		verified_at: now
	});
	return job.thumbnail_asset_id;
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

/** All bytes of a stream, or null when there are more than `max_bytes`. */
async function readAtMost(
	body: ReadableStream<Uint8Array>,
	max_bytes: number
): Promise<Uint8Array<ArrayBuffer> | null> {
	const chunks: Uint8Array[] = [];
	let bytes = 0;
	for await (const chunk of body) {
		bytes += chunk.length;
		if (bytes > max_bytes) return null;
		chunks.push(chunk);
	}
	return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
	const hash = await crypto.subtle.digest('SHA-256', bytes);
	return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
