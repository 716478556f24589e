/** What may be asked of Meshy, checked strictly against the table of what it offers. Part of the wire contract. */
import { z } from 'zod';
import {
	MESHY,
	MESHY_MODELS,
	MESHY_RETEXTURE_MODELS,
	retextureModel,
	type MeshyModelName,
	type RetextureModelName
} from './clients/meshy-catalog';

export {
	creditsToMicroUsd,
	MESHY,
	MESHY_MODELS,
	MESHY_RETEXTURE_MODELS,
	priceInCredits,
	retextureModel,
	retexturePriceInCredits,
	type PricedSettings,
	type RetextureModelName
} from './clients/meshy-catalog';

/** Our own address of a stored file: /files/:asset_id. */
export const fileUrl = z.string().regex(/^\/files\/[0-9a-f-]{36}$/, 'must be a /files/… address');

/** All models of the table, in its order. */
export const MESHY_MODEL_NAMES = Object.keys(MESHY_MODELS).filter(
	(name): name is MeshyModelName => name in MESHY_MODELS
);
const polycount = z.number().int().min(100).max(300_000);
/** Meshy's adaptive decimation: 1 keeps most, 4 least. Null: `target_polycount` rules. */
const decimationMode = z.literal([1, 2, 3, 4]).nullable();
const topology = z.enum(['triangle', 'quad']);
const prompt = z.string().trim().max(MESHY.prompt_length);
const textureResolution = z.enum(['2k', '4k', '8k']).default('2k');
/** GLB is always made. */
const targetFormats = z
	.array(z.enum(['glb', 'usdz']))
	.min(1)
	.max(2)
	.refine((formats) => formats.includes('glb'), 'must include glb')
	.default(['glb']);

/** What a person may choose for a new model. Retired and deprecated parameters are not offered. */
export const meshySettings = z
	.strictObject({
		/** Pinned: Meshy's own "latest" moves. */
		ai_model: z.enum(MESHY_MODEL_NAMES).default('meshy-7.1'),
		geometry_resolution: z.enum(['standard', '2k', '4k']).default('standard'),
		should_texture: z.boolean().default(true),
		texture_resolution: textureResolution,
		/** Metallic, roughness and normal maps. */
		enable_pbr: z.boolean().default(true),
		/** What the surface should look like; '' = as in the photos. */
		texture_prompt: prompt.default(''),
		/** A picture the surface should look like: one of the product's cut-outs. */
		texture_image_url: fileUrl.nullable().default(null),
		/** False: the finest mesh Meshy makes, up to some two million triangles. */
		should_remesh: z.boolean().default(true),
		topology: topology.default('triangle'),
		target_polycount: polycount.default(MESHY_MODELS['meshy-7.1'].polycount.default),
		decimation_mode: decimationMode.default(null),
		/** Lets Meshy retouch the photos first. Off: the product stays as it is. */
		image_enhancement: z.boolean().default(false),
		/** Lets Meshy estimate the size in metres. */
		auto_size: z.boolean().default(true),
		origin_at: z.enum(['bottom', 'center']).default('bottom'),
		target_formats: targetFormats,
		alpha_thumbnail: z.boolean().default(true),
		/** Pictures from the front, the right, the back and the left. */
		multi_view_thumbnails: z.boolean().default(false),
		/** Lets Meshy refuse offensive images. */
		moderation: z.boolean().default(false)
	})
	.superRefine((settings, context) => {
		const model = MESHY_MODELS[settings.ai_model];
		const refuse = (path: keyof typeof settings, message: string) =>
			context.addIssue({ code: 'custom', path: [path], message });
		if (!(settings.geometry_resolution in model.geometry_credits)) {
			refuse('geometry_resolution', `is not offered by ${settings.ai_model}; choose standard`);
		}
		const { min, max } = model.polycount;
		if (
			settings.should_remesh &&
			(settings.target_polycount < min || settings.target_polycount > max)
		) {
			refuse('target_polycount', `must be from ${min} to ${max} for ${settings.ai_model}`);
		}
		const styled = settings.texture_prompt !== '' || settings.texture_image_url !== null;
		if (styled && !settings.should_texture) {
			refuse('should_texture', 'must be true where a texture prompt or picture is given');
		}
		if (settings.texture_prompt !== '' && settings.texture_image_url !== null) {
			refuse(
				'texture_image_url',
				'cannot go with a texture_prompt, for the prompt would win; give one of them'
			);
		}
	});
export type MeshySettings = z.infer<typeof meshySettings>;

