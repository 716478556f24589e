/** Everything Meshy can say no with, for people: what happened, what to do, and whether money was spent. One table. */
import type { ErrorCode } from '../contract';

interface Explained {
	code: ErrorCode;
	/** What happened. `{quote}` is where Meshy's own words go. */
	message: string;
	/** What to do about it. */
	remedy: string;
}

/** Answers to a request, by HTTP status. All of them surely charge nothing. */
const REFUSALS: Record<number, Explained> & { 400: Explained } = {
	400: {
		code: 'meshy_rejected',
		message: 'Meshy refused the images or settings{quote}.',
		remedy: 'Use other cut-outs or settings, then generate again.'
	},
	401: {
		code: 'meshy_unauthorized',
		message: 'Meshy does not accept the key{quote}.',
		remedy: 'Check MESHY_API_KEY on the server.'
	},
	402: {
		code: 'meshy_out_of_credits',
		message: 'The Meshy account has not enough credits{quote}.',
		remedy: 'Buy credits at Meshy, then generate again.'
	},
	403: {
		code: 'meshy_unauthorized',
		message: 'Meshy does not allow this request with the plan of the key{quote}.',
		remedy: 'Check the plan, or use another key.'
	},
	404: {
		code: 'meshy_rejected',
		message: 'Meshy does not know what was asked for{quote}.',
		remedy:
			'If an existing model was to be changed, it may be deleted there: generate it again. Else check MESHY_BASE_URL on the server.'
	},
	409: {
		code: 'meshy_rejected',
		message: 'Meshy says that this cannot be done now{quote}.',
		remedy: 'Wait until the model it is made from is finished, then try again.'
	},
	413: {
		code: 'meshy_rejected',
		message: 'The images are too large for Meshy{quote}.',
		remedy: 'Use smaller or fewer cut-outs.'
	},
	422: {
		code: 'meshy_rejected',
		message: 'Meshy read the request but cannot make a model of it{quote}.',
		remedy: 'Use cut-outs that show the whole product alone, then generate again.'
	}
};

/** Why an accepted task failed, by `task_error.code`, else `task_error.type`. Meshy gives the credits back. */
const FAILURES: Record<string, { why: string; remedy: string }> & {
	server_error: { why: string; remedy: string };
} = {
	image_too_complex: {
		why: 'the image is too complex or shows several objects',
		remedy: 'Use cut-outs that show the product alone.'
	},
	moderation_blocked: {
		why: 'the image or the text was blocked by its moderation',
		remedy: 'Use other cut-outs or another text, or switch moderation off.'
	},
	model_missing_uv: {
		why: 'the model has no texture coordinates',
		remedy: 'Have Meshy unwrap it anew (switch “Keep the UV layout” off).'
	},
	model_insufficient_uv: {
		why: 'the model’s texture coordinates overlap or are too small',
		remedy: 'Have Meshy unwrap it anew (switch “Keep the UV layout” off).'
	},
	format_conversion_failed: {
		why: 'a file format could not be made',
		remedy: 'Leave USDZ out, then generate again.'
	},
	invalid_input: { why: 'the images cannot be used', remedy: 'Use other cut-outs.' },
	timeout: { why: 'it took too long', remedy: 'Generate again.' },
	service_unavailable: {
		why: 'its service is not available',
		remedy: 'Generate again in a few minutes.'
	},
	server_error: {
		why: 'something went wrong there',
		remedy: 'Generate again, or use other cut-outs.'
	}
};

/** What a refusal means for us. The request was surely not accepted. @param said Meshy's words, '' without */
export function explainRefusal(status: number, said: string): { code: ErrorCode; message: string } {
	const { code, message, remedy } = REFUSALS[status] ?? REFUSALS[400];
	const quote = said === '' ? '' : ` (“${said}”)`;
	return {
		code,
		message: `${message.replace('{quote}', () => quote)} ${remedy} Nothing was charged.`
	};
}

/**
 * Why a task failed at Meshy, with what to do about it.
 * @param credits what Meshy says it charged; failed tasks are refunded, so usually 0
 */
export function explainFailure(
	error: { type: string; code: string; message: string } | null,
	credits: number
): { code: ErrorCode; message: string } {
	const { why, remedy } =
		FAILURES[error?.code ?? ''] ?? FAILURES[error?.type ?? ''] ?? FAILURES.server_error;
	const quote = error?.message ? ` It said: “${error.message.slice(0, 200)}”` : '';
	const charged = credits > 0 ? `Meshy charged ${credits} credits.` : 'Nothing was charged.';
	return {
		code: 'generation_failed',
		message: `Meshy could not make this model: ${why}.${quote} ${remedy} ${charged}`
	};
}
