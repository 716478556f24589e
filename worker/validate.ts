import { zValidator } from '@hono/zod-validator';
import type { ValidationTargets } from 'hono';
import type { z } from 'zod';
import { refuse } from './errors';

/**
 * Checks one part of a request against a schema of contract.ts. A refusal names the field and what is
 * wrong with it, and never repeats what was sent.
 */
export const validate = <Target extends keyof ValidationTargets, Schema extends z.ZodType>(
	target: Target,
	schema: Schema
) =>
	zValidator(target, schema, (result, c) => {
		if (result.success) return;
		const issue = result.error.issues[0];
		const field = issue?.path.map(String).join('.') || PARTS[target];
		return refuse(
			c,
			400,
			'invalid_request',
			`${PARTS[target]}: ${field === PARTS[target] ? '' : `“${field}” `}${reason(issue)}. Correct it and send the request again.`,
			{ field }
		);
	});

const PARTS: Record<keyof ValidationTargets, string> = {
	json: 'Request body',
	query: 'Query',
	param: 'Address',
	form: 'Form',
	header: 'Header',
	cookie: 'Cookie'
};

/** Zod's English sentence without the received value (only unrecognized keys and literals would carry one). */
function reason(issue: { code?: string; message: string } | undefined): string {
	if (!issue) return 'is not as expected';
	if (issue.code === 'unrecognized_keys') return 'has fields that are not known';
	const text = issue.message.replace(/, received .*$/i, '').slice(0, 160);
	return text.charAt(0).toLowerCase() + text.slice(1);
}
