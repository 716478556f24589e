/**
 * A stand-in for Meshy's API: the same addresses, answers and refusals, without a network or a bill.
 *
 * Every API key is an account of its own. A key ends in `~name` to get that scenario, or a test sets it:
 * POST /__scenario `{ key, scenario }` (forgets what the key did so far); GET /__account?key= tells what it did.
 */
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import http from 'node:http';
import { ENDPOINTS, type Account, type Endpoint, type Task } from './accounts.ts';
import { checkRequest } from './check-request.ts';
import { denied, json, parseJson, readBody } from './http-answers.ts';
import { makeThumbnailPng, makeVaseGlb } from './sample-glb.ts';
import { isScenario, scenarioOf, type ReadFault, type ScenarioName } from './scenarios.ts';
import { taskAnswer } from './task-answer.ts';
import { webhooks } from './webhooks.ts';

export interface StandInOptions {
	/** Default 0: any free port. */
	port?: number;
	/** Scenario of keys that name none. Default "ok". */
	scenario?: ScenarioName;
	/** How long a task takes, seconds. Default null: it moves on with every read. */
	seconds?: number | null;
	/** Where changes of tasks are told; null: nowhere. Default nowhere. */
	webhook?: () => string | null;
	/** Called when a request arrives, before anything is done about it; awaited. */
	onarrival?: (method: string, path: string) => Promise<void> | void;
	/** Called when a task was accepted and charged, before that is answered; awaited. */
	onaccepted?: () => Promise<void> | void;
	/** Called with one line per request. */
	onrequest?: (line: string) => void;
}

export interface StandIn {
	url: string;
	close: () => Promise<void>;
}

