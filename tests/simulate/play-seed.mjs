/** One world: some people ask for models at once, everything fails now and then, and the promises are checked. */
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { Clock, seededRandom } from './clock.mjs';
import { FakeBucket } from './fake-bucket.mjs';
import { FakeMeshy } from './fake-meshy.mjs';
import { FakeWorkflows } from './fake-workflows.mjs';
import { Faults, lives } from './faults.mjs';

const ORIGIN = 'http://127.0.0.1:8787';
const SECRET = 'simulated-webhook-secret';
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** How long faults go on, and when a world must have come to rest. */
const FAULTS_MS = 75 * MINUTE_MS;
const END_MS = 6 * DAY_MS;
/** States only move up, except that an unknown task may be taken up again. */
const RANKS = ['queued', 'submitting', 'running', 'copying'];

/**
 * @param worker the Worker's own modules: `{ default, GenerateModel }`
 * @param DB a FakeD1 that no other world uses now
 * @returns `{ faults, violations }`, the latter as sentences
 */
export async function playSeed(seed, worker, DB) {
	const random = seededRandom(seed);
	const clock = new Clock(Date.UTC(2026, 10, 10, 8));
	const began = clock.now;
	const faults = new Faults(clock, random, random() * 0.04);
	const meshy = new FakeMeshy(clock, random, faults);
	DB.begin(faults);
	const BUCKET = new FakeBucket(faults);
	const cap_usd = 0.6 * (1 + Math.floor(random() * 5)) + 0.1;
	const env = {
		DB,
		BUCKET,
		MESHY_API_KEY: 'msy_simulated',
		MESHY_BASE_URL: 'https://api.meshy.ai',
		MESHY_WEBHOOK_SECRET: random() < 0.5 ? SECRET : '',
		SPEND_CAP_DAY_USD: cap_usd.toFixed(2),
		SPEND_CAP_MONTH_USD: '1000',
		SPEND_CAP_BATCH_USD: '1000',
		SPEND_CAP_USER_USD: '1000',
		MESHY_PLAN: 'pro',
		/** Few places, so that people wait for each other. */
		MESHY_QUEUE: String(1 + Math.floor(random() * 4))
	};
	env.GENERATE_MODEL = new FakeWorkflows(clock, random, faults, (payload, step) =>
		new worker.GenerateModel({}, env).run({ payload }, step)
	);
	const places = Number(env.MESHY_QUEUE);
	const restore = takeOver(clock, meshy);
	const violations = new Set();

	try {
		const together = random() < 0.3;
		const people = 1 + Math.floor(random() * 6);
		const asking = Array.from({ length: people }, () => ask(together));
		let finished = false;
		void Promise.all(asking).then(() => (finished = true));
		void sweepOn();
		void clock.sleep(FAULTS_MS).then(() => (faults.on = false));
		await clock.run(
			began + END_MS,
			() => finished && clock.now - began > FAULTS_MS && atRest(),
			() => checkCaps()
		);
		await decide();
		checkEnd();
	} finally {
		restore();
	}
	return { faults: faults.count, violations: [...violations] };

	/** A request to the Worker as one life of its own; null when it died or took too long. */
	async function send(method, path, body, headers = {}) {
		const life = { dead: false };
		const crashed = new Promise((resolve) => {
			life.crash = () => {
				life.dead = true;
				resolve(null);
			};
		});
		const request = new Request(`${ORIGIN}${path}`, {
			method,
			headers: { 'content-type': 'application/json', ...headers },
			body: body && JSON.stringify(body)
		});
		const ctx = { waitUntil: (work) => void work.catch(() => undefined) };
		const answer = lives.run(life, () => worker.default.fetch(request, env, ctx));
		const patience = clock.timer(2 * MINUTE_MS);
		return Promise.race([answer, crashed, patience.promise.then(() => null)]).finally(() =>
			patience.cancel()
		);
	}

	/** Wants one model; asks again with the same key while there is no answer, sometimes twice at once. */
	async function ask(together) {
		const [product_id, asset_id, key] = [randomUUID(), randomUUID(), randomUUID()];
		const storage_key = `products/${product_id}/${asset_id}.png`;
		BUCKET.objects.set(storage_key, Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 1, 2, 3, 4));
		DB.rows(
			'insert into products (id, name, created_at, updated_at) values (?, ?, 1, 1)',
			product_id,
			'Chair'
		);
		DB.rows(
			"insert into assets (id, product_id, kind, storage_key, content_type, bytes, sha256, state, created_at) values (?, ?, 'cutout', ?, 'image/png', 8, '', 'verified', 1)",
			asset_id,
			product_id,
			storage_key
		);
		const request = { provider: 'meshy', product_id, image_urls: [`/files/${asset_id}`] };
		const post = () =>
			send('POST', '/api/generate-3d-model', request, { 'idempotency-key': key }).catch(() => null);
		if (!together) await clock.sleep(random() * (random() < 0.5 ? 1000 : 20 * MINUTE_MS));
		for (let n = 0; n < 8; n++) {
			const answers = await Promise.all(random() < 0.3 ? [post(), post()] : [post()]);
			if (answers.some((answer) => answer && answer.status !== 409 && answer.status < 500)) break;
			await clock.sleep(30_000 * (n + 1));
		}
		for (let n = 0; n < 4; n++) {
			await clock.sleep(random() * 3 * MINUTE_MS);
			const seen = await send('GET', `/api/tasks?product_id=${product_id}`).catch(() => null);
			if (seen?.status === 200 && random() < 0.1) {
				const { tasks } = await seen.json();
				const [{ task_id } = {}] = tasks;
				if (task_id) await send('POST', `/api/tasks/${task_id}/cancel`).catch(() => null);
			}
			const task = meshy.tasks[Math.floor(random() * meshy.tasks.length)];
			if (!task || env.MESHY_WEBHOOK_SECRET === '') continue;
			const hint = { id: task.id, status: random() < 0.5 ? 'FAILED' : 'SUCCEEDED' };
			await send('POST', `/api/webhooks/meshy/${SECRET}`, hint).catch(() => null);
		}
	}

	async function sweepOn() {
		while (clock.now - began < END_MS) {
			await clock.sleep(clock.now - began < FAULTS_MS ? 10 * MINUTE_MS : 60 * MINUTE_MS);
			const life = { dead: false, crash: () => (life.dead = true) };
			const swept = lives.run(life, () => worker.default.scheduled({ cron: '' }, env));
			const patience = clock.timer(5 * MINUTE_MS);
			await Promise.race([swept.catch(() => null), patience.promise]);
			patience.cancel();
		}
	}

	function atRest() {
		const open = "('queued', 'submitting', 'running', 'copying')";
		const [{ n }] = DB.rows(`select count(*) as n from processing_tasks where status in ${open}`);
		return n === 0 && !env.GENERATE_MODEL.running;
	}

	/** A person looks at Meshy's usage and says what of the unknown was not charged. */
	async function decide() {
		faults.on = false;
		for (const { id } of DB.rows("select id from processing_tasks where status = 'unknown'")) {
			if (meshy.tasks.some(({ task_id }) => task_id === id)) continue;
			let answer;
			const decision = { decision: 'not_charged' };
			void send('POST', `/api/tasks/${id}/resolve`, decision).then((got) => (answer = got));
			await clock.run(clock.now + MINUTE_MS, () => answer !== undefined, checkCaps);
			if (answer?.status !== 200) violations.add('an unknown task cannot be resolved');
		}
	}

	function checkCaps() {
		const [{ booked }] = DB.rows('select coalesce(sum(micro_usd), 0) as booked from cost_entries');
		if (booked > Math.round(cap_usd * 1e6)) violations.add('the ledger passes the cap');
		const charged = meshy.tasks.reduce((sum, task) => sum + meshy.charged(task), 0);
		if (charged * 20_000 > Math.round(cap_usd * 1e6)) violations.add('Meshy charged past the cap');
		const posts = Map.groupBy(meshy.tasks, ({ task_id }) => task_id);
		if ([...posts.values()].some((made) => made.length > 1))
			violations.add('a task was paid twice');
		const at_once = meshy.tasks.filter(({ created_at, takes }) => clock.now - created_at < takes);
		if (at_once.length > places) violations.add('more tasks at once than the account takes');
	}

	function checkEnd() {
		for (const { old, new: next } of DB.rows('select old, new from status_log')) {
			const back = RANKS.indexOf(next) >= 0 && RANKS.indexOf(next) < RANKS.indexOf(old);
			const again = RANKS.includes(next) && /^(succeeded|failed|canceled)$/.test(old);
			if (back || again) violations.add(`a task went from ${old} to ${next}`);
		}
		const tasks = DB.rows(
			"select t.*, a.storage_key, a.sha256, a.state from processing_tasks t left join assets a on a.id = t.model_asset_id where t.provider = 'meshy'"
		);
		let uncertain = 0;
		for (const task of tasks) {
			const made = meshy.tasks.filter(({ task_id }) => task_id === task.id);
			const kinds = DB.rows('select kind, credits from cost_entries where task_id = ?', task.id);
			const sum = kinds.reduce((total, { credits }) => total + credits, 0);
			const charged = made.reduce((total, one) => total + meshy.charged(one), 0);
			if (!/^(succeeded|failed|canceled|unknown)$/.test(task.status)) {
				violations.add(`a task never ended (${task.status})`);
			} else if (task.status === 'unknown') {
				uncertain++;
				if (sum < charged) violations.add('an unknown task holds less than was charged');
			} else if (sum !== charged) {
				violations.add(`the ledger says ${sum}, Meshy ${charged} (${task.status})`);
			}
			if (made.some((one) => !one.fails) && !/^(succeeded|unknown)$/.test(task.status)) {
				violations.add(`a paid model was lost (${task.status}, ${task.error_code})`);
			}
			if (task.status === 'succeeded') checkModel(task, made);
		}
		const strangers = meshy.tasks.filter((one) => !tasks.some(({ id }) => id === one.task_id));
		if (strangers.length > 0) violations.add('something was paid for no task');
		return uncertain;
	}

	/** The bytes of the very task its own POST made, under the hash the row says. */
	function checkModel(task, made) {
		const bytes = BUCKET.objects.get(task.storage_key);
		const hash = bytes && createHash('sha256').update(bytes).digest('hex');
		const own = made.find(({ id }) => id === task.provider_task_id);
		if (task.state !== 'verified' || hash !== task.sha256) {
			violations.add('a succeeded task has no verified model');
		} else if (!own || meshy.bytes_of.get(own.id) !== hash) {
			violations.add('a task has another task’s model');
		}
	}
}

