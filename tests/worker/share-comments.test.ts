import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createShare, optimize, optimizedProduct, refusalOf, send, sendJson } from './studio';

let made: Awaited<ReturnType<typeof optimizedProduct>>;
beforeAll(async () => {
	made = await optimizedProduct('Reviewed chair', 60);
});

const ANN = crypto.randomUUID();
const BOB = crypto.randomUUID();
const PIN = {
	position: [0.1, 0.4, 0.05],
	normal: [0, 0, 1],
	view: { azimuth: 0.4, polar: 1.2, zoom: 2, target: [0, 0.4, 0] }
};
let visitor = 0;
const say = (
	slug: string,
	comment: Record<string, unknown>,
	from = `203.0.113.${visitor++ % 250}`
) =>
	send('POST', `/api/public/shares/${slug}/comments`, {
		headers: { 'content-type': 'application/json', 'cf-connecting-ip': from },
		body: JSON.stringify({ kind: 'comment', name: 'Ann', reviewer_id: ANN, ...comment })
	});
const comment = z.looseObject({ id: z.string(), number: z.number().nullable() });
const said = async (...given: Parameters<typeof say>) => {
	const response = await say(...given);
	expect(response.status).toBe(201);
	return comment.parse(await response.json());
};
const page = z.object({
	comments: z.array(z.looseObject({ id: z.string(), body: z.string() })),
	next_cursor: z.string().nullable()
});
const seen = async (slug: string, reviewer?: string, query = '') =>
	page.parse(
		await (
			await send('GET', `/api/public/shares/${slug}/comments${query}`, {
				headers: reviewer ? { 'x-reviewer-id': reviewer } : {}
			})
		).json()
	);
const owned = async (share_id: string) =>
	page.parse(await (await send('GET', `/api/comments?share_id=${share_id}`)).json()).comments;

