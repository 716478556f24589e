/** What every part of a paid task's life needs to know, and its line to Meshy. */
import { MeshyClient, type MeshyExchange } from '../clients/meshy';
import { endpointFor, type MeshyEndpoint } from '../clients/meshy-wire';
import { creditsToMicroUsd, priceInCredits } from '../clients/meshy-catalog';
import { generateRequest, type MeshySettings } from '../contract';
import { recordResponse } from '../db/responses';
import type { Bill } from '../db/task-ends';
import { getTask } from '../db/tasks';
import type { Env } from '../env';
import { recordMetric } from '../meter';
import { v7 as uuidv7 } from 'uuid';

/** A task as its Workflow keeps it. Small: Workflow step results may have 1 MiB. */
export interface PaidJob {
	task_id: string;
	product_id: string;
	/** Approved cut-outs, the front first. */
	image_urls: string[];
	settings: MeshySettings;
	endpoint: MeshyEndpoint;
	/** What was reserved, in credits. */
	reserved_credits: number;
	/** Ids the results will have, fixed now so that a repeated copy overwrites itself. */
	model_asset_id: string;
	thumbnail_asset_id: string;
}

/** Reads a task's own request; null when the task is gone (its product was deleted). */
export async function readPaidJob(env: Env, task_id: string): Promise<PaidJob | null> {
	const row = await getTask(env.DB, task_id);
	if (!row) return null;
	const request = generateRequest.parse(row.input);
	if (request.provider !== 'meshy') throw new Error(`Task ${task_id} is not Meshy's`);
	const { product_id, image_urls, settings } = request;
	return {
		task_id,
		product_id,
		image_urls,
		settings,
		endpoint: endpointFor(image_urls.length),
		reserved_credits: priceInCredits(settings),
		model_asset_id: uuidv7(),
		thumbnail_asset_id: uuidv7()
	};
}

/** Credits as the ledger books them. */
export function billFor(credits: number): Bill {
	return { credits, micro_usd: creditsToMicroUsd(credits) };
}

/** A client whose every exchange is recorded, for the task if there is one, and measured. */
export function openMeshy(env: Env, task_id: string | null): MeshyClient {
	return new MeshyClient({
		base_url: env.MESHY_BASE_URL.replace(/\/+$/, ''),
		api_key: env.MESHY_API_KEY ?? '',
		fetch: (input, init) => fetch(input, init),
		onexchange: async (exchange) => {
			await recordMetric(env.DB, measured(exchange));
			await recordResponse(env.DB, { ...exchange, task_id, provider: 'meshy' });
		}
	});
}

function measured({ method, path, status_code, duration_ms }: MeshyExchange) {
	const [, api, , call] = path.split('/');
	return {
		kind: 'outbound' as const,
		name: `meshy ${method} ${api === 'openapi' && call ? call : 'file'}`,
		outcome: outcomeOf(status_code),
		ms: duration_ms
	};
}

function outcomeOf(status_code: number | null): 'ok' | 'refused' | 'failed' {
	if (status_code === null || status_code >= 500) return 'failed';
	return status_code >= 300 ? 'refused' : 'ok';
}