/** Puts the world's clock, network and what only workerd has in place. @returns the way back */
function takeOver(clock, meshy) {
	const before = {
		now: Date.now,
		fetch: globalThis.fetch,
		error: console.error,
		scheduler: globalThis.scheduler
	};
	globalThis.scheduler = { wait: (ms) => clock.sleep(ms) };
	Date.now = () => clock.now;
	globalThis.fetch = meshy.fetch;
	console.error = () => undefined;
	globalThis.FixedLengthStream ??= class extends TransformStream {
		constructor(bytes) {
			let passed = 0;
			super({
				transform(chunk, controller) {
					passed += chunk.byteLength;
					if (passed > bytes) throw new TypeError('too long');
					controller.enqueue(chunk);
				},
				flush() {
					if (passed < bytes) throw new TypeError('too short');
				}
			});
		}
	};
	Object.assign(crypto.subtle, {
		digest: async (_, data) => {
			const bytes = ArrayBuffer.isView(data) ? data : new Uint8Array(data);
			return new Uint8Array(createHash('sha256').update(bytes).digest()).buffer;
		},
		timingSafeEqual: (a, b) => timingSafeEqual(Buffer.from(a), Buffer.from(b))
	});
	crypto.DigestStream ??= class extends WritableStream {
		constructor() {
			const hash = createHash('sha256');
			const { promise, resolve } = Promise.withResolvers();
			super({
				write: (chunk) => void hash.update(chunk),
				close: () => resolve(new Uint8Array(hash.digest()).buffer)
			});
			this.digest = promise;
		}
	};
	return () => {
		Date.now = before.now;
		globalThis.fetch = before.fetch;
		console.error = before.error;
		globalThis.scheduler = before.scheduler;
	};
}
