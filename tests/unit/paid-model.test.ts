import { afterEach, describe, expect, it, vi } from 'vitest';
import { EMPTY_JOB, type JobRecord } from '../../src/lib/job-store';
import { callOff, waitForPaidModel, type PaidDesk } from '../../src/lib/paid-model';
import { strings } from '../../src/lib/strings';

afterEach(() => vi.unstubAllGlobals());

/** A product with a paid model on its way, and a server that answers like this. */
function deskWith(answer: (method: string, path: string) => Response) {
	let record: JobRecord = {
		...EMPTY_JOB,
		product_id: 'p',
		pending: {
			idempotency_key: 'k',
			image_urls: ['/files/a'],
			settings: EMPTY_JOB.meshy,
			task_id: 't'
		}
	};
	const said: string[] = [];
	const asked: string[] = [];
	vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
		const { pathname } = new URL(input instanceof Request ? input.url : String(input));
		const method = init?.method ?? 'GET';
		asked.push(`${method} ${pathname}`);
		return answer(method, pathname);
	});
	const desk: PaidDesk = {
		record: () => record,
		update: (change) => (record = { ...record, ...change }),
		images: async () => ['/files/a'],
		approved: () => [],
		// Only what is said is of interest here.
		stages: Object.assign(Object.create(null), {
			say: (_stage: string, _tone: string, text: string) => said.push(text)
		})
	};
	return { desk, said, asked, pending: () => record.pending };
}

const refusal = (code: string) =>
	Response.json({ error: { code, message: code, request_id: 'r' } }, { status: 409 });
const task = (more: object) =>
	Response.json({
		tasks: [
			{
				task_id: 't',
				status: 'queued',
				accepted: false,
				progress: 0,
				output: null,
				error: null,
				created_at: 1,
				...more
			}
		]
	});

/** Waits for the model, and stops waiting once the server was asked for it. */
async function stopWaiting(desk: PaidDesk) {
	const stop = new AbortController();
	const waiting = waitForPaidModel(desk, {
		signal: stop.signal,
		onprogress: () => stop.abort(new DOMException('Canceled', 'AbortError'))
	});
	await expect(waiting).rejects.toThrow('Canceled');
}

describe('a person who cancels', () => {
	it('calls off what Meshy has not taken, and is told that nothing was charged', async () => {
		const { desk, said, asked, pending } = deskWith((method) =>
			method === 'POST' ? Response.json({ task_id: 't', status: 'canceled' }) : task({})
		);
		await stopWaiting(desk);
		expect(asked).toContain('POST /api/tasks/t/cancel');
		expect(said).toEqual([strings.model.called_off]);
		expect(pending()).toBeNull();
	});

	it('keeps a model that Meshy has taken, and is told that it goes on', async () => {
		const { desk, said, pending } = deskWith((method) =>
			method === 'POST' ? refusal('not_cancelable') : task({ status: 'running', accepted: true })
		);
		await stopWaiting(desk);
		expect(said).toEqual([strings.model.still_running]);
		expect(pending()).toMatchObject({ task_id: 't', idempotency_key: 'k' });
	});

	it('calls nothing off that was never named', async () => {
		const { desk, asked } = deskWith(() => task({}));
		desk.update({ pending: null });
		expect(await callOff(desk)).toBe(false);
		expect(asked).toEqual([]);
	});
});

it.each([
	[false, 'outcome_unknown', false],
	[true, 'not_finished', true]
])('a model whose outcome is unknown (accepted: %s) stays, as %s', async (accepted, code, kept) => {
	const error = { code: 'outcome_unknown', message: 'who knows' };
	const { desk, pending } = deskWith(() => task({ status: 'unknown', accepted, error }));
	const { signal } = new AbortController();
	const waiting = waitForPaidModel(desk, { signal, onprogress: () => undefined });
	await expect(waiting).rejects.toMatchObject({ code, detail: { message: 'who knows' } });
	expect(pending()).toMatchObject({ unknown: true, accepted: kept, task_id: 't' });
});
