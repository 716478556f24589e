import {
	createExecutionContext,
	introspectWorkflow,
	waitOnExecutionContext
} from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { Env } from '../../worker/env';
import { readSpending } from '../../worker/db/costs';
import { grantPlaces } from '../../worker/db/queue';
import { beginSubmission, noteAccepted, startPaidTask } from '../../worker/db/generation';
import { claimKey } from '../../worker/db/idempotency';
import {
	cancelWaitingTask,
	failTask,
	leaveUnknown,
	resolveNotCharged,
	succeedTask
} from '../../worker/db/task-ends';
import worker from '../../worker/index';
import { playScenario, productWithCutouts, readAccount } from './stand-in';
import { createProduct, ORIGIN } from './studio';

vi.setConfig({ testTimeout: 120_000 });

async function generateWith(overrides: Partial<Env>, request: object) {
	const ctx = createExecutionContext();
	const response = await worker.fetch(
		new Request(`${ORIGIN}/api/generate-3d-model`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
			body: JSON.stringify({ provider: 'meshy', ...request })
		}),
		{ ...env, ...overrides },
		ctx
	);
	await waitOnExecutionContext(ctx);
	return response;
}

const booked = async (where: string, ...values: string[]) =>
	Number(
		await env.DB.prepare(`select coalesce(sum(micro_usd), 0) as n from cost_entries where ${where}`)
			.bind(...values)
			.first('n')
	);

describe('50 requests at once', () => {
	it.each([
		['the day', (cap: string) => ({ SPEND_CAP_DAY_USD: cap }), false],
		['the month', (cap: string) => ({ SPEND_CAP_MONTH_USD: cap }), false],
		['a user', (cap: string) => ({ SPEND_CAP_USER_USD: cap }), false],
		['a batch', (cap: string) => ({ SPEND_CAP_BATCH_USD: cap }), true]
	])('against a cap for %s that fits 7 lead to 7 paid calls', async (_, caps, in_batch) => {
		await playScenario('ok');
		await using workflows = await introspectWorkflow(env.GENERATE_MODEL);
		await workflows.modifyAll((m) => m.disableSleeps());
		const request = await productWithCutouts(1);
		const batch_id = in_batch ? crypto.randomUUID() : undefined;
		const before = in_batch ? 0 : await booked('true');
		// Room for seven models of $0.60, and a bit.
		const cap = (before / 1_000_000 + 7 * 0.6 + 0.3).toFixed(2);
		const answers = await Promise.all(
			Array.from({ length: 50 }, () =>
				generateWith(
					{ SPEND_CAP_DAY_USD: '1000', SPEND_CAP_MONTH_USD: '1000', ...caps(cap) },
					{ ...request, batch_id }
				)
			)
		);
		expect(answers.filter(({ status }) => status === 202)).toHaveLength(7);
		const refused = answers.filter(({ status }) => status === 402);
		expect(refused).toHaveLength(43);
		expect(await refused[0]?.text()).toContain(`of the cap of $${cap}`);
		for (const instance of await workflows.get()) await instance.waitForStatus('complete');
		const { posts, spent } = await readAccount();
		expect(posts).toHaveLength(7);
		expect(spent).toBe(7 * 30);
		const now = in_batch ? await booked('batch_id = ?', String(batch_id)) : await booked('true');
		expect(now - before).toBe(7 * 600_000);
	});
});

it('another batch, or none, has its own room', async () => {
	await playScenario('ok');
	await using workflows = await introspectWorkflow(env.GENERATE_MODEL);
	await workflows.modifyAll((m) => m.disableSleeps());
	const request = await productWithCutouts(1);
	const caps = {
		SPEND_CAP_DAY_USD: '1000',
		SPEND_CAP_MONTH_USD: '1000',
		SPEND_CAP_BATCH_USD: '0.7'
	};
	const batch_id = crypto.randomUUID();
	expect((await generateWith(caps, { ...request, batch_id })).status).toBe(202);
	const full = await generateWith(caps, { ...request, batch_id });
	expect(full.status).toBe(402);
	expect(await full.text()).toContain('SPEND_CAP_BATCH_USD');
	const other = { ...request, batch_id: crypto.randomUUID() };
	expect((await generateWith(caps, other)).status).toBe(202);
	expect((await generateWith(caps, request)).status).toBe(202);
	for (const instance of await workflows.get()) await instance.waitForStatus('complete');
});

