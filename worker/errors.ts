import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { ErrorCode } from './contract';
import type { AppEnv } from './env';

/**
 * Answers an expected failure in the one shape all failures have.
 * @param message a sentence for people that names the part and the remedy; never echoes what was sent
 * @param details machine-readable particulars, for example `{ field: 'bytes', limit: 4194304 }`
 */
export function refuse<S extends ContentfulStatusCode>(
	c: Context,
	status: S,
	code: ErrorCode,
	message: string,
	details?: Record<string, string | number | boolean | null>
) {
	const request_id = String(c.get('request_id') ?? '');
	return c.json({ error: { code, message, request_id, details } }, status);
}

/** Hono's onError: the log gets everything, the caller an id to ask about. */
export function answerError(error: Error, c: Context<AppEnv>): Response {
	if (error instanceof HTTPException && error.status === 400) {
		return refuse(c, 400, 'invalid_request', 'The request body is not valid JSON. Send JSON.');
	}
	console.error(
		JSON.stringify({
			level: 'error',
			request_id: c.get('request_id'),
			method: c.req.method,
			path: c.req.path,
			name: error.name,
			message: error.message,
			cause: error.cause instanceof Error ? error.cause.message : undefined,
			stack: error.stack
		})
	);
	return refuse(
		c,
		500,
		'internal',
		'Something went wrong on the server. Try again; if it stays, look up the request id in the log.'
	);
}

/** Hono's notFound for everything that answers JSON. */
export function answerNotFound(c: Context<AppEnv>): Response {
	return refuse(c, 404, 'not_found', 'There is nothing at this address of the API.');
}
