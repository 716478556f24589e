/** What can make a 3D model, what it takes and what it costs: shown before anybody pays. */
import { Hono } from 'hono';
import { MESHY_CAPABILITIES, estimateMeshy } from '../clients/meshy';
import { MESHY } from '../clients/meshy-catalog';
import type { Bill, Capabilities } from '../clients/provider';
import { DRAFT_CAPABILITIES, meshySettings, type Provider } from '../contract';
import { lastBalanceCheck } from '../db/balance-checks';
import type { AppEnv } from '../env';
import { isConfigured, openProvider } from '../workflows/open-provider';
import { providerTasks } from './provider-tasks';

export interface ProviderOnWire {
	name: Provider;
	configured: boolean;
	capabilities: Capabilities;
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
			capabilities: DRAFT_CAPABILITIES,
			price: { credits: 0, usd: 0 },
			as_of: null
		};
		const meshy: ProviderOnWire = {
			name: 'meshy',
			configured: isConfigured(c.env, 'meshy'),
			capabilities: MESHY_CAPABILITIES,
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
	.route('/meshy/tasks', providerTasks)
	/**
	 * The account's credits, and as of when (Unix epoch milliseconds): now, or, while the provider does not say, as it was
	 * last checked. All null without a key, or before the first answer.
	 */
	.get('/meshy/balance', async (c) => {
		const none = { credits: null, usd: null, as_of: null };
		if (!isConfigured(c.env, 'meshy')) return c.json(none, 200);
		const live = await openProvider(c.env, 'meshy', null).balance();
		const last = live === null ? await lastBalanceCheck(c.env.DB, 'meshy') : undefined;
		const credits = live ?? last?.balance ?? null;
		if (credits === null) return c.json(none, 200);
		const as_of = last?.created_at ?? Date.now();
		return c.json({ credits, usd: credits * MESHY.usd_per_credit, as_of }, 200);
	});

const onWire = ({ credits, micro_usd }: Bill) => ({ credits, usd: micro_usd / 1_000_000 });
