import { env } from 'cloudflare:workers';
import { introspectWorkflow } from 'cloudflare:test';
import { beforeEach, describe, expect, it } from 'vitest';
import { beginSubmission, noteAccepted, noteBusy } from '../../worker/db/generation';
import { holdTurns, takeTurn } from '../../worker/db/pace';
import { enqueueStatement, freePlace, grantPlaces, holdPlaces } from '../../worker/db/queue';
import {
	accepted,
	generate,
	playScenario,
	productWithCutouts,
	readAccount,
	readTask
} from './stand-in';
import { createProduct } from './studio';

const NOW = Date.UTC(2026, 10, 20, 12);
const at = { provider: 'meshy', endpoint: 'image-to-3d' };

beforeEach(async () => {
	await env.DB.exec('delete from submissions');
	await env.DB.exec('delete from processing_tasks');
	await env.DB.exec('delete from provider_pace');
});

/** A task in the queue, of a batch or by itself. */
async function queued(name: string, batch_id: string | null, when: number) {
	const product_id = await createProduct();
	await env.DB.prepare(
		"insert into processing_tasks (id, product_id, batch_id, type, provider, status, input, created_at, updated_at) values (?, ?, ?, '3d_generation', 'meshy', 'queued', '{}', ?4, ?4)"
	)
		.bind(name, product_id, batch_id, when)
		.run();
	await enqueueStatement(env.DB, name, at, when).run();
}

const grant = (places: number, now = NOW) => grantPlaces(env.DB, 'meshy', places, now);

/** Gets a granted task accepted. */
async function accept(name: string, now = NOW) {
	expect(await beginSubmission(env.DB, name, at, now)).toBe(true);
	await noteAccepted(env.DB, name, `at-meshy-${name}`, now);
}

describe('our queue before Meshy', () => {
	it('lets batches and products take turns, the oldest of each first', async () => {
		for (let n = 0; n < 4; n++) await queued(`big-${n}`, 'big', NOW - 1000 + n);
		await queued('small-0', 'small', NOW - 500);
		await queued('single', null, NOW - 100);
		expect((await grant(3)).sort()).toEqual(['big-0', 'single', 'small-0']);
		for (const name of ['big-0', 'single', 'small-0']) await accept(name);
		expect(await grant(4)).toEqual(['big-1']);
	});

	it('never gives more places than there are, also when everybody asks at once', async () => {
		for (let n = 0; n < 12; n++) await queued(`task-${n}`, null, NOW - 1000 + n);
		const granted = await Promise.all(Array.from({ length: 20 }, () => grant(5)));
		expect(granted.flat()).toHaveLength(5);
	});

	it('without a place nothing can be posted; with one exactly once', async () => {
		await queued('first', null, NOW);
		expect(await beginSubmission(env.DB, 'first', at, NOW)).toBe(false);
		await grant(1);
		const begun = await Promise.all([1, 2, 3].map(() => beginSubmission(env.DB, 'first', at, NOW)));
		expect(begun.filter(Boolean)).toHaveLength(1);
	});

	it('a place is free again when its task is done, or when it was not used', async () => {
		await queued('first', null, NOW - 2);
		await queued('second', null, NOW - 1);
		await queued('third', null, NOW);
		expect(await grant(1)).toEqual(['first']);
		await accept('first');
		expect(await grant(1)).toEqual([]);
		await freePlace(env.DB, 'first');
		expect(await grant(1)).toEqual(['second']);
		const later = NOW + 4 * 60_000;
		expect(await grant(1, later)).toEqual(['second']);
		await env.DB.exec("update processing_tasks set status = 'canceled' where id = 'second'");
		expect(await grant(1, later + 4 * 60_000)).toEqual(['third']);
	});

	it('stands still while Meshy says that it is full, and the refused task waits again', async () => {
		await queued('first', null, NOW);
		await grant(1);
		await beginSubmission(env.DB, 'first', at, NOW);
		await noteBusy(env.DB, 'first', 'slot', NOW + 30_000, NOW);
		await holdPlaces(env.DB, 'meshy', NOW + 30_000);
		expect(await grant(1, NOW + 1000)).toEqual([]);
		expect(await grant(1, NOW + 31_000)).toEqual(['first']);
	});
});

describe('the pace of an account', () => {
	it('20 requests a second are never passed, in any second, however many ask at once', async () => {
		const waits = await Promise.all(
			Array.from({ length: 60 }, () => takeTurn(env.DB, 'meshy', 20, NOW))
		);
		const turns = waits.sort((a, b) => a - b);
		for (const turn of turns) {
			expect(
				turns.filter((other) => other >= turn && other < turn + 1000).length
			).toBeLessThanOrEqual(20);
		}
		expect(turns[0]).toBeLessThan(100);
		expect(turns[59]).toBeGreaterThan(2500);
	});

	it('after a 429 nobody asks before the time it named', async () => {
		await takeTurn(env.DB, 'meshy', 20, NOW);
		await holdTurns(env.DB, 'meshy', NOW + 5000);
		expect(await takeTurn(env.DB, 'meshy', 20, NOW + 100)).toBeGreaterThanOrEqual(4900);
		expect(await takeTurn(env.DB, 'meshy', 20, NOW + 60_000)).toBe(0);
	});
});

it('14 models on an account that makes 10 at once: those that wait are woken, and all are made', async () => {
	await playScenario('ok');
	await using workflows = await introspectWorkflow(env.GENERATE_MODEL);
	await workflows.modifyAll((m) => m.disableSleeps());
	const { product_id, image_urls } = await productWithCutouts(1);
	const answers = await Promise.all(
		Array.from({ length: 14 }, () => generate({ product_id, image_urls }))
	);
	const tasks = await Promise.all(
		answers.map(async (answer) => accepted.parse(await answer.json()).task_id)
	);
	const instances = await workflows.get();
	await Promise.all(instances.map((instance) => instance.waitForStatus('complete')));
	const seen = await Promise.all(tasks.map(readTask));
	expect(seen.map(({ status }) => status)).toEqual(tasks.map(() => 'succeeded'));
	expect((await readAccount()).posts).toHaveLength(14);
}, 60_000);
