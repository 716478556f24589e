/**
 * What Meshy offers, what it costs and where its limits are: one dated table, because it changes monthly.
 *
 * As of 2026-11-22. Sources: docs.meshy.ai/api (image-to-3d, multi-image-to-3d, errors, deprecations,
 * rate-limits), meshy-dev/meshy-cookbook recipe 04, meshy-dev/meshy-cli docs/skill-parity.
 */
import type { MeshySettings } from '../contract';

export const MESHY = {
	/** Day on which every value below was last checked. */
	as_of: '2026-11-22',
	/** USD of one credit on the Pro plan (20 USD for 1,000 credits). Larger plans pay less. */
	usd_per_credit: 0.02,
	/** Credits of a textured model (PBR maps included), per model and texture size. */
	credits: {
		'meshy-7.1': { '2k': 30, '4k': 30 },
		'meshy-6': { '2k': 30, '4k': 30 }
	} satisfies Record<
		MeshySettings['ai_model'],
		Record<MeshySettings['texture_resolution'], number>
	>,
	/** Images per model; with more than one, the first is the front. */
	max_images: 4,
	/** Image types the API reads. */
	content_types: ['image/png', 'image/jpeg'] as readonly string[],
	/**
	 * Our own bound per image and for all images of a task, bytes. Meshy documents none (its tools stop at
	 * 20 MB); all images of a task are held in the Worker's 128 MB at once, as base64.
	 */
	max_image_bytes: 10 * 1024 * 1024,
	max_images_bytes: 24 * 1024 * 1024,
	/** How long a model usually takes, seconds. Measured by the cookbook: 210 to 228. */
	typical_seconds: 240,
	/** How long Meshy keeps a result, seconds (3 days). */
	retention_seconds: 3 * 24 * 3600,
	/** Hosts that may serve a result, as suffixes. */
	asset_hosts: ['.meshy.ai'] as readonly string[],
	/** Values Meshy refuses by now, with the day they went. Never offered. */
	retired: {
		'meshy-4': '2026-03-20',
		'meshy-5': '2026-10-10',
		'meshy-t1': '2026-10-30',
		lowpoly: '2026-10-30'
	}
} as const;

/** Credits a task with these settings costs. It is also the most it can cost: one price per setting, nothing on failure. */
export function priceInCredits(
	settings: Pick<MeshySettings, 'ai_model' | 'texture_resolution'>
): number {
	return MESHY.credits[settings.ai_model][settings.texture_resolution];
}

/** Credits as micro-USD (integer). */
export function creditsToMicroUsd(credits: number): number {
	return Math.round(credits * MESHY.usd_per_credit * 1_000_000);
}
