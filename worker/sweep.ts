/** Finds, every 10 minutes, what a crash left standing. Each part is bounded, safe to repeat, and fails alone. */
import { drizzle } from 'drizzle-orm/d1';
import { openStorage } from './clients/storage';
import { releaseStatement, settleStatement } from './db/costs';
import {
	danglingReservations,
	forgetKeys,
	forgetPendingUploads,
	silentTasks,
	unfinishedUnknowns,
	type Dangling
} from './db/leftovers';
import { reviveTask } from './db/task-ends';
import type { Env } from './env';
import { isConfigured } from './workflows/open-provider';
import { providerOf, readPaidJob, refOf } from './workflows/paid-job';
import { givePlaces } from './workflows/take-place';
import { restartWorkflow, wakeTask } from './workflows/wake-task';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** How many of each one run takes on, and how old they must be. */
const TASKS_PER_RUN = 50;
const READS_PER_RUN = 10;
const UPLOADS_PER_RUN = 200;
const KEYS_PER_RUN = 500;
const UPLOAD_DAYS = 1;
const KEY_DAYS = 7;
/** Results are kept for 3 days; a day more, for tasks that waited in the provider's queue. */
const RESULT_DAYS = 4;
/** A month and a bit: older reservations no longer count for any cap. */
const LEDGER_DAYS = 35;

/** What one run found. */
export interface Swept {
	looked_at: number;
	revived: number;
	settled: number;
	uploads: number;
	keys: number;
}

/** @param now Unix epoch milliseconds */
export async function sweep(env: Env, now: number): Promise<Swept> {
	return {
		looked_at: await alone('tasks', () => wakeSilent(env, now)),
		revived: await alone('unknown', () => reviveFinished(env, now)),
		settled: await alone('ledger', () => settleDangling(env, now)),
		uploads: await alone('uploads', () => dropUploads(env, now)),
		keys: await alone('keys', () => forgetKeys(env.DB, now - KEY_DAYS * DAY_MS, KEYS_PER_RUN))
	};
}

/** Paid and not copied, reserved and not settled: the Workflow does it, once it is awake. */
async function wakeSilent(env: Env, now: number): Promise<number> {
	// On one's own machine: also what stood still because the server was stopped.
	const before = Math.max(now - MINUTE_MS, Number(env.STARTED_AT ?? 0));
	const silent = await silentTasks(env.DB, before, TASKS_PER_RUN);
	for (const task of silent) await wakeTask(env, task, now);
	if (isConfigured(env, 'meshy')) await givePlaces(env, 'meshy', null);
	return silent.length;
}

/** Tasks that took Meshy longer than our patience, and have ended there since. */
async function reviveFinished(env: Env, now: number): Promise<number> {
	if (!isConfigured(env, 'meshy')) return 0;
	let revived = 0;
	const since = now - RESULT_DAYS * DAY_MS;
	for (const task of await unfinishedUnknowns(env.DB, since, READS_PER_RUN)) {
		const job = await readPaidJob(env, task.id);
		if (!job || task.provider_task_id === null) continue;
		const seen = await providerOf(env, job).poll(refOf(job, task.provider_task_id));
		const ended = seen.kind === 'task' && !/^(queued|running)$/.test(seen.task.state);
		if (!ended || !(await reviveTask(env.DB, task.id, now))) continue;
		await restartWorkflow(env, task.id);
		revived++;
	}
	return revived;
}

/** A task that has ended or is gone holds nothing: what it cost is booked, at worst the price, and the rest given back. */
async function settleDangling(env: Env, now: number): Promise<number> {
	const since = now - LEDGER_DAYS * DAY_MS;
	const dangling = await danglingReservations(env.DB, since, now - 60 * MINUTE_MS, TASKS_PER_RUN);
	for (const reservation of dangling) await settle(env.DB, reservation, now);
	return dangling.length;
}

async function settle(db: D1Database, { task_id, state, ...bill }: Dangling, now: number) {
	const charged = state === 'open' || state === 'accepted' || state === 'done';
	await drizzle(db).batch([
		settleStatement(db, task_id, charged ? bill.credits : 0, charged ? bill.micro_usd : 0, now),
		releaseStatement(db, task_id, now)
	]);
}

async function dropUploads(env: Env, now: number): Promise<number> {
	// Rows first: a file without a row only costs space, a row without its file would be a broken link.
	const keys = await forgetPendingUploads(env.DB, now - UPLOAD_DAYS * DAY_MS, UPLOADS_PER_RUN);
	if (keys.length > 0) await openStorage(env).delete(keys);
	return keys.length;
}

async function alone(part: string, work: () => Promise<number>): Promise<number> {
	try {
		return await work();
	} catch (error) {
		console.error(
			JSON.stringify({ level: 'error', part: `sweep ${part}`, message: String(error) })
		);
		return 0;
	}
}
