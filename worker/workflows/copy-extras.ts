/** The files beside the model: pictures, and USDZ where it was asked for. What fails is left out, and tried again by the caller. */
import { drizzle } from 'drizzle-orm/d1';
import { sniff } from '../clients/check-stored';
import type { RemoteProvider, ProviderAsset } from '../clients/provider';
import { openStorage, storageKey } from '../clients/storage';
import { ASSET_KINDS } from '../contract';
import { findAsset, insertAsset } from '../db/assets';
import type { Env } from '../env';
import { providerOf, refOf, type PaidJob } from './paid-job';

/** Ids of what is stored. */
export interface Extras {
	usdz: string | null;
	/** The usual one first. */
	thumbnails: string[];
	/** How many could not be copied this time. */
	missing: number;
}

export async function copyExtras(
	env: Env,
	job: PaidJob,
	provider_task_id: string
): Promise<Extras> {
	const extras: Extras = { usdz: null, thumbnails: [], missing: 0 };
	const provider = providerOf(env, job);
	const made = await provider.assets(refOf(job, provider_task_id));
	if (made.kind !== 'assets') return { ...extras, missing: made.kind === 'later' ? 1 : 0 };
	const wanted = made.assets.filter(({ role }) => role !== 'glb');
	for (const [i, id] of job.extra_asset_ids.entries()) {
		const asset = wanted[i];
		if (!asset) break;
		const stored = await copyOne(env, job, provider, asset, id).catch((error: unknown) => {
			console.error(
				JSON.stringify({ level: 'warn', task_id: job.task_id, message: String(error) })
			);
			return false;
		});
		if (!stored) extras.missing++;
		else if (asset.role === 'usdz') extras.usdz = id;
		else extras.thumbnails.push(id);
	}
	return extras;
}

/** @returns whether it is stored */
async function copyOne(
	env: Env,
	job: PaidJob,
	provider: RemoteProvider,
	asset: ProviderAsset,
	id: string
): Promise<boolean> {
	if (await findAsset(drizzle(env.DB), id)) return true;
	const { body, bytes } = await provider.open(asset);
	const copy = asset.role === 'usdz' ? copyUsdz : copyPicture;
	return copy(env, job, id, body, bytes);
}

async function copyPicture(
	env: Env,
	job: PaidJob,
	id: string,
	body: ReadableStream<Uint8Array>
): Promise<boolean> {
	const { max_bytes, content_types } = ASSET_KINDS.thumbnail;
	const bytes = await readAtMost(body, max_bytes);
	const content_type = content_types.find(
		(type) => bytes && type === sniff(bytes.subarray(0, 16), bytes.length)
	);
	const whole = bytes && new Response(bytes).body;
	if (!whole || !content_type) return false;
	const storage_key = storageKey(job.product_id, id, content_type);
	await openStorage(env).put(storage_key, whole, { content_type, bytes: bytes.length });
	const hash = await crypto.subtle.digest('SHA-256', bytes);
	const file = { storage_key, content_type, bytes: bytes.length, sha256: toHex(hash) };
	return note(env, job, id, 'thumbnail', file);
}

/** Streams, as it may be as large as the model: hashed on its way, and a ZIP by its first bytes (USDZ is one). */
async function copyUsdz(
	env: Env,
	job: PaidJob,
	id: string,
	body: ReadableStream<Uint8Array>,
	bytes: number | null
): Promise<boolean> {
	const [content_type] = ASSET_KINDS.source_usdz.content_types;
	if (bytes === null || bytes > ASSET_KINDS.source_usdz.max_bytes) {
		await body.cancel();
		return false;
	}
	const digest = new crypto.DigestStream('SHA-256');
	const writer = digest.getWriter();
	let start = true;
	const hashed = body.pipeThrough(
		new TransformStream<Uint8Array, Uint8Array>({
			async transform(chunk, controller) {
				// "PK", the local file header of appnote.txt 4.3.7.
				if (start && (chunk[0] !== 0x50 || chunk[1] !== 0x4b)) throw new Error('No USDZ file');
				start = false;
				await writer.write(chunk);
				controller.enqueue(chunk);
			},
			flush: () => writer.close()
		})
	);
	const storage_key = storageKey(job.product_id, id, content_type);
	await openStorage(env).put(storage_key, hashed, { content_type, bytes });
	const sha256 = toHex(await digest.digest);
	return note(env, job, id, 'source_usdz', { storage_key, content_type, bytes, sha256 });
}

async function note(
	env: Env,
	job: PaidJob,
	id: string,
	kind: 'thumbnail' | 'source_usdz',
	file: { storage_key: string; content_type: string; bytes: number; sha256: string }
): Promise<boolean> {
	const now = Date.now();
	const { product_id } = job;
	const times = { created_at: now, verified_at: now };
	await insertAsset(drizzle(env.DB), {
		id,
		product_id,
		kind,
		state: 'verified',
		...file,
		...times
	});
	return true;
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

const toHex = (bytes: ArrayBuffer) =>
	[...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