describe('visitors', () => {
	it('comment on a point with the camera that saw it; everyone with the link reads it as it was written', async () => {
		const { slug } = await createShare(made.product_id, { allow_comments: true });
		const body = `<img src=x onerror=alert(1)> "quoted"\nsecond line 🪑`;
		const first = await said(slug, { body, pin: PIN });
		const second = await said(slug, {
			body: 'Darker, please',
			name: 'Bob',
			reviewer_id: BOB,
			pin: PIN
		});
		const plain = await said(slug, { body: 'No pin' });
		expect([first.number, second.number, plain.number]).toEqual([1, 2, null]);
		const { comments } = await seen(slug, BOB);
		expect(comments.map((one) => one.id)).toEqual([plain.id, second.id, first.id]);
		expect(comments[2]).toMatchObject({
			body,
			pin: PIN,
			name: 'Ann',
			mine: false,
			resolved: false
		});
		expect(comments[1]).toMatchObject({ mine: true });
		expect(JSON.stringify(await seen(slug))).not.toMatch(new RegExp(`${ANN}|${BOB}|reviewer`));
		const { results } = await env.DB.prepare('select * from share_comments').all();
		expect(JSON.stringify(results)).not.toMatch(new RegExp(`${ANN}|203\\.0\\.113`));
	});

	it('approve or ask for changes with a name; the audit log and the list say so', async () => {
		const { id, slug } = await createShare(made.product_id, { allow_comments: true });
		await said(slug, { kind: 'change_request', body: 'The legs', name: 'Ann' });
		await said(slug, { kind: 'approval', name: 'Bob', reviewer_id: BOB });
		const log = await env.DB.prepare(
			'select actor, action, detail from audit_log where subject = ? order by id'
		)
			.bind(id)
			.all();
		expect(log.results.map(({ actor, action }) => [actor, action])).toEqual([
			['visitor', 'share.change_request'],
			['visitor', 'share.approval']
		]);
		const list = z
			.object({ shares: z.array(z.looseObject({ id: z.string() })) })
			.parse(await (await send('GET', `/api/shares?product_id=${made.product_id}`)).json());
		expect(list.shares.find((share) => share.id === id)).toMatchObject({
			verdict: 'approval',
			open_comments: 1
		});
	});

	it('can do neither where the owner did not ask for it', async () => {
		const { id, slug } = await createShare(made.product_id);
		expect((await refusalOf(await say(slug, { body: 'Hello' }))).code).toBe('comments_off');
		const reading = await send('GET', `/api/public/shares/${slug}/comments`);
		expect(await refusalOf(reading)).toMatchObject({ status: 403, code: 'comments_off' });
		await sendJson('PATCH', `/api/shares/${id}`, { allow_comments: true });
		expect((await say(slug, { body: 'Hello' })).status).toBe(201);
	});

	it('need the password of a protected link, and get one answer from all that is gone', async () => {
		const locked = await createShare(made.product_id, {
			allow_comments: true,
			password: 'a password'
		});
		expect((await refusalOf(await say(locked.slug, { body: 'Hi' }))).code).toBe(
			'password_required'
		);
		const gone = await createShare(made.product_id, { allow_comments: true });
		await send('DELETE', `/api/shares/${gone.id}`);
		for (const slug of [gone.slug, 'C'.repeat(24)]) {
			expect((await refusalOf(await say(slug, { body: 'Hi' }))).code).toBe('share_unavailable');
		}
	});

	it.each([
		['no text', { body: '' }],
		['only spaces', { body: '  \n ' }],
		['no name', { body: 'x', name: ' ' }],
		['a long name', { body: 'x', name: 'n'.repeat(81) }],
		['a long text', { body: 'x'.repeat(2001) }],
		['a point that is no number', { body: 'x', pin: { ...PIN, position: [null, 0, 0] } }],
		['a point far away', { body: 'x', pin: { ...PIN, position: [1e9, 0, 0] } }],
		['half a pin', { body: 'x', pin: { position: [0, 0, 0] } }],
		['another kind', { body: 'x', kind: 'order' }],
		['no reviewer', { body: 'x', reviewer_id: 'me' }]
	])('are refused %s', async (_, bad) => {
		const { slug } = await createShare(made.product_id, { allow_comments: true });
		expect((await say(slug, bad)).status).toBe(400);
		expect((await seen(slug)).comments).toEqual([]);
	});

	it('are slowed after ten comments a minute from one network, and stopped at 500 in all', async () => {
		const { id, slug } = await createShare(made.product_id, { allow_comments: true });
		const answers = await Promise.all(
			Array.from({ length: 13 }, (_, i) => say(slug, { body: `n${i}`, pin: PIN }, '192.0.2.77'))
		);
		expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
		expect(answers.filter(({ status }) => status === 429)).toHaveLength(3);
		const numbers = (await owned(id)).map(({ number }) => Number(number));
		expect(numbers.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
		await env.DB.prepare(
			`with recursive n(i) as (select 1 union all select i + 1 from n where i < 489)
			insert into share_comments (id, share_id, kind, name, from_owner, body, model_task_id, created_at)
			select 'c' || i || ?1, ?1, 'comment', 'x', 0, 'x', 't', 1 from n`
		)
			.bind(id)
			.run();
		expect((await say(slug, { body: 'the 500th' })).status).toBe(201);
		expect((await refusalOf(await say(slug, { body: 'one more' }))).code).toBe('comments_full');
	});

	it('read them page by page', async () => {
		const { slug } = await createShare(made.product_id, { allow_comments: true });
		for (let i = 0; i < 5; i++) await said(slug, { body: `n${i}` });
		const bodies: string[] = [];
		let next: string | null = '';
		while (next !== null) {
			const read: z.infer<typeof page> = await seen(
				slug,
				ANN,
				`?limit=2${next && `&cursor=${next}`}`
			);
			bodies.push(...read.comments.map(({ body }) => body));
			next = read.next_cursor;
		}
		expect(bodies).toEqual(['n4', 'n3', 'n2', 'n1', 'n0']);
	});
});

describe('the owner', () => {
	it('sees who and when, answers, resolves, reopens and deletes', async () => {
		const { id, slug } = await createShare(made.product_id, { allow_comments: true });
		const asked = await said(slug, { body: 'Is it oak?', pin: PIN });
		const reply = await sendJson('POST', '/api/comments', { parent_id: asked.id, body: 'Ash.' });
		expect(reply.status).toBe(201);
		const [answer, question] = await owned(id);
		expect(question).toMatchObject({ name: 'Ann', body: 'Is it oak?', of_older_model: false });
		expect(Number(question?.created_at)).toBeGreaterThan(Date.now() - 60_000);
		expect(answer).toMatchObject({ parent_id: asked.id, from_owner: true, body: 'Ash.' });
		const resolve = (resolved: boolean) =>
			sendJson('PATCH', `/api/comments/${asked.id}`, { resolved }).then(({ status }) => status);
		expect(await resolve(true)).toBe(200);
		expect((await seen(slug)).comments[1]).toMatchObject({ resolved: true });
		expect(await resolve(false)).toBe(200);
		expect((await seen(slug)).comments[1]).toMatchObject({ resolved: false });
		expect((await send('DELETE', `/api/comments/${asked.id}`)).status).toBe(200);
		expect(await owned(id)).toEqual([]);
		expect((await send('DELETE', `/api/comments/${asked.id}`)).status).toBe(404);
	});

	it('is told when the model was made anew after the comment', async () => {
		const other = await optimizedProduct('Changed chair', 70);
		const { id, slug } = await createShare(other.product_id, { allow_comments: true });
		await said(slug, { kind: 'approval' });
		await optimize(other.product_id, other.model_url, 75);
		expect((await owned(id))[0]).toMatchObject({ kind: 'approval', of_older_model: true });
	});

	it('is the only one who can: a closed studio refuses', async () => {
		const answer = await send(
			'GET',
			`https://studio.example/api/comments?share_id=${crypto.randomUUID()}`
		);
		expect(answer.status).toBe(403);
	});

	it('deletes everything with the product', async () => {
		const gone = await optimizedProduct('Gone chair', 80);
		const { id, slug } = await createShare(gone.product_id, { allow_comments: true });
		const { id: parent_id } = await said(slug, { body: 'x' });
		await sendJson('POST', '/api/comments', { parent_id, body: 'y' });
		expect((await send('DELETE', `/api/products/${gone.product_id}`)).status).toBe(200);
		const left = await env.DB.prepare('select count(*) as n from share_comments where share_id = ?')
			.bind(id)
			.first<number>('n');
		expect(left).toBe(0);
	});
});
