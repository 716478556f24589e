import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../../src/lib/api';
import type { Progress } from '../../src/lib/artifacts';
import { generate3DModel, type MeshyOptions } from '../../src/lib/generate/generate-3d-model';
import { meshySettings } from '../../worker/contract';

const TASK = '01999999-0000-7000-8000-000000000001';
const FILE = '/files/01999999-0000-7000-8000-000000000002';
const options: MeshyOptions = {
	provider: 'meshy',
	product_id: '01999999-0000-7000-8000-000000000003',
	image_urls: [FILE],
	settings: meshySettings.parse({}),
	idempotency_key: 'key-1'
};

/** A box of 2 triangles, 1 x 2 x 3 m, twice as large by its node. */
function boxGlb(): Blob {
	const json = JSON.stringify({
		asset: { version: '2.0' },
		scenes: [{ nodes: [0] }],
		nodes: [
			{ children: [1], rotation: [0, Math.SQRT1_2, 0, Math.SQRT1_2] },
			{ mesh: 0, scale: [2, 2, 2] }
		],
		meshes: [{ primitives: [{ attributes: { POSITION: 0 } }] }],
		accessors: [{ count: 6, componentType: 5126, type: 'VEC3', min: [0, 0, 0], max: [1, 2, 3] }]
	});
	const text = new TextEncoder().encode(json.padEnd(Math.ceil(json.length / 4) * 4));
	const head = new DataView(new ArrayBuffer(20));
	[0x46546c67, 2, 20 + text.length, text.length, 0x4e4f534a].forEach((value, i) =>
		head.setUint32(4 * i, value, true)
	);
	return new Blob([head, text]);
}

type Answer = Response | Error;
const json = (value: unknown, status = 200) => Response.json(value, { status });
const refused = (status: number, code: string, message: string) =>
	json({ error: { code, message, request_id: 'r' } }, status);
const task = (status: string, more: object = {}) =>
	json({
		tasks: [{ task_id: TASK, status, progress: 0, model_url: null, error: null, cost: 0, ...more }]
	});
const done = () =>
	task('succeeded', { progress: 100, model_url: FILE, cost: 0.6, processing_time: 93 });

