import { DEFAULT_LEVELS, type LevelTarget } from '../levels';

/** What a place takes. Whatever is left out is not limited there. Bytes, pixels, counts. */
export interface Limits {
	/** Refused above. */
	max_bytes?: number;
	/** Taken above, but slow, changed or advised against. */
	advised_bytes?: number;
	max_triangles?: number;
	/** Taken above, but slow to draw. */
	advised_triangles?: number;
	max_vertices?: number;
	/** Longest side of a texture. */
	max_texture_side?: number;
	texture_types?: readonly string[];
	max_draw_calls?: number;
	max_materials?: number;
	max_uv_sets?: number;
	/** No extension that a reader must know. */
	plain?: boolean;
	/** In metres, y up, the base on y = 0, centered. */
	real_size?: boolean;
	/** Width, height and depth are those of the product's listing. */
	dimensions?: boolean;
}

export interface ChannelFile {
	/** Between the product's name and the file's ending; empty for a channel's only file. */
	suffix: string;
	/** `web`: EXT_meshopt_compression and WebP; `plain`: no required extension, JPEG and PNG; `usdz`: for Quick Look. */
	format: 'web' | 'plain' | 'usdz';
	/** What is made, where the limits alone do not say it. */
	level?: LevelTarget;
	limits: Limits;
}

export interface ChannelProfile {
	/** Name of the files, and in `npm run optimize -- --profile NAME`. */
	name: string;
	/** As the place calls itself. */
	label: string;
	files: readonly ChannelFile[];
}

/** When the limits below were last looked up. They change: a profile is data. */
export const CHANNELS_AS_OF = '2026-11';

const MB = 1_000_000;
/** Every AR and ad player decodes these. */
const PICTURES = ['image/jpeg', 'image/png'] as const;
/** What AR viewers and ad players share: nothing to decode, one texture layout, true to size. */
const PLAYER: Limits = { plain: true, texture_types: PICTURES, max_uv_sets: 1, real_size: true };
/** Scene Viewer and Quick Look: https://developers.google.com/ar/develop/scene-viewer, Apple's forum thread 693867. */
const AR: Limits = {
	...PLAYER,
	max_bytes: 10 * MB,
	max_triangles: 100_000,
	max_texture_side: 2048
};
/** Kargo, Vyking and their like. */
const TRY_ON: Limits = {
	...PLAYER,
	max_bytes: 10 * MB,
	advised_bytes: 4 * MB,
	max_triangles: 50_000,
	max_texture_side: 2048,
	max_materials: 1
};

const one = (
	name: string,
	label: string,
	format: ChannelFile['format'],
	limits: Limits
): ChannelProfile => ({ name, label, files: [{ suffix: '', format, limits }] });

/**
 * The places a model goes to, and what each takes.
 * Khronos 3D Commerce asset creation guidelines (section 99); support.google.com/merchants/answer/13674896 and
 * /displayvideo/answer/9794085; help.shopify.com "3D modeling checklist"; Amazon's by a copy of its guide.
 */
export const CHANNELS: readonly ChannelProfile[] = [
	{
		name: 'web',
		label: 'Web viewer',
		files: DEFAULT_LEVELS.map((level, i) => ({
			suffix: `lod${i}`,
			format: 'web',
			level,
			limits: {
				// The lowest level is what a phone shows within a second.
				advised_bytes: level.max_bytes ?? 3 * MB,
				advised_triangles: level.max_triangles,
				max_texture_side: level.texture_size,
				real_size: true
			}
		}))
	},
	one('android-ar', 'Android AR (Scene Viewer)', 'plain', AR),
	one('ios-ar', 'iPhone and iPad AR (Quick Look)', 'usdz', AR),
	one('shopify', 'Shopify', 'plain', {
		max_bytes: 500 * MB,
		// Larger files are compressed again by Shopify.
		advised_bytes: 15 * MB,
		plain: true,
		texture_types: PICTURES,
		max_materials: 1,
		real_size: true
	}),
	one('google-merchant', 'Google Merchant Center', 'plain', {
		plain: true,
		texture_types: PICTURES,
		max_bytes: 15 * MB,
		advised_bytes: 10 * MB,
		max_texture_side: 2048,
		real_size: true
	}),
	one('google-swirl', 'Google Swirl and Display & Video 360', 'plain', {
		...PLAYER,
		max_bytes: 3 * MB,
		max_triangles: 12_000,
		max_vertices: 30_000,
		max_texture_side: 2048,
		max_draw_calls: 15
	}),
	one('amazon', 'Amazon', 'plain', {
		plain: true,
		texture_types: PICTURES,
		max_triangles: 149_999,
		max_texture_side: 4096,
		real_size: true,
		dimensions: true
	}),
	{
		name: 'ads',
		label: 'Ads and try-on viewers',
		files: [
			{ suffix: '', format: 'plain', limits: TRY_ON },
			{ suffix: 'ios', format: 'usdz', limits: TRY_ON }
		]
	},
	one('khronos-item', 'Khronos 3D Commerce: item on the web and in AR', 'plain', {
		...PLAYER,
		max_bytes: 3 * MB,
		max_triangles: 150_000,
		max_texture_side: 2048,
		max_draw_calls: 19
	}),
	one('khronos-planner', 'Khronos 3D Commerce: room planner', 'plain', {
		...PLAYER,
		max_bytes: MB,
		max_triangles: 40_000,
		max_texture_side: 1024
	}),
	one('khronos-banner', 'Khronos 3D Commerce: banner ad', 'plain', {
		...PLAYER,
		max_bytes: 500_000,
		max_triangles: 30_000,
		max_texture_side: 512
	})
];

/** Where a place names no number of triangles: what phones draw without a thought. */
const USUAL_TRIANGLES = 100_000;

/** What is made for a file: as much as its limits allow. Limits are kept whatever it costs the shape. */
export function levelOf({ level, limits }: ChannelFile): LevelTarget {
	return (
		level ?? {
			ratio: 1,
			max_triangles: Math.min(limits.max_triangles ?? USUAL_TRIANGLES, USUAL_TRIANGLES),
			min_triangles: 0,
			max_error: 1,
			texture_size: limits.max_texture_side ?? 2048,
			texture_quality: 0.85
		}
	);
}
