import { drizzle } from 'drizzle-orm/d1';
import { Hono, type Context } from 'hono';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { checkStored, type StoredFault } from '../clients/check-stored';
import { LengthMismatch, openStorage, storageKey } from '../clients/storage';
import { ASSET_KINDS, uploadRequest } from '../contract';
import { fileUrl, findAsset, insertAsset, markVerified, type Asset } from '../db/assets';
import { findProduct } from '../db/products';
import type { AppEnv } from '../env';
import { refuse } from '../errors';
import { meteredFetch } from '../meter';
import { validate } from '../validate';

/** How long a presigned address holds, seconds. */
const PRESIGN_SECONDS = 600;

const param = z.object({ asset_id: z.uuid() });
const storageOf = (c: Context<AppEnv>) => openStorage(c.env, meteredFetch(c.env.DB, 's3'));

/** An upload in three steps: say what comes, PUT the bytes to the address given, have them checked. */
export const uploads = new Hono<AppEnv>()
	.post('/', validate('json', uploadRequest), async (c) => {
		const { product_id, kind, content_type, ...file } = c.req.valid('json');
		const { content_types, max_bytes } = ASSET_KINDS[kind];
		if (!content_types.some((allowed) => allowed === content_type)) {
			return refuse(
				c,
				415,
				'unsupported_type',
				`A ${NAMES[kind]} must be ${content_types.join(' or ')}. Convert the file and upload it again.`,
				{ kind }
			);
		}
		if (file.bytes > max_bytes) {
			return refuse(
				c,
				413,
				'payload_too_large',
				`A ${NAMES[kind]} may have at most ${max_bytes / 1024 / 1024} MB. Make the file smaller and upload it again.`,
				{ kind, max_bytes }
			);
		}
		const db = drizzle(c.env.DB);
		if (!(await findProduct(db, product_id))) {
			return refuse(
				c,
				404,
				'not_found',
				'The product of this upload does not exist; it may have been deleted.'
			);
		}
		const asset_id = uuidv7();
		const storage_key = storageKey(product_id, asset_id, content_type);
		const described = { ...file, product_id, kind, content_type, storage_key };
		await insertAsset(db, { ...described, id: asset_id, created_at: Date.now() });
		const presigned = await storageOf(c).presignPut(
			storage_key,
			{ content_type, bytes: file.bytes },
			PRESIGN_SECONDS
		);
		return c.json(
			{
				asset_id,
				method: 'PUT' as const,
				url: presigned?.url ?? `/api/uploads/${asset_id}/content`,
				headers: presigned?.headers ?? { 'content-type': content_type }
			},
			201
		);
	})
	.put('/:asset_id/content', validate('param', param), async (c) => {
		const asset = await findAsset(drizzle(c.env.DB), c.req.valid('param').asset_id);
		if (!asset) return refuseUpload(c);
		if (asset.state === 'verified') {
			return refuse(
				c,
				409,
				'invalid_request',
				'This file is already stored and cannot be replaced. Start a new upload.'
			);
		}
		const body = c.req.raw.body;
		if (Number(c.req.header('content-length') ?? NaN) !== asset.bytes || !body) {
			await body?.cancel();
			return refuseFault(c, asset, 'length_mismatch');
		}
		try {
			await storageOf(c).put(asset.storage_key, body, asset);
		} catch (error) {
			if (!(error instanceof LengthMismatch)) throw error;
			console.warn(JSON.stringify({ level: 'warn', part: 'upload', message: String(error.cause) }));
			return refuseFault(c, asset, 'length_mismatch');
		}
		return c.json({ asset_id: asset.id, bytes: asset.bytes }, 200);
	})
	.post('/:asset_id/complete', validate('param', param), async (c) => {
		const db = drizzle(c.env.DB);
		const asset = await findAsset(db, c.req.valid('param').asset_id);
		if (!asset) return refuseUpload(c);
		if (asset.state === 'pending') {
			const storage = storageOf(c);
			const fault = await checkStored(storage, asset.storage_key, asset);
			if (fault) {
				if (fault !== 'upload_missing') await storage.delete([asset.storage_key]);
				return refuseFault(c, asset, fault);
			}
			await markVerified(db, asset.id, Date.now());
		}
		const { id: asset_id, bytes, sha256, content_type } = asset;
		return c.json({ asset_id, url: fileUrl(asset_id), bytes, sha256, content_type }, 200);
	});

const NAMES: Record<Asset['kind'], string> = {
	cutout: 'cut-out',
	mask: 'mask',
	source_model: 'source model',
	lod: 'level of detail',
	plain_model: 'plain model',
	usdz: 'USDZ model',
	poster: 'poster',
	source_usdz: 'USDZ file',
	still: 'still picture',
	thumbnail: 'thumbnail'
};

/** What to say of each fault; `{name}` is what was uploaded. Nothing was kept in any of these cases. */
const FAULTS: Record<StoredFault, string> = {
	upload_missing: 'The {name} has not arrived yet. Upload it, then complete the upload.',
	length_mismatch:
		'The {name} did not arrive whole: its length is not the one announced. Nothing was kept. Upload it again.',
	hash_mismatch:
		'The {name} was changed on its way: its SHA-256 is not the one announced. Nothing was kept. Upload it again.',
	content_mismatch:
		'The {name} is not the kind of file it was said to be. Nothing was kept. Choose a valid file and upload it again.'
};

function refuseFault(c: Context, asset: Asset, fault: StoredFault) {
	const status = fault === 'upload_missing' ? 409 : 422;
	return refuse(c, status, fault, FAULTS[fault].replace('{name}', NAMES[asset.kind]), {
		asset_id: asset.id
	});
}

const refuseUpload = (c: Context) =>
	refuse(c, 404, 'not_found', 'There is no such upload; its product may have been deleted.');