/** Answers in turn; every request is kept. */
function serve(posts: Answer[], looks: Answer[]) {
	const requests: { method: string; path: string; key: string | null; body: unknown }[] = [];
	vi.stubGlobal('fetch', async (input: string, init: RequestInit = {}) => {
		init.signal?.throwIfAborted();
		const path = new URL(input, 'http://127.0.0.1').pathname;
		const method = init.method ?? 'GET';
		const key = new Headers(init.headers).get('idempotency-key');
		requests.push({ method, path, key, body: init.body ? JSON.parse(String(init.body)) : null });
		if (path === FILE) return new Response(boxGlb());
		const answer = (method === 'POST' ? posts : looks).shift();
		if (!answer) throw new Error(`unexpected ${method} ${path}`);
		if (answer instanceof Error) throw answer;
		return answer;
	});
	return requests;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

/** Runs to the end while the clock runs by itself. */
async function settle<T>(pending: Promise<T>): Promise<T> {
	pending.catch(() => undefined);
	await vi.runAllTimersAsync();
	return pending;
}

describe('generate3DModel with Meshy', () => {
	it('posts once with the key, follows the task and measures the stored model', async () => {
		const requests = serve(
			[json({ task_id: TASK, status: 'queued', cost: 0.6 }, 202)],
			[
				task('queued'),
				task('running', { progress: 40 }),
				task('running', { progress: 99 }),
				task('copying'),
				done()
			]
		);
		const steps: Progress[] = [];
		const tasks: string[] = [];
		const model = await settle(
			generate3DModel(
				[],
				{ ...options, ontask: (id) => tasks.push(id) },
				{ onprogress: (progress) => steps.push(progress) }
			)
		);
		expect(requests.filter(({ method }) => method === 'POST')).toEqual([
			{
				method: 'POST',
				path: '/api/generate-3d-model',
				key: 'key-1',
				body: {
					provider: 'meshy',
					product_id: options.product_id,
					image_urls: [FILE],
					settings: options.settings
				}
			}
		]);
		expect(tasks).toEqual([TASK]);
		expect([...new Set(steps.map(({ step }) => step))]).toEqual([
			'submitting',
			'waiting_in_queue',
			'generating',
			'finishing',
			'saving',
			'downloading'
		]);
		expect(steps.find(({ step }) => step === 'generating')?.fraction).toBeCloseTo(0.4);
		expect(model).toMatchObject({
			provider: 'meshy',
			triangles: 2,
			sides_guessed: true,
			cost: 0.6,
			task_id: TASK,
			model_url: FILE,
			processing_time: 93
		});
		// Scaled by the inner node, then turned by a quarter around y.
		expect(model.size.width_m).toBeCloseTo(6);
		expect(model.size.height_m).toBeCloseTo(4);
		expect(model.size.depth_m).toBeCloseTo(2);
	});

	it.each([
		['queued', { output: { waiting_for: 'turn', ahead: 3 } }, 'waiting_for_turn', { ahead: 3 }],
		['submitting', { output: { waiting_for: 'slot' } }, 'queue_full', undefined],
		['submitting', { output: { waiting_for: 'rate' } }, 'slowed_down', undefined],
		['submitting', { output: { looking_for_outcome: true } }, 'looking_for_outcome', undefined],
		['running', { output: { queue_position: 7 } }, 'queued_behind', { ahead: 7 }],
		['running', { progress: 95 }, 'finishing', undefined],
		[
			'copying',
			{ output: { not_saved_because: 'it broke', deleted_at: Date.now() + 5.5 * 3_600_000 } },
			'not_saved_yet',
			{ reason: 'it broke', hours: 5 }
		]
	])('%s with %j is told as %s', async (status, more, step, detail) => {
		serve([], [task(status, { created_at: 1000, ...more }), done()]);
		const told: Progress[] = [];
		const onprogress = (progress: Progress) => told.push(progress);
		await settle(generate3DModel([], { ...options, task_id: TASK }, { onprogress }));
		expect(told[0]).toMatchObject({ step, since: 1000, usual_s: { from: 120, to: 300 } });
		expect(told[0]?.detail).toEqual(detail);
	});

	it('several tasks are looked after by one request', async () => {
		const ids = Array.from({ length: 3 }, (_, i) => TASK.replace(/1$/, String(i + 2)));
		const looks: string[] = [];
		vi.stubGlobal('fetch', async (input: string) => {
			const url = new URL(input, 'http://127.0.0.1');
			if (url.pathname === FILE) return new Response(boxGlb());
			const asked = url.searchParams.get('ids')?.split(',') ?? [];
			looks.push(asked.join());
			const status = looks.length > 3 ? 'succeeded' : 'running';
			const one = { status, progress: 10, model_url: FILE, error: null, cost: 0 };
			return json({ tasks: asked.map((task_id) => ({ ...one, task_id })) });
		});
		await settle(Promise.all(ids.map((task_id) => generate3DModel([], { ...options, task_id }))));
		expect(looks.length).toBeLessThan(7);
		expect(looks.at(-1)).toBe(ids.join());
	});

	it('resumes a task without posting anything', async () => {
		const requests = serve([], [done()]);
		await settle(generate3DModel([], { ...options, task_id: TASK }));
		expect(requests.map(({ method }) => method)).toEqual(['GET', 'GET']);
	});

	it('waits for a server that cannot be reached for a while', async () => {
		const away = new TypeError('network');
		const requests = serve([], [task('running'), away, away, json({}, 502), done()]);
		const model = await settle(generate3DModel([], { ...options, task_id: TASK }));
		expect(model.model_url).toBe(FILE);
		expect(requests).toHaveLength(6);
	});

	it('stops waiting when the server stays away, without calling the task failed', async () => {
		serve(
			[],
			Array.from({ length: 2000 }, () => new TypeError('network'))
		);
		const error = await settle(generate3DModel([], { ...options, task_id: TASK })).catch(
			(reason: unknown) => reason
		);
		expect(error).toBeInstanceOf(ApiError);
		expect(error).toMatchObject({ status: 0, final: false });
	});

	it.each([
		['failed', 'generation_failed'],
		['canceled', 'generation_failed'],
		['unknown', 'outcome_unknown']
	])('tells the sentence of the server when a task ends as %s', async (status, code) => {
		const error = { code: 'meshy_rejected', message: 'Meshy refused the image. Choose another.' };
		serve([], [task('running'), task(status, { error })]);
		await expect(settle(generate3DModel([], { ...options, task_id: TASK }))).rejects.toMatchObject({
			code,
			detail: { message: 'Meshy refused the image. Choose another.' }
		});
	});

	it('sends the same request again while the first one is in flight', async () => {
		const busy = () => refused(409, 'idempotency_in_flight', 'Wait.');
		const requests = serve(
			[busy(), busy(), json({ task_id: TASK, status: 'queued', cost: 0.6 }, 202)],
			[done()]
		);
		await settle(generate3DModel([], options));
		const keys = requests.filter(({ method }) => method === 'POST').map(({ key }) => key);
		expect(keys).toEqual(['key-1', 'key-1', 'key-1']);
	});

	it('passes a refusal on as it is', async () => {
		serve([refused(402, 'spend_cap_reached', 'Only $0.10 is left.')], []);
		await expect(settle(generate3DModel([], options))).rejects.toMatchObject({
			name: 'ApiError',
			code: 'spend_cap_reached',
			message: 'Only $0.10 is left.'
		});
	});

	it('stops waiting at once when aborted', async () => {
		const requests = serve([], [task('running')]);
		const controller = new AbortController();
		const pending = generate3DModel(
			[],
			{ ...options, task_id: TASK },
			{ signal: controller.signal }
		);
		const outcome = pending.catch((reason: unknown) => reason);
		await vi.advanceTimersByTimeAsync(100);
		controller.abort();
		// No timer is advanced from here on.
		expect(await outcome).toMatchObject({ name: 'AbortError' });
		expect(requests).toHaveLength(1);
		expect(vi.getTimerCount()).toBe(0);
	});
});

describe('generate3DModel with the draft provider', () => {
	it('refuses when no cut-out is approved', async () => {
		await expect(generate3DModel([], { provider: 'draft', size: {} })).rejects.toMatchObject({
			code: 'no_cutout'
		});
	});
});
