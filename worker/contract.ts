/**
 * The wire contract: request schemas, limits, error codes and units, shared by the Worker and the browser.
 *
 * Units: lengths metres, sizes bytes, durations seconds, instants Unix epoch milliseconds, money decimal USD
 * (`cost`, `total_cost`); tables hold money as integer micro-USD.
 */
import { z } from 'zod';
import { DRAFT_CAPABILITIES } from './contract-draft';
import { fileUrl, meshySettings, reworkRequest } from './contract-meshy';

export * from './contract-draft';
export * from './contract-meshy';

/** Limits on what comes in from outside. Sizes in bytes. */
export const LIMITS = {
	/** A JSON request body. */
	json_bytes: 256 * 1024,
	/** A photo file, before it is opened. */
	photo_bytes: 25 * 1024 * 1024,
	/** A photo's width x height, read from its header before it is decoded. */
	photo_pixels: 50_000_000,
	/** Photos a product takes at once. */
	photos_per_product: 24,
	/** Images that go into one 3D model (Meshy's own limit). */
	images_per_model: 4,
	/** Images that go into one draft made in the browser. */
	images_per_draft: DRAFT_CAPABILITIES.max_images,
	/** Longest side of a cut-out that is uploaded, pixels. */
	upload_image_side: 2048,
	/** Points of a product that its owner tells of. */
	hotspots: 12,
	/** Sites that may frame a link. */
	embed_origins: 20
} as const;

/** What a stored file is for, with what may be stored as it. */
export const ASSET_KINDS = {
	cutout: { content_types: ['image/png', 'image/webp'], max_bytes: 25 * 1024 * 1024 },
	mask: { content_types: ['image/png'], max_bytes: 10 * 1024 * 1024 },
	source_model: { content_types: ['model/gltf-binary'], max_bytes: 100 * 1024 * 1024 },
	/** A level of detail for the web: meshopt and WebP. */
	lod: { content_types: ['model/gltf-binary'], max_bytes: 60 * 1024 * 1024 },
	/** The same model without extensions that need a decoder: AR and other programs. */
	plain_model: { content_types: ['model/gltf-binary'], max_bytes: 100 * 1024 * 1024 },
	/** The plain model again, for Apple's AR Quick Look. */
	usdz: { content_types: ['model/vnd.usdz+zip'], max_bytes: 100 * 1024 * 1024 },
	poster: { content_types: ['image/jpeg', 'image/png', 'image/webp'], max_bytes: 4 * 1024 * 1024 },
	/** Written by the Worker only, from the provider: for Apple's AR Quick Look. */
	source_usdz: { content_types: ['model/vnd.usdz+zip'], max_bytes: 512 * 1024 * 1024 },
	/** The model from one side, for people who cannot see it in 3D. */
	still: { content_types: ['image/jpeg', 'image/png', 'image/webp'], max_bytes: 4 * 1024 * 1024 },
	/** Written by the Worker only, from the provider. */
	thumbnail: {
		content_types: ['image/jpeg', 'image/png', 'image/webp'],
		max_bytes: 4 * 1024 * 1024
	}
} as const satisfies Record<string, { content_types: readonly string[]; max_bytes: number }>;

export type AssetKind = keyof typeof ASSET_KINDS;
export const assetKind = z.enum([
	'cutout',
	'mask',
	'source_model',
	'lod',
	'plain_model',
	'usdz',
	'poster',
	'source_usdz',
	'still',
	'thumbnail'
]);

export const TASK_TYPES = [
	'image_selection',
	'background_removal',
	'3d_generation',
	'model_optimization'
] as const;

/**
 * A task's states, in the order they are passed; the last four are final, except that `unknown`
 * (the provider may or may not have accepted the request) waits for reconciliation.
 */
export const TASK_STATUSES = [
	'queued',
	'submitting',
	'running',
	'copying',
	'succeeded',
	'failed',
	'canceled',
	'unknown'
] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];
export const FINAL_TASK_STATUSES: readonly TaskStatus[] = [
	'succeeded',
	'failed',
	'canceled',
	'unknown'
];

export const PRODUCT_STATUSES = [
	'new',
	'selected',
	'cut_out',
	'modeled',
	'optimized',
	'shared'
] as const;

