/** What can make a 3D model, and for how much: shown before anybody pays. */
import { Hono } from 'hono';
import { creditsToMicroUsd, MESHY, priceInCredits } from '../clients/meshy-catalog';
import { LIMITS, meshySettings, type Provider } from '../contract';
import type { AppEnv } from '../env';

export interface ProviderOnWire {
	name: Provider;
	configured: boolean;
	max_images: number;
	/** With default settings. */
	price: Price;
	price_by_settings: ({ ai_model: string; texture_resolution: string } & Price)[];
	/** How long it usually takes, seconds; null when it depends on this device. */
	typical_seconds: number | null;
	note: string;
}
interface Price {
	credits: number;
	usd: number;
}

export const providers = new Hono<AppEnv>().get('/', (c) => {
	const draft: ProviderOnWire = {
		name: 'draft',
		configured: true,
		max_images: LIMITS.images_per_model,
		price: { credits: 0, usd: 0 },
		price_by_settings: [],
		typical_seconds: null,
		note: 'Made on this device from the outline of the product. Free, and good enough for a first look.'
	};
	const configured = Boolean(c.env.MESHY_API_KEY);
	const meshy: ProviderOnWire = {
		name: 'meshy',
		configured,
		max_images: MESHY.max_images,
		price: priceOf(meshySettings.parse({})),
		price_by_settings: meshySettings.shape.ai_model.unwrap().options.flatMap((ai_model) =>
			meshySettings.shape.texture_resolution.unwrap().options.map((texture_resolution) => ({
				ai_model,
				texture_resolution,
				...priceOf({ ai_model, texture_resolution })
			}))
		),
		typical_seconds: MESHY.typical_seconds,
		note: configured
			? 'Made by Meshy from the approved cut-outs, which are sent there. Charged when Meshy accepts the task; nothing when it fails.'
			: 'No Meshy key is configured. Set MESHY_API_KEY on the server to use it.'
	};
	return c.json([draft, meshy], 200);
});

function priceOf(settings: Parameters<typeof priceInCredits>[0]): Price {
	const credits = priceInCredits(settings);
	return { credits, usd: creditsToMicroUsd(credits) / 1_000_000 };
}
