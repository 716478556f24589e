/** What can make a 3D model, what it takes and what it costs: shown before anybody pays. */
import { Hono } from 'hono';
import { MESHY_CAPABILITIES, estimateMeshy } from '../clients/meshy';
import { MESHY } from '../clients/meshy-catalog';
import type { Bill, Capabilities } from '../clients/provider';
import { LIMITS, meshySettings, type Provider } from '../contract';
import { lastBalanceCheck } from '../db/balance-checks';
import type { AppEnv } from '../env';
import { isConfigured, openProvider } from '../workflows/open-provider';

export interface ProviderOnWire {
	name: Provider;
	configured: boolean;
	/** Null for what is made in the browser. */
	capabilities: Capabilities | null;
	max_images: number;
	/** With default settings. */
	price: { credits: number; usd: number };
	/** The day its prices and limits were last checked; null where nothing is paid. */
	as_of: string | null;
}

export const providers = new Hono<AppEnv>()
	.get('/', (c) => {
		const draft: ProviderOnWire = {
			name: 'draft',
			configured: true,
			capabilities: null,
			max_images: LIMITS.images_per_model,
			price: { credits: 0, usd: 0 },
			as_of: null
		};
		const meshy: ProviderOnWire = {
			name: 'meshy',
			configured: isConfigured(c.env, 'meshy'),
			capabilities: MESHY_CAPABILITIES,
			max_images: MESHY_CAPABILITIES.max_images,
			price: onWire(
				estimateMeshy({
					provider: 'meshy',
					product_id: '',
					image_urls: [],
					settings: meshySettings.parse({})
				})
			),
			as_of: MESHY.as_of
		};
		return c.json([draft, meshy], 200);
	})
	/** The account's credits now; null without a key, or when the provider does not say. */
	.get('/meshy/balance', async (c) => {
		if (!isConfigured(c.env, 'meshy')) return c.json({ credits: null, usd: null }, 200);
		const now = await openProvider(c.env, 'meshy', null).balance();
		const credits = now ?? (await lastBalanceCheck(c.env.DB, 'meshy'))?.balance ?? null;
		return c.json({ credits, usd: credits === null ? null : credits * MESHY.usd_per_credit }, 200);
	});

const onWire = ({ credits, micro_usd }: Bill) => ({ credits, usd: micro_usd / 1_000_000 });
