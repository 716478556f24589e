/** Meshy with its own account book and everything the contract says it may do, by chance. */
import { createHash, randomUUID } from 'node:crypto';
import { lives } from './faults.mjs';

const HOST = 'https://assets.meshy.ai';
const json = (status, body, headers = {}) =>
	new Response(JSON.stringify(body), { status, headers });

export class FakeMeshy {
	/** Every task ever accepted, with the task of ours whose POST made it. */
	tasks = [];
	/** POSTs that reached it, accepted or not. */
	posts = 0;
	bytes_of = new Map();

	constructor(clock, random, faults) {
		Object.assign(this, { clock, random, faults });
		/** How trouble shows in this world: one kind often, all sometimes. */
		this.trouble = random() * 0.3;
		this.list_lag_ms = random() < 0.5 ? 0 : random() * 8 * 60_000;
	}

	fetch = async (input, init = {}) => {
		const url = new URL(input);
		if (url.origin === HOST) return this.asset(url);
		const [, , , endpoint, id] = url.pathname.split('/');
		if (init.method === 'POST') return this.create(endpoint, init);
		return this.faults.around(() => {
			if (this.faults.strikes(this.trouble)) return this.stumble();
			if (endpoint === 'balance') return json(200, { balance: 1000 });
			return id ? this.read(id) : this.list(endpoint, url.searchParams);
		});
	};

	async create(endpoint, init) {
		const life = lives.getStore();
		await new Response(init.body).arrayBuffer();
		this.posts++;
		return this.faults.around(async () => {
			const chance = this.trouble / 3;
			if (this.faults.strikes(chance)) {
				const message = this.random() < 0.5 ? 'RateLimitExceeded' : 'NoMoreConcurrentTasks';
				return json(429, { message }, { 'retry-after': '2' });
			}
			if (this.faults.strikes(chance)) throw new TypeError('connection lost before');
			if (this.faults.strikes(chance / 3)) return json(402, { message: 'Insufficient credits' });
			// Slow to accept, now and then slower than our patience of 180 s.
			const late = this.faults.strikes(chance);
			const took = late ? 170_000 + this.random() * 100_000 : this.random() * 3000;
			const accepted = this.clock.sleep(took).then(() => this.accept(endpoint, life?.task_id));
			if (took > 180_000) {
				await this.clock.sleep(180_000);
				throw new DOMException('timed out', 'TimeoutError');
			}
			const id = await accepted;
			if (this.faults.strikes(chance)) throw new TypeError('connection lost after');
			if (this.faults.strikes(chance)) return json(500, { message: 'Internal server error.' });
			if (this.faults.strikes(chance)) return new Response('<html>', { status: 202 });
			return json(202, { result: id });
		});
	}

	accept(endpoint, task_id) {
		const id = randomUUID();
		const bytes = tinyGlb(id);
		this.bytes_of.set(id, createHash('sha256').update(bytes).digest('hex'));
		const fails = this.random() < 0.1;
		const takes = 20_000 + this.random() * 400_000;
		this.tasks.push({ id, endpoint, task_id, bytes, fails, created_at: this.clock.now, takes });
		return id;
	}

	list(endpoint, query) {
		const [page, size] = [Number(query.get('page_num')), Number(query.get('page_size'))];
		const shown = this.tasks
			.filter((task) => task.endpoint === endpoint)
			.filter((task) => this.clock.now - task.created_at >= this.list_lag_ms)
			.toReversed();
		return json(
			200,
			shown.slice((page - 1) * size, page * size).map((task) => this.tell(task))
		);
	}

	read(id) {
		const task = this.tasks.find((known) => known.id === id);
		return task ? json(200, this.tell(task)) : json(404, { message: 'Task not found' });
	}

	tell(task) {
		const done = (this.clock.now - task.created_at) / task.takes;
		const failed = done >= 1 && task.fails;
		const status =
			done < 0.2 ? 'PENDING' : done < 1 ? 'IN_PROGRESS' : failed ? 'FAILED' : 'SUCCEEDED';
		return {
			id: task.id,
			status,
			progress: Math.min(99, Math.floor(done * 100)),
			created_at: task.created_at,
			model_urls: status === 'SUCCEEDED' ? { glb: `${HOST}/${task.id}/model.glb` } : {},
			task_error: failed ? { type: 'server_error', message: 'no' } : { message: '' },
			consumed_credits: failed ? 0 : 30
		};
	}

	/** Credits taken and not given back. */
	charged(task) {
		return task.fails && this.clock.now - task.created_at >= task.takes ? 0 : 30;
	}

	asset(url) {
		return this.faults.around(() => {
			const task = this.tasks.find(({ id }) => url.pathname.startsWith(`/${id}/`));
			if (!task) return new Response(null, { status: 404 });
			if (!this.faults.strikes(this.trouble)) return new Response(task.bytes);
			switch (Math.floor(this.random() * 4)) {
				case 0:
					return new Response(task.bytes.subarray(0, 24));
				case 1:
					return new Response('busy', { status: 503 });
				case 2:
					return new Response('<html>sign in to go on, please</html>');
				default:
					throw new TypeError('connection lost');
			}
		});
	}

	stumble() {
		switch (Math.floor(this.random() * 4)) {
			case 0:
				return json(503, { message: 'The server is busy.' });
			case 1:
				return json(429, { message: 'RateLimitExceeded' }, { 'retry-after': '3' });
			case 2:
				return new Response('<html>');
			default:
				throw new TypeError('connection lost');
		}
	}
}

/** The smallest GLB, with its task's id in it. */
function tinyGlb(id) {
	const text = new TextEncoder().encode(`{"asset":{"version":"2.0","generator":"${id}"}} `);
	const padded = Math.ceil(text.length / 4) * 4;
	const glb = new Uint8Array(20 + padded).fill(0x20);
	const view = new DataView(glb.buffer);
	view.setUint32(0, 0x46546c67, true);
	view.setUint32(4, 2, true);
	view.setUint32(8, glb.length, true);
	view.setUint32(12, padded, true);
	view.setUint32(16, 0x4e4f534a, true);
	glb.set(text, 20);
	return glb;
}
