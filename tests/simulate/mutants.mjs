/** Bugs planted one at a time in the Worker's source or tables, each of which the simulation must notice. */

/** `edits`: `[file under worker/, the text that stands there, what stands there instead]`; `sql`: run on the tables. */
export const MUTANTS = {
	'posts again when the outcome is unknown': {
		edits: [
			['workflows/submit-task.ts', 'if (!begun) return standing(env, task_id);', ''],
			[
				'workflows/hand-over.ts',
				"posted.kind === 'unknown' ? await look(env, step, job, posted) : posted",
				"posted.kind === 'unknown' ? { ...(await submitTask(env, job)) } : posted"
			]
		]
	},
	'settles twice': {
		edits: [],
		sql: 'drop index cost_once_per_task'
	},
	'checks the cap, then reserves': {
		edits: [
			[
				'db/costs.ts',
				'where ${bookedSince(day_start)} + ${micro_usd} <= ${caps.day_micro_usd}',
				'where true'
			],
			[
				'db/generation.ts',
				'import { reserveStatement,',
				'import { readSpending, reserveStatement,'
			],
			[
				'db/generation.ts',
				'const [reserve] = await orm.batch([',
				'const { day } = await readSpending(db, now); if (day.spent + day.held + reservation.micro_usd > caps.day_micro_usd) return false; const [reserve] = await orm.batch(['
			]
		]
	},
	'takes the first task listed': {
		edits: [['workflows/look-for-orphan.ts', 'if (more.length > 0 || rival)', 'if (false)']]
	},
	'gives the reservation of an unknown task back': {
		edits: [
			[
				'workflows/generate-model.ts',
				'await leaveUnknown(this.env.DB, job.task_id, message, Date.now());',
				"await failTask(this.env.DB, job.task_id, NOTHING, { code: 'outcome_unknown', message }, Date.now());"
			]
		]
	},
	'gives up a model whose file does not come at once': {
		edits: [['workflows/generate-model.ts', 'copy.final || waited >= PAUSES.copy.give_up', 'n > 2']]
	},
	'gives every waiting task a place': {
		edits: [
			[
				'db/queue.ts',
				'limit max(0, ${places} - (select coalesce(sum(n), 0) from busy))',
				'limit 100'
			]
		]
	},
	'cancels what may be accepted': {
		edits: [
			[
				'db/generation.ts',
				"sql`json_extract(${tasks.output}, '$.waiting_for') is not null`",
				'sql`true`'
			]
		]
	},
	'takes a hint for the truth': {
		edits: [
			[
				'routes/webhooks.ts',
				"import type { AppEnv, Env } from '../env';",
				"import { failTask } from '../db/task-ends'; import type { AppEnv, Env } from '../env';"
			],
			[
				'routes/webhooks.ts',
				'if (!task || FINAL_TASK_STATUSES.includes(task.status)) return;',
				"if (task) await failTask(env.DB, task.id, { credits: 0, micro_usd: 0 }, { code: 'generation_failed', message: '' }, Date.now()); if (!task) return;"
			]
		]
	}
};
