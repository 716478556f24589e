/** Looks up the product and the files a stage call names. */
import { eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import type { AssetKind, ErrorCode } from '../contract';
import { assetIdOf, findAssets, type Asset } from './assets';
import { products } from './schema';

/** One address of the request and what must be behind it. */
export interface WantedAsset {
	/** The field, for the sentence of a refusal: `processed_images[0].mask_url`. */
	field: string;
	url: string;
	kind: AssetKind;
}

export type FoundAssets =
	| { ok: true; asset: (url: string) => Asset }
	| { ok: false; status: 404 | 409; code: ErrorCode; message: string };

const KIND_WORDS: Record<AssetKind, string> = {
	cutout: 'a cut-out',
	mask: 'a mask',
	source_model: 'a source model',
	lod: 'a level of detail',
	plain_model: 'a plain model',
	usdz: 'a USDZ model',
	poster: 'a poster',
	source_usdz: 'a USDZ file',
	still: 'a still picture',
	thumbnail: 'a thumbnail'
};

/**
 * Every address must name a verified file of the wanted kind that belongs to the product.
 * At most 90 different addresses.
 */
export async function findStageAssets(
	db: D1Database,
	product_id: string,
	wanted: WantedAsset[]
): Promise<FoundAssets> {
	const orm = drizzle(db);
	const ids = [...new Set(wanted.map(({ url }) => assetIdOf(url) ?? url))];
	const [exists, rows] = await Promise.all([productExists(db, product_id), findAssets(orm, ids)]);
	if (!exists) {
		const message = `There is no product ${product_id}. Create it first, or check that it was not deleted.`;
		return { ok: false, status: 404, code: 'not_found', message };
	}
	const by_url = new Map<string, Asset>();
	for (const { field, url, kind } of wanted) {
		const asset = rows.find(({ id }) => id === assetIdOf(url));
		if (!asset || asset.product_id !== product_id) {
			const message = `${field}: there is no file ${url} for this product. Upload it again.`;
			return { ok: false, status: 404, code: 'not_found', message };
		}
		if (asset.state !== 'verified') {
			const message = `${field}: the upload of ${url} was not completed. Complete it, or upload the file again.`;
			return { ok: false, status: 409, code: 'asset_not_ready', message };
		}
		if (asset.kind !== kind) {
			const message = `${field}: ${url} is ${KIND_WORDS[asset.kind]}, but ${KIND_WORDS[kind]} is needed. Upload the right file and name it here.`;
			return { ok: false, status: 409, code: 'asset_not_ready', message };
		}
		by_url.set(url, asset);
	}
	return {
		ok: true,
		asset: (url) => {
			const asset = by_url.get(url);
			if (!asset) throw new Error(`${url} was not among the wanted files`);
			return asset;
		}
	};
}

export async function productExists(db: D1Database, product_id: string): Promise<boolean> {
	const row = await drizzle(db)
		.select({ id: products.id })
		.from(products)
		.where(eq(products.id, product_id))
		.get();
	return row !== undefined;
}