/** Why a model cannot be made of so many images with these settings; null when it can. */
export function imageFault(settings: MeshySettings, images: number): string | null {
	const { max_images } = MESHY_MODELS[settings.ai_model];
	if (images > max_images) {
		return `${settings.ai_model} takes ${max_images === 1 ? 'one image' : `${max_images} images`}. Send fewer, the front first, or choose meshy-7.1.`;
	}
	if (images > 1 && settings.geometry_resolution === MESHY.geometry_of_one_image) {
		return 'The geometry resolution 4k is offered for a single image only. Choose 2k, or send one image.';
	}
	return null;
}

/** All retexture models of the table, in its order. */
export const MESHY_RETEXTURE_NAMES = Object.keys(MESHY_RETEXTURE_MODELS).filter(
	(name): name is RetextureModelName => name in MESHY_RETEXTURE_MODELS
);

/** What a person may choose for a new surface. Its style is given in exactly one way. */
const retextureSettings = z
	.strictObject({
		ai_model: z.enum(MESHY_RETEXTURE_NAMES).default('meshy-7'),
		text_style_prompt: prompt.default(''),
		/** A picture the surface should look like: one of the product's cut-outs. */
		image_style_url: fileUrl.nullable().default(null),
		/** The product itself, painted from: its cut-outs, the front first. */
		multiview_image_urls: z.array(fileUrl).max(MESHY.max_images).default([]),
		texture_resolution: textureResolution,
		/** False: Meshy unwraps the model anew. */
		enable_original_uv: z.boolean().default(true),
		enable_pbr: z.boolean().default(true),
		target_formats: targetFormats
	})
	.superRefine((settings, context) => {
		const { words, max_views, pbr, texture_credits } = retextureModel(settings.ai_model);
		const { ai_model, text_style_prompt, image_style_url, multiview_image_urls: views } = settings;
		const refuse = (path: keyof typeof settings, message: string) =>
			context.addIssue({ code: 'custom', path: [path], message });
		const ways = [text_style_prompt !== '', image_style_url !== null, views.length > 0];
		if (ways.filter(Boolean).length !== 1) {
			refuse(
				'text_style_prompt',
				'must be given, or an image_style_url, or multiview_image_urls: one of them alone'
			);
		}
		if (text_style_prompt !== '' && !words) {
			refuse('text_style_prompt', `is not read by ${ai_model}; give an image`);
		}
		if (views.length > max_views) {
			refuse('multiview_image_urls', `are not read by ${ai_model}; choose meshy-7`);
		}
		if (new Set(views).size !== views.length) {
			refuse(
				'multiview_image_urls',
				'name an image twice; name each cut-out once, the front first'
			);
		}
		if (settings.enable_pbr && !pbr) refuse('enable_pbr', `is not offered by ${ai_model}`);
		if (!(settings.texture_resolution in texture_credits)) {
			refuse('texture_resolution', `is not offered by ${ai_model}; choose 2k`);
		}
	});
export type RetextureSettings = z.infer<typeof retextureSettings>;

const rework = {
	product_id: z.uuid(),
	batch_id: z.uuid().optional(),
	/** The product's source model that is changed; the change becomes its new source model. */
	model_url: fileUrl
};

/** Changes a model that is there: another mesh, or another surface. */
export const reworkRequest = z.discriminatedUnion('operation', [
	z.strictObject({
		operation: z.literal('remesh'),
		...rework,
		settings: z
			.strictObject({
				topology: topology.default('triangle'),
				target_polycount: polycount.default(30_000),
				decimation_mode: decimationMode.default(null),
				target_formats: targetFormats
			})
			.prefault({})
	}),
	z.strictObject({
		operation: z.literal('retexture'),
		...rework,
		settings: retextureSettings
	})
]);
export type ReworkRequest = z.infer<typeof reworkRequest>;
type Without<T> = T extends unknown ? Omit<T, 'product_id' | 'model_url'> : never;
/** A change by itself, without what it is made to. */
export type ReworkChange = Without<ReworkRequest>;

/** Looks a person can choose instead of all the settings. */
export const MESHY_PRESETS = {
	/** One photo, few triangles, for a first look. */
	draft: meshySettings.parse({ ai_model: 'meshy-t2', target_polycount: 4000, enable_pbr: false }),
	/** What a product page needs. */
	product: meshySettings.parse({}),
	/** Fine geometry and textures for close-ups. */
	hero: meshySettings.parse({
		geometry_resolution: '2k',
		texture_resolution: '4k',
		target_polycount: 200_000,
		target_formats: ['glb', 'usdz']
	})
} as const satisfies Record<string, MeshySettings>;
export type MeshyPreset = keyof typeof MESHY_PRESETS;
