import { Hono } from 'hono';
import { stageOutcome } from '../contract';
import type { AppEnv } from '../env';
import { recordMetric } from '../meter';
import { validate } from '../validate';

/**
 * How a stage in the browser ended when it did not succeed. Those that succeed are measured by the call that
 * records their task, so `ok` is taken and not counted again.
 */
export const stages = new Hono<AppEnv>().post('/', validate('json', stageOutcome), async (c) => {
	const { stage, outcome, processing_time } = c.req.valid('json');
	const recorded = outcome !== 'ok';
	if (recorded) {
		await recordMetric(c.env.DB, {
			kind: 'stage',
			name: stage,
			outcome,
			ms: processing_time * 1000
		});
	}
	return c.json({ recorded }, 200);
});