/** A small generator of numbers from 0 to below 1 (mulberry32, public domain). */
function seeded(seed: number) {
	return () => {
		seed = (seed + 0x6d2b79f5) | 0;
		let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}

const sums = z.array(z.object({ task_id: z.string(), kinds: z.string(), micro_usd: z.number() }));

it.each([1, 2, 3, 4, 5])(
	'seed %i: in whatever order tasks begin and end, over hours and days, the sums agree and no cap is passed',
	async (seed) => {
		await env.DB.exec('delete from cost_entries');
		const random = seeded(seed);
		const pick = <T>(items: T[]) => items[Math.floor(random() * items.length)];
		const product_id = await createProduct();
		const batches = [crypto.randomUUID(), crypto.randomUUID(), null];
		const caps = {
			day_micro_usd: 3_000_000,
			month_micro_usd: 9_000_000,
			batch_micro_usd: 4_000_000,
			user_micro_usd: 6_000_000
		};
		const begun: string[] = [];
		let now = Date.UTC(2026, 10, 29, 20);
		for (let n = 0; n < 60; n++) {
			now += Math.floor(random() * 2 * 3_600_000);
			// New tasks come at once; each one's own life is one thing after another.
			await Promise.all(
				[begin(), begin(), begin(), ...new Set([pick(begun), pick(begun)])].map(live)
			);
			await check();
		}

		async function live(begun_task: string | undefined | Promise<void>) {
			const id = await begun_task;
			if (!id) return;
			const bill = { credits: 30, micro_usd: 600_000 };
			const error = { code: 'generation_failed' as const, message: 'no' };
			const roll = random();
			if (roll < 0.1) return cancelWaitingTask(env.DB, id, now);
			if (roll < 0.2) return resolveNotCharged(env.DB, id, 'not charged', 'studio', now);
			await grantPlaces(env.DB, 'meshy', 10_000, now);
			const at = { provider: 'meshy', endpoint: 'image-to-3d' };
			if (!(await beginSubmission(env.DB, id, at, now))) return;
			if (roll < 0.3) return leaveUnknown(env.DB, id, 'who knows', now);
			await noteAccepted(env.DB, id, crypto.randomUUID(), now);
			if (roll < 0.4) return;
			if (roll < 0.7) return succeedTask(env.DB, id, product_id, bill, {}, now);
			return failTask(env.DB, id, { credits: 0, micro_usd: 0 }, error, now);
		}

		async function begin() {
			const [task_id, key] = [crypto.randomUUID(), crypto.randomUUID()];
			const claim = await claimKey(env.DB, key, 'x', now);
			if (claim.state !== 'claimed') throw new Error(claim.state);
			const begins = await startPaidTask(
				env.DB,
				{
					task: {
						id: task_id,
						product_id,
						type: '3d_generation',
						provider: 'meshy',
						input: {},
						estimated_completion: now,
						created_at: now,
						updated_at: now
					},
					endpoint: 'image-to-3d',
					reservation: {
						task_id,
						product_id,
						batch_id: pick(batches) ?? null,
						provider: 'meshy',
						user: pick(['ada', 'grace']) ?? 'ada',
						credits: 30,
						micro_usd: 600_000
					},
					caps,
					claim: { key, claimed_at: claim.claimed_at },
					answer: { status_code: 202, response: {} }
				},
				now
			);
			if (begins) begun.push(task_id);
		}

		async function check() {
			const { results } = await env.DB.prepare(
				"select task_id, group_concat(kind, ' ' order by kind) as kinds, sum(micro_usd) as micro_usd from cost_entries group by task_id"
			).all();
			let total = 0;
			for (const row of sums.parse(results)) {
				total += row.micro_usd;
				// Held whole, booked and given back, or given back.
				expect(['reserve', 'release reserve settle', 'release reserve']).toContain(row.kinds);
				expect(row.kinds === 'release reserve' ? [0] : [0, 600_000]).toContain(row.micro_usd);
			}
			expect(total).toBe(await booked('true'));
			const { day, month } = await readSpending(env.DB, now);
			expect(day.spent + day.held).toBeLessThanOrEqual(caps.day_micro_usd);
			expect(month.spent + month.held).toBeLessThanOrEqual(caps.month_micro_usd);
			for (const part of [day, month]) {
				expect(part.spent).toBeGreaterThanOrEqual(0);
				expect(part.held).toBeGreaterThanOrEqual(0);
			}
			for (const batch_id of batches) {
				if (batch_id === null) continue;
				expect(await booked('batch_id = ?', batch_id)).toBeLessThanOrEqual(caps.batch_micro_usd);
			}
		}
	}
);