/** Directions a product is described from: four sides, each level, from above and from below. */
export const DIRECTIONS = [
	'front',
	'right',
	'back',
	'left',
	'front_above',
	'right_above',
	'back_above',
	'left_above',
	'front_below',
	'right_below',
	'back_below',
	'left_below'
] as const;
const viewDescriptions = z.partialRecord(z.enum(DIRECTIONS), z.string().trim().max(300));
export type ViewDescriptions = z.infer<typeof viewDescriptions>;

/** Sides a model is also shown from as still pictures. */
export const STILL_SIDES = ['front', 'right', 'back', 'left', 'top'] as const;
export type StillSide = (typeof STILL_SIDES)[number];

/** Who made a model: `own` is a file of the person's own. */
export const PROVIDERS = ['draft', 'meshy', 'own'] as const;
export type Provider = (typeof PROVIDERS)[number];

/** Every `error.code` an answer can carry. */
export const ERROR_CODES = [
	'invalid_request',
	'not_found',
	'unauthorized',
	'studio_closed',
	'wrong_token',
	'access_unavailable',
	'too_many_requests',
	'payload_too_large',
	'unsupported_type',
	'length_mismatch',
	'hash_mismatch',
	'content_mismatch',
	'upload_missing',
	'asset_not_ready',
	'spend_cap_reached',
	'idempotency_key_missing',
	'idempotency_key_reused',
	'idempotency_in_flight',
	'not_cancelable',
	'not_resolvable',
	'not_deletable',
	'meshy_not_configured',
	'meshy_unauthorized',
	'meshy_out_of_credits',
	'meshy_busy',
	'meshy_unavailable',
	'meshy_rejected',
	'generation_failed',
	'outcome_unknown',
	'result_unusable',
	'share_unavailable',
	'share_revoked',
	'password_required',
	'wrong_password',
	'download_not_allowed',
	'comments_off',
	'comments_full',
	'internal'
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

export const errorBody = z.object({
	error: z.object({
		code: z.enum(ERROR_CODES),
		/** Names the part and the remedy. */
		message: z.string(),
		request_id: z.string(),
		details: z.unknown().optional()
	})
});
export type ErrorBody = z.infer<typeof errorBody>;

const id = z.uuid();
/** A length in metres: 1 mm to 100 m. */
const metres = z.number().min(0.001).max(100);
const seconds = z.number().min(0).max(86_400);
/** A photo that stays on the device is named, not uploaded: local:<uuid>. */
const localPhoto = z.string().regex(/^local:[0-9a-f-]{36}$/, 'must be local:<uuid>');

const triple = z.tuple([
	z.number().min(-1000).max(1000),
	z.number().min(-1000).max(1000),
	z.number().min(-1000).max(1000)
]);
/** A point of a model with the camera that saw it. Radians; lengths in metres, or as who uses it says. */
export const modelPin = z.object({
	position: triple,
	/** The direction the surface faces there. */
	normal: triple,
	view: z.object({
		azimuth: z.number().min(-1000).max(1000),
		polar: z.number().min(0).max(Math.PI),
		/** 1 = the whole model framed. */
		zoom: z.number().min(0.01).max(100),
		target: triple
	})
});
export type ModelPin = z.infer<typeof modelPin>;

/**
 * A point of the product that its owner tells something of. Its lengths are shares of the model's box, 0 to 1 from its
 * lowest corner, so that the point stays in place when the model is made anew or in another size.
 */
export const hotspot = modelPin.extend({
	label: z.string().trim().min(1).max(60),
	text: z.string().trim().max(300).default('')
});
export type Hotspot = z.infer<typeof hotspot>;

export const productFields = z.object({
	name: z.string().trim().min(1).max(200),
	brand: z.string().trim().max(200).nullish(),
	sku: z.string().trim().max(100).nullish(),
	source_url: z
		.url({ protocol: /^https?$/ })
		.max(2000)
		.nullish(),
	width_m: metres.nullish(),
	height_m: metres.nullish(),
	depth_m: metres.nullish(),
	view_descriptions: viewDescriptions.nullish(),
	hotspots: z.array(hotspot).max(LIMITS.hotspots).nullish()
});
export const productPatch = productFields.partial();

/** A page of a list, newest first. */
export const pageQuery = z.object({
	cursor: z.string().max(200).optional(),
	limit: z.coerce.number().int().min(1).max(100).default(24)
});
export const productsQuery = pageQuery.extend({
	query: z.string().trim().max(200).optional(),
	status: z.enum(PRODUCT_STATUSES).optional()
});

export const uploadRequest = z.object({
	product_id: id,
	kind: assetKind.exclude(['thumbnail', 'source_usdz']),
	content_type: z.string().max(100),
	bytes: z.number().int().min(1),
	/** Lower-case hex. */
	sha256: z.string().regex(/^[0-9a-f]{64}$/),
	/** Pixels, for images. */
	width: z.number().int().min(1).max(32_768).optional(),
	height: z.number().int().min(1).max(32_768).optional()
});

/** What `selectImages` measured of one photo; every score is 0 (worst) to 1 (best). */
export const photoScore = z.object({
	sharpness: z.number().min(0).max(1),
	resolution: z.number().min(0).max(1),
	exposure: z.number().min(0).max(1),
	subject: z.number().min(0).max(1),
	/** The weighted sum the photos are ranked by. */
	total: z.number().min(0).max(1)
});
export type PhotoScore = z.infer<typeof photoScore>;

export const selectImagesRequest = z.object({
	product_id: id,
	image_urls: z.array(localPhoto).min(1).max(LIMITS.photos_per_product),
	/** One per image, same order. */
	scores: z.array(photoScore).max(LIMITS.photos_per_product),
	/** What the person kept. */
	selected_images: z.array(localPhoto).min(1).max(LIMITS.images_per_draft),
	processing_time: seconds.default(0)
});

export const removeBackgroundsRequest = z.object({
	product_id: id,
	processed_images: z
		.array(
			z.object({
				original_url: localPhoto,
				processed_url: fileUrl,
				mask_url: fileUrl,
				engine: z.string().max(60),
				/** "gpu" or "cpu". */
				device: z.enum(['gpu', 'cpu']),
				processing_time: seconds,
				/** A person changed it by hand. */
				edited: z.boolean().default(false)
			})
		)
		.min(1)
		.max(LIMITS.photos_per_product),
	/** Photos tried, of which processed_images were approved. */
	attempted: z.number().int().min(1).max(LIMITS.photos_per_product)
});

/** A file's own extent in metres: 0 where it is flat, and as large as its maker's units make it. */
const extent = z.number().min(0).max(1e7);
const size = z.object({ width_m: extent, height_m: extent, depth_m: extent });
/** A model that was made, or brought, in the browser. */
const madeHere = z.object({
	product_id: id,
	model_url: fileUrl,
	triangles: z.number().int().min(1).max(10_000_000),
	size,
	processing_time: seconds
});

const meshyRequest = z.object({
	provider: z.literal('meshy'),
	product_id: id,
	/** The batch this model is made for: its cap counts too. */
	batch_id: id.optional(),
	image_urls: z.array(fileUrl).min(1).max(LIMITS.images_per_model),
	settings: meshySettings.prefault({})
});
export const generateRequest = z.discriminatedUnion('provider', [
	meshyRequest,
	madeHere.extend({
		/** Made in the browser; this call records it. */
		provider: z.literal('draft'),
		image_urls: z.array(fileUrl).min(1).max(LIMITS.images_per_draft)
	}),
	/** A person's own file; this call records it. */
	madeHere.extend({ provider: z.literal('own') })
]);

/** Everything that is paid: what a paid task keeps as its input. */
export const paidRequest = z.union([meshyRequest, reworkRequest]);
export type PaidRequest = z.infer<typeof paidRequest>;

export const optimizeRequest = z.object({
	product_id: id,
	model_url: fileUrl,
	/** Level 0 is the finest. */
	lods: z
		.array(
			z.object({
				level: z.number().int().min(0).max(7),
				url: fileUrl,
				triangles: z.number().int().min(1),
				bytes: z.number().int().min(1)
			})
		)
		.min(1)
		.max(8),
	plain_url: fileUrl,
	poster_url: fileUrl,
	/** Models stored before there were any have none. */
	usdz_url: fileUrl.optional(),
	stills: z
		.array(z.object({ side: z.enum(STILL_SIDES), url: fileUrl }))
		.max(STILL_SIDES.length)
		.default([]),
	settings: z.object({
		texture_size: z.number().int().min(64).max(8192)
	}),
	source: z.object({ triangles: z.number().int().min(1), bytes: z.number().int().min(1) }),
	size,
	processing_time: seconds
});

export const tasksQuery = z.object({
	/** Comma-separated task ids, at most 50. */
	ids: z
		.string()
		.max(2000)
		.transform((list) => list.split(','))
		.pipe(z.array(id).min(1).max(50))
		.optional(),
	product_id: id.optional()
});

/** What a person says of a task whose outcome is unknown. */
export const resolveRequest = z.object({
	/** `not_charged`: its account shows no such charge. `look_again`: look for it once more. */
	decision: z.enum(['not_charged', 'look_again'])
});

/** A site as browsers name it: https://shop.example, without path; http for this machine only. */
export const SITE_ORIGIN =
	/^(?=.{1,260}$)(https:\/\/(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*|http:\/\/(localhost|127\.0\.0\.1))(:\d{1,5})?$/;
const siteOrigin = z
	.string()
	.regex(SITE_ORIGIN, 'must be a site like https://shop.example, in lower case and without a path');

const sharePassword = z.string().min(6).max(200);
/** What a link allows; all of it can be changed later. */
const shareOptions = z.object({
	/** Shown in the owner's list. Never shown to visitors. */
	label: z.string().trim().max(200),
	/** Instant after which the link answers like an unknown one; null = never. */
	expires_at: z.number().int().positive().nullable(),
	/** Visitors are asked for it; null = none. Only a slow hash of it is stored. */
	password: sharePassword.nullable(),
	allow_download: z.boolean(),
	/** Whether visitors may comment, approve and ask for changes. */
	allow_comments: z.boolean(),
	/** Whether search engines may list the page. Never while there is a password. */
	allow_indexing: z.boolean(),
	/** Sites that may frame the link's embed page; null = any, empty = none. */
	embed_origins: z.array(siteOrigin).max(LIMITS.embed_origins).nullable()
});
export const shareRequest = shareOptions.partial().extend({ product_id: id });
export const sharePatch = shareOptions.partial();
export const unlockRequest = z.object({ password: z.string().min(1).max(200) });

/** What a share page tells of itself; nothing about the person. */
export const shareEvent = z.discriminatedUnion('type', [
	z.object({ type: z.literal('view') }),
	z.object({
		type: z.literal('loaded'),
		/** From opening the page until the model stood, milliseconds. */
		load_ms: z.number().min(0).max(600_000).default(0)
	}),
	/** The model was opened in the visitor's room. */
	z.object({ type: z.literal('ar_start') }),
	z.object({
		type: z.literal('rating'),
		/** 1 (bad) to 5 (good). */
		rating: z.number().int().min(1).max(5)
	})
]);
export type ShareEvent = z.infer<typeof shareEvent>;
export const shareStatsQuery = z.object({
	/** How far back, days. */
	days: z.coerce.number().int().min(1).max(90).default(30)
});

/** What a visitor says of a model: a remark, or a verdict on the whole. */
export const COMMENT_KINDS = ['comment', 'approval', 'change_request'] as const;
const commentBody = z.string().trim().max(2000);
export const commentRequest = z
	.object({
		kind: z.enum(COMMENT_KINDS),
		name: z.string().trim().min(1).max(80),
		body: commentBody.default(''),
		/** In metres. */
		pin: modelPin.nullish(),
		/** The comment this one answers. */
		parent_id: id.nullish(),
		/** Random, made by the visitor's browser with the first comment: tells only that two are by the same. */
		reviewer_id: id
	})
	.refine(({ kind, body }) => kind !== 'comment' || body !== '', {
		path: ['body'],
		message: 'must say something'
	});
export const replyRequest = z.object({ parent_id: id, body: commentBody.min(1) });
export const commentPatch = z.object({ resolved: z.boolean() });
export const commentsQuery = pageQuery.extend({ share_id: id });

export const oembedQuery = z.object({
	url: z.string().max(2000),
	maxwidth: z.coerce.number().int().min(1).max(10_000).optional(),
	maxheight: z.coerce.number().int().min(1).max(10_000).optional(),
	format: z.string().max(20).optional()
});

export const feedbackRequest = z.object({
	product_id: id,
	/** 1 (bad) to 5 (good). */
	rating: z.number().int().min(1).max(5),
	comment: z.string().trim().max(2000).optional()
});

/** How a stage in the browser went; the stage calls above carry it for those that succeed, this one for the others. */
export const stageOutcome = z.object({
	stage: z.enum(TASK_TYPES),
	outcome: z.enum(['ok', 'failed', 'canceled']),
	processing_time: seconds
});

export const sessionRequest = z.object({ token: z.string().min(1).max(500) });

export const metricsQuery = z.object({
	/** How far back, days. */
	days: z.coerce.number().int().min(1).max(90).default(30)
});