/** What begins like a USDZ file, which is a ZIP (appnote.txt 4.3.7). */
const usdz = Buffer.from('PK\x03\x04 a small USDZ file', 'latin1');
const START_CREDITS = 1000;
const ADDRESS_SECONDS = 3600;
/** Starts the server on 127.0.0.1. */
export async function startMeshyStandIn(options: StandInOptions = {}): Promise<StandIn> {
	const { port = 0, scenario = 'ok', seconds = null, onrequest } = options;
	const { onarrival, onaccepted, webhook = () => null } = options;
	const tell = webhooks(webhook);
	const accounts = new Map<string, Account>();
	const glb = makeVaseGlb();
	const thumbnail = makeThumbnailPng();
	const secret = randomBytes(16);
	let origin = '';

	const open = (name: ScenarioName): Account => ({
		scenario: scenarioOf(name),
		balance: START_CREDITS,
		submits: 0,
		lists: 0,
		balances: 0,
		tasks: [],
		book: [],
		requests: [],
		webhooks: []
	});
	const accountOf = (key: string): Account => {
		const named = key.split('~')[1] ?? '';
		const account = accounts.get(key) ?? open(isScenario(named) ? named : scenario);
		accounts.set(key, account);
		return account;
	};

	const sign = (path: string, expires: number) =>
		createHmac('sha256', secret).update(`${path} ${expires}`).digest('base64url');
	const addressOf = (path: string) => {
		const expires = Math.floor(Date.now() / 1000) + ADDRESS_SECONDS;
		return `${origin}${path}?Expires=${expires}&Signature=${sign(path, expires)}`;
	};

	const answerTask = (task: Task) => taskAnswer(task, seconds, addressOf);

	const server = http.createServer((request, response) => {
		handle(request, response).catch((error: unknown) => {
			if (!response.headersSent) json(response, 500, { message: String(error) });
			else response.destroy();
		});
	});

	async function handle(request: http.IncomingMessage, response: http.ServerResponse) {
		const url = new URL(request.url ?? '/', origin);
		const method = request.method ?? 'GET';
		response.on('close', () =>
			onrequest?.(
				`${method} ${url.pathname} ${response.writableFinished ? response.statusCode : 'dropped'}`
			)
		);
		await onarrival?.(method, url.pathname);
		if (url.pathname.startsWith('/__')) return control(method, url, request, response);
		if (url.pathname.startsWith('/assets/')) return asset(url, request, response);
		const key = /^Bearer (msy_\S+)$/.exec(request.headers.authorization ?? '')?.[1];
		if (request.headers.origin) {
			return json(response, 403, { message: 'CORS requests from browsers are not permitted' });
		}
		if (!key) return json(response, 401, { message: 'Invalid API key' });
		const account = accountOf(key);
		response.on('close', () =>
			account.requests.push({
				method,
				path: url.pathname,
				status: response.writableFinished ? response.statusCode : 'dropped'
			})
		);
		response.setHeader('x-api-version', '2026-11-01');
		if (url.pathname === '/openapi/v1/balance') {
			const fault = account.scenario.balance?.(++account.balances) ?? null;
			if (failed(fault, response)) return;
			return json(response, 200, { balance: account.balance });
		}
		const [, api, version, name, id, more] = url.pathname.split('/');
		const endpoint = ENDPOINTS.find((known) => known === name);
		if (api !== 'openapi' || version !== 'v1' || !endpoint || more !== undefined) {
			return json(response, 404, { message: 'NoMatchingRoute' });
		}
		if (method === 'POST' && id === undefined) return create(account, endpoint, request, response);
		if (method === 'GET' && id === undefined) return list(account, endpoint, url, response);
		const task = account.tasks.find((known) => known.id === id && known.endpoint === endpoint);
		if (!task) return json(response, 404, { message: 'Task not found' });
		if (method === 'GET') return read(task, response);
		if (method === 'DELETE') {
			account.tasks.splice(account.tasks.indexOf(task), 1);
			return json(response, 200, {});
		}
		return json(response, 405, { message: 'Method not allowed' });
	}

	async function create(
		account: Account,
		endpoint: Endpoint,
		request: http.IncomingMessage,
		response: http.ServerResponse
	) {
		const body = parseJson(await readBody(request));
		account.submits++;
		const fault = account.scenario.submit?.(account.submits) ?? null;
		if (fault === 'connection_dropped') return void request.socket.destroy();
		if (fault && 'status' in fault) return json(response, fault.status, fault, fault.retry_after);
		const checked = checkRequest(endpoint, body);
		if (!checked.ok) return json(response, checked.status, { message: checked.message });
		if (account.balance < checked.credits) {
			return json(response, 402, { message: 'Insufficient credits' });
		}
		const accept = () => {
			const id = randomUUID();
			account.balance -= checked.credits;
			account.book.push({ task_id: id, credits: checked.credits });
			account.tasks.push({
				id,
				endpoint,
				account,
				parameters: withoutImages(body),
				images: checked.images,
				credits: checked.credits,
				created_at: Date.now(),
				reads: 0,
				lists_before: account.lists,
				downloads: 0,
				refunded: false
			});
			return id;
		};
		for (let n = 0; n < (account.scenario.strays ?? 0); n++) accept();
		const id = accept();
		await onaccepted?.();
		switch (fault?.accepted_then) {
			case 'connection_dropped':
				return void request.socket.destroy();
			case 'server_error':
				return json(response, 500, { message: 'Internal server error.' });
			case 'unreadable_answer':
				return json(response, 202, { ok: true });
		}
		json(response, 202, { result: id });
	}

	function read(task: Task, response: http.ServerResponse) {
		task.reads++;
		if (failed(task.account.scenario.read?.(task.reads) ?? null, response)) return;
		const answer = answerTask(task);
		tell(task, answer);
		const running = answer.status === 'PENDING' || answer.status === 'IN_PROGRESS';
		json(response, 200, answer, running ? 5 : undefined);
	}

	/** @returns true when the fault was the answer */
	function failed(fault: ReadFault | null, response: http.ServerResponse): boolean {
		if (fault === 'connection_dropped') response.socket?.destroy();
		else if (fault === 'unreadable') response.end('<html>Bad gateway</html>');
		else if (fault) json(response, fault.status, fault, fault.retry_after);
		return fault !== null;
	}

	function list(account: Account, endpoint: Endpoint, url: URL, response: http.ServerResponse) {
		account.lists++;
		if (failed(account.scenario.list?.(account.lists) ?? null, response)) return;
		const size = Math.min(50, Number(url.searchParams.get('page_size') ?? 10));
		const page = Math.max(1, Number(url.searchParams.get('page_num') ?? 1));
		const from = account.scenario.listed_from ?? 1;
		const tasks = account.tasks.filter(
			(task) => task.endpoint === endpoint && account.lists - task.lists_before >= from
		);
		if (url.searchParams.get('sort_by') !== '+created_at') tasks.reverse();
		json(response, 200, tasks.slice((page - 1) * size, page * size).map(answerTask));
	}

	/** The host of results: signed addresses, no key. */
	function asset(url: URL, request: http.IncomingMessage, response: http.ServerResponse) {
		const expires = Number(url.searchParams.get('Expires'));
		const signed = url.searchParams.get('Signature') === sign(url.pathname, expires);
		if (!signed || expires * 1000 < Date.now()) return denied(response, 403);
		// Two kinds of proof at once are refused, as the real host's storage does.
		if (request.headers.authorization) return denied(response, 400);
		const [, , id, , file] = url.pathname.split('/');
		const tasks = [...accounts.values()].flatMap((account) => account.tasks);
		const task = tasks.find((known) => known.id === id);
		if (!task) return denied(response, 404);
		if (file === 'model.usdz') {
			const type = { 'content-type': 'model/vnd.usdz+zip', 'content-length': usdz.length };
			return void response.writeHead(200, type).end(usdz);
		}
		if (file !== 'model.glb') {
			return void response.writeHead(200, { 'content-type': 'image/png' }).end(thumbnail);
		}
		const type = { 'content-type': 'model/gltf-binary' };
		task.downloads++;
		switch (task.account.scenario.download?.(task.downloads) ?? null) {
			case 'cut':
				response.writeHead(200, { ...type, 'content-length': glb.length });
				response.write(glb.subarray(0, glb.length / 2));
				return void setTimeout(() => response.destroy(), 50);
			case 'short':
				response.writeHead(200, type);
				return void response.end(glb.subarray(0, glb.length / 2));
			case 'short_length':
				response.writeHead(200, { ...type, 'content-length': glb.length / 2 });
				return void response.end(glb.subarray(0, glb.length / 2));
			case 'not_glb':
				return void response.writeHead(200, type).end('<html>Sign in to go on</html>'.repeat(9));
			case 'expired':
				return denied(response, 403);
			case 'unavailable':
				return denied(response, 503);
			case 'redirect':
				return void response.writeHead(302, { location: 'https://models.example.com/m.glb' }).end();
		}
		response.writeHead(200, { ...type, 'content-length': glb.length }).end(glb);
	}

	async function control(
		method: string,
		url: URL,
		request: http.IncomingMessage,
		response: http.ServerResponse
	) {
		if (method === 'POST' && url.pathname === '/__scenario') {
			const body = parseJson(await readBody(request));
			const { key, scenario: name } = Object(body);
			if (typeof key !== 'string' || typeof name !== 'string' || !isScenario(name)) {
				return json(response, 400, { message: 'Send { key, scenario } with a known scenario.' });
			}
			accounts.set(key, open(name));
			return json(response, 200, { key, scenario: name });
		}
		if (method === 'GET' && url.pathname === '/__account') {
			const { balance, book, requests, tasks, webhooks } = accountOf(
				url.searchParams.get('key') ?? ''
			);
			return json(response, 200, {
				spent: START_CREDITS - balance,
				book,
				requests,
				webhooks,
				tasks: tasks.map(({ id, endpoint, parameters, images, reads, downloads }) => ({
					id,
					endpoint,
					parameters,
					images,
					reads,
					downloads
				}))
			});
		}
		json(response, 404, { message: 'Unknown control' });
	}

	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', resolve);
	});
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('No address');
	origin = `http://127.0.0.1:${address.port}`;
	return {
		url: origin,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			})
	};
}

/** Images are long; that they were there is enough. */
function withoutImages(body: unknown): unknown {
	return Object.fromEntries(
		Object.entries(Object(body)).flatMap(([name, value]) => {
			if (/^image_urls?$/.test(name)) return [];
			if (Array.isArray(value) && /_urls$/.test(name)) return [[name, value.map(() => '[file]')]];
			return [[name, /_url$/.test(name) ? '[file]' : value]];
		})
	);
}
