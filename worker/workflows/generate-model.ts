/** The durable life of a paid task. */
import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from 'cloudflare:workers';
import type { Env } from '../env';

export interface GenerateModelParams {
	task_id: string;
}

export class GenerateModel extends WorkflowEntrypoint<Env, GenerateModelParams> {
	override async run(_event: Readonly<WorkflowEvent<GenerateModelParams>>, _step: WorkflowStep) {}
}
