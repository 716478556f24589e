/** What the stand-in says of a task. */
import type { Task } from './accounts.ts';

/**
 * A task as Meshy would tell it now, moving it on.
 * @param seconds how long a task takes; null: it moves on with every read
 */
export function taskAnswer(
	task: Task,
	seconds: number | null,
	addressOf: (path: string) => string
) {
	const { scenario: plan } = task.account;
	const steps = plan.polls ?? 3;
	const done =
		seconds === null ? task.reads / (steps + 1) : (Date.now() - task.created_at) / (seconds * 1000);
	const ended = done >= 1;
	const at_99 = task.reads > steps - (plan.at_99 ?? 0);
	const end = plan.end ?? 'SUCCEEDED';
	const status = ended ? end : task.reads <= 1 ? 'PENDING' : 'IN_PROGRESS';
	if (ended && end !== 'SUCCEEDED' && !task.refunded) {
		task.refunded = true;
		task.account.balance += task.credits;
		task.account.book.push({ task_id: task.id, credits: -task.credits });
	}
	const succeeded = status === 'SUCCEEDED';
	const folder = `/assets/${task.id}/output`;
	const { target_formats = ['glb'], multi_view_thumbnails = false } = Object(task.parameters);
	const usdz = target_formats.includes('usdz') ? { usdz: addressOf(`${folder}/model.usdz`) } : {};
	return {
		id: task.id,
		type: task.endpoint,
		model_urls:
			succeeded && !plan.without_glb_url
				? { glb: plan.glb_url ?? addressOf(`${folder}/model.glb`), ...usdz }
				: {},
		thumbnail_url: succeeded ? addressOf(`${folder}/preview.png`) : '',
		...(succeeded ? { alpha_thumbnail_url: addressOf(`${folder}/alpha.png`) } : {}),
		...(succeeded && multi_view_thumbnails
			? {
					thumbnail_urls: Object.fromEntries(
						['front', 'right', 'back', 'left'].map((view) => [
							view,
							addressOf(`${folder}/${view}.png`)
						])
					)
				}
			: {}),
		texture_urls: succeeded ? [{ base_color: addressOf(`${folder}/texture_0.png`) }] : [],
		progress: succeeded ? 100 : at_99 ? 99 : Math.min(99, Math.floor(done * 100)),
		status,
		preceding_tasks: status === 'PENDING' ? (plan.queue ?? 0) : 0,
		created_at: task.created_at,
		started_at: status === 'PENDING' ? 0 : task.created_at + 1000,
		finished_at: ended ? Date.now() : 0,
		expires_at: task.created_at + 3 * 24 * 3600 * 1000,
		task_error: status === 'FAILED' ? (plan.task_error ?? { message: '' }) : { message: '' },
		consumed_credits: task.refunded ? 0 : task.credits,
		...plan.fields
	};
}
