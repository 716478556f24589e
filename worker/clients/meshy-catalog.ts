/**
 * What Meshy offers, what it costs and where its limits are: one dated table, because it changes monthly. Requests
 * are checked against it, prices are shown and reserved by it, so a change here is a change everywhere.
 *
 * As of 2026-11-22. Sources: docs.meshy.ai/api (image-to-3d, multi-image-to-3d, remesh, retexture, errors,
 * deprecations, rate-limits), meshy-dev/meshy-cookbook recipe 04, meshy-dev/meshy-cli docs/skill-parity,
 * meshy-dev/meshy-mcp-server 0.6.8.
 */

/** One model of Meshy's. Credits are parts of a sum: mesh + geometry + (with texture) the texture's. */
interface MeshyModel {
	label: string;
	/** The API's model_type. */
	type: 'standard' | 'smart-topology';
	mesh_credits: number;
	/** Further credits per texture size; PBR maps are included. */
	texture_credits: Record<'2k' | '4k' | '8k', number>;
	/** Further credits per geometry resolution; what is missing is not offered. */
	geometry_credits: Partial<Record<'standard' | '2k' | '4k', number>>;
	/** Triangles it can be asked for. */
	polycount: { min: number; max: number; default: number };
	/** Images it takes. */
	max_images: number;
}

const STANDARD = {
	type: 'standard',
	mesh_credits: 20,
	texture_credits: { '2k': 10, '4k': 10, '8k': 15 },
	polycount: { min: 100, max: 300_000, default: 50_000 },
	max_images: 4
} as const;
const SMART = {
	type: 'smart-topology',
	mesh_credits: 5,
	texture_credits: { '2k': 10, '4k': 10, '8k': 15 },
	geometry_credits: { standard: 0 },
	max_images: 1
} as const;

/** Models by the name the API pins them with. meshy-6-lite is left out: its textured price is not published. */
export const MESHY_MODELS = {
	'meshy-7.1': {
		...STANDARD,
		label: 'Meshy 7.1',
		geometry_credits: { standard: 0, '2k': 5, '4k': 5 }
	},
	'meshy-6': { ...STANDARD, label: 'Meshy 6', geometry_credits: { standard: 0 } },
	'meshy-t2.5': {
		...SMART,
		label: 'Smart topology 2.5',
		polycount: { min: 100, max: 30_000, default: 15_000 }
	},
	'meshy-t2': {
		...SMART,
		label: 'Smart topology 2',
		polycount: { min: 100, max: 15_000, default: 4_000 }
	}
} as const satisfies Record<string, MeshyModel>;
export type MeshyModelName = keyof typeof MESHY_MODELS;

/** One model that paints a model anew. */
interface RetextureModel {
	label: string;
	/** Credits per texture size; what is missing is not offered. PBR maps are included. */
	texture_credits: Partial<Record<'2k' | '4k' | '8k', number>>;
	/** Whether the surface can be described in words. */
	words: boolean;
	/** Photos of the product itself it paints from; 0: none, only a picture for the style. */
	max_views: number;
	/** Whether it makes metallic, roughness and normal maps. */
	pbr: boolean;
}

/** By the name the API pins them with (meshy-mcp-server 0.6.8, meshy-cli 0.8.2). Meshy 7.1 does not retexture. */
export const MESHY_RETEXTURE_MODELS = {
	'meshy-7': {
		label: 'Meshy 7',
		texture_credits: { '2k': 10, '4k': 10, '8k': 15 },
		words: true,
		max_views: 4,
		pbr: true
	},
	'meshy-6': {
		label: 'Meshy 6',
		texture_credits: { '2k': 10, '4k': 10, '8k': 15 },
		words: true,
		max_views: 0,
		pbr: true
	},
	'meshy-n1': {
		label: 'Meshy N1',
		texture_credits: { '2k': 10 },
		words: false,
		max_views: 4,
		pbr: false
	}
} as const satisfies Record<string, RetextureModel>;
export type RetextureModelName = keyof typeof MESHY_RETEXTURE_MODELS;

/** A retexture model with all its optional parts, for reading. */
export const retextureModel = (name: RetextureModelName): RetextureModel =>
	MESHY_RETEXTURE_MODELS[name];

export const MESHY = {
	/** Day on which every value in this file was last checked. */
	as_of: '2026-11-22',
	/** USD of one credit on the Pro plan (20 USD for 1,000 credits). Larger plans pay less. */
	usd_per_credit: 0.02,
	/** Credits of another mesh for a model that is there. */
	remesh_credits: 5,
	/** With several images the finest geometry is not offered. */
	geometry_of_one_image: '4k',
	/** Longest texture prompt, characters; one page of the docs says 800. */
	prompt_length: 600,
	/** Images per model; with more than one, the first is the front. */
	max_images: 4,
	/** Image types the API reads. */
	content_types: ['image/png', 'image/jpeg'] as readonly string[],
	/**
	 * Our own bounds, bytes; Meshy documents none (its tools stop at 20 MB). Inline images of a task are held in the
	 * Worker's 128 MB at once, as base64; larger ones, and models, go as signed addresses where Meshy can reach us.
	 */
	max_image_bytes: 20 * 1024 * 1024,
	max_inline_bytes: 24 * 1024 * 1024,
	/** From here on signed addresses are preferred, where there are any. */
	signed_from_bytes: 8 * 1024 * 1024,
	/** Largest result that is copied, bytes; textured models of 50 to 200 MB are normal. */
	max_result_bytes: 512 * 1024 * 1024,
	/** How long a model usually takes, seconds; the cookbook measured 210 to 228. */
	typical_seconds: { from: 120, to: 300 },
	/** How long Meshy keeps a result, seconds (3 days). */
	retention_seconds: 3 * 24 * 3600,
	/** Hosts that may serve a result, as suffixes. */
	asset_hosts: ['.meshy.ai'] as readonly string[],
	/** Per account, all keys together. */
	requests_per_second: 20,
	/** Tasks an account may have pending or running, by plan (MESHY_PLAN). */
	queue: { pro: 10, studio: 20, premium: 30, enterprise: 50, ultra: 100 },
	/** Values Meshy refuses by now, with the day they went. Never offered. */
	retired: {
		'meshy-4': '2026-03-20',
		'meshy-5': '2026-10-10',
		'meshy-t1': '2026-10-30',
		lowpoly: '2026-10-30'
	}
} as const;

/** What of the settings decides the price. */
export interface PricedSettings {
	ai_model: MeshyModelName;
	should_texture: boolean;
	texture_resolution: '2k' | '4k' | '8k';
	geometry_resolution: 'standard' | '2k' | '4k';
}

/** Credits a model with these settings costs. It is also the most it can cost: one price per setting, nothing on failure. */
export function priceInCredits(settings: PricedSettings): number {
	const model: MeshyModel = MESHY_MODELS[settings.ai_model];
	const texture = settings.should_texture ? model.texture_credits[settings.texture_resolution] : 0;
	return model.mesh_credits + (model.geometry_credits[settings.geometry_resolution] ?? 0) + texture;
}

/** Credits a new surface costs; as for a model, also the most it can cost. */
export function retexturePriceInCredits(settings: {
	ai_model: RetextureModelName;
	texture_resolution: '2k' | '4k' | '8k';
}): number {
	return retextureModel(settings.ai_model).texture_credits[settings.texture_resolution] ?? 0;
}

/** Credits as micro-USD (integer). */
export function creditsToMicroUsd(credits: number): number {
	return Math.round(credits * MESHY.usd_per_credit * 1_000_000);
}
