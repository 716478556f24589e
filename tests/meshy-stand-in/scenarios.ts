/** What can happen at Meshy, by name. */

export interface Scenario {
	/** What happens to the nth new task of a key (from 1); null = it is accepted. */
	submit?: (n: number) => SubmitFault | null;
	/** What happens to the nth read of the balance (from 1); null = it is answered. */
	balance?: (n: number) => ReadFault | null;
	/** Another program makes this many tasks with the same account just before each of ours. Default 0. */
	strays?: number;
	/** A task shows up in the nth list (from 1) after it was made. Default 1. */
	listed_from?: number;
	/** What happens to the nth list (from 1); null = it is answered. */
	list?: (n: number) => ReadFault | null;
	/** Reads before the last one, each further on. Default 3. */
	polls?: number;
	/** What happens to the nth read of a task (from 1); null = it is answered. */
	read?: (n: number) => ReadFault | null;
	/** So many of the reads before the last one say 99 %. Default 0. */
	at_99?: number;
	/** Tasks before it while it is pending. Default 0. */
	queue?: number;
	/** What else stands in every task, and instead of what is known. */
	fields?: Record<string, unknown>;
	/** Webhooks come newest first, with all earlier ones after them, and twice. Default false. */
	webhooks_out_of_order?: boolean;
	/** How it ends. Default SUCCEEDED. */
	end?: 'SUCCEEDED' | 'FAILED' | 'CANCELED';
	task_error?: { type: string; message: string; code?: string };
	/** Leaves model_urls.glb out. */
	without_glb_url?: boolean;
	/** The GLB's address points here instead. */
	glb_url?: string;
	/** What happens to the nth download of a task's GLB (from 1); null = it is whole. */
	download?: (n: number) => DownloadFault | null;
}

export type SubmitFault =
	| { status: number; message: string; retry_after?: number }
	/** The connection breaks before it is accepted. */
	| 'connection_dropped'
	/** Accepted and charged, and then this. */
	| { accepted_then: 'connection_dropped' | 'server_error' | 'unreadable_answer' };

export type ReadFault =
	{ status: number; message: string; retry_after?: number } | 'connection_dropped' | 'unreadable';

export type DownloadFault =
	| 'cut' // the connection breaks in the middle
	| 'short' // ends cleanly in the middle, without a length
	| 'short_length' // half the file, with that length
	| 'not_glb'
	| 'expired'
	| 'unavailable' // 503
	| 'redirect';

const notFound = { status: 404, message: 'Task not found' };
const upTo =
	<T>(times: number, fault: T) =>
	(n: number) =>
		n <= times ? fault : null;

function failures<Name extends string>(errors: Record<Name, Scenario['task_error']>) {
	const entries = Object.entries<Scenario['task_error']>(errors);
	const scenarios = entries.map(([name, task_error]) => [name, { end: 'FAILED', task_error }]);
	return Object.fromEntries(scenarios) as Record<Name, Scenario>;
}

export const SCENARIOS = {
	ok: {},
	slow: { polls: 60 },
	failed: {
		end: 'FAILED',
		task_error: {
			type: 'server_error',
			message: 'Failed to generate preview images. Please retry.'
		}
	},
	...failures({
		failed_timeout: { type: 'timeout', message: 'The task timed out.' },
		failed_unavailable: { type: 'service_unavailable', message: 'The server is busy.' },
		failed_input: { type: 'invalid_input', message: 'Invalid input.' },
		failed_moderation: {
			type: 'invalid_input',
			code: 'moderation_blocked',
			message: 'The input was blocked by moderation.'
		},
		failed_uv: {
			type: 'invalid_input',
			code: 'model_missing_uv',
			message: 'The model has no UV coordinates.'
		},
		failed_format: {
			type: 'server_error',
			code: 'format_conversion_failed',
			message: 'Conversion failed.'
		},
		failed_unheard_of: { type: 'quantum_error', message: 'A kind nobody knows yet.' }
	}),
	too_complex: {
		end: 'FAILED',
		task_error: {
			type: 'invalid_input',
			code: 'image_too_complex',
			message: 'The image is too complex.'
		}
	},
	canceled: { end: 'CANCELED' },
	down: { balance: () => 'connection_dropped', submit: () => 'connection_dropped' },
	down_at_first: { balance: upTo(2, { status: 503, message: 'Service unavailable' }) },
	bad_key: { submit: () => ({ status: 401, message: 'Invalid API key' }) },
	out_of_credits: { submit: () => ({ status: 402, message: 'Insufficient credits' }) },
	rate_limited_then_ok: {
		submit: upTo(2, { status: 429, message: 'RateLimitExceeded', retry_after: 1 })
	},
	rate_limited_without_retry_after: {
		submit: upTo(2, { status: 429, message: 'RateLimitExceeded' })
	},
	queue_full_then_ok: { submit: upTo(2, { status: 429, message: 'NoMoreConcurrentTasks' }) },
	queue_always_full: { submit: () => ({ status: 429, message: 'NoMorePendingTasks' }) },
	server_error_on_submit: { submit: () => ({ accepted_then: 'server_error' }) },
	drop_connection_after_accept: { submit: () => ({ accepted_then: 'connection_dropped' }) },
	unreadable_answer_on_submit: { submit: () => ({ accepted_then: 'unreadable_answer' }) },
	drop_connection_before_accept: { submit: () => 'connection_dropped' },
	drop_first_connection_after_accept: {
		submit: upTo(1, { accepted_then: 'connection_dropped' as const })
	},
	orphan_shows_up_late: {
		submit: () => ({ accepted_then: 'connection_dropped' }),
		listed_from: 5
	},
	orphan_among_strays: { submit: () => ({ accepted_then: 'connection_dropped' }), strays: 1 },
	lists_fail_at_first: {
		submit: () => ({ accepted_then: 'server_error' }),
		list: (n) =>
			({
				1: { status: 503, message: 'The server is busy. Please try again later.' },
				2: 'connection_dropped' as const,
				3: 'unreadable' as const,
				4: { status: 429, message: 'RateLimitExceeded', retry_after: 2 }
			})[n] ?? null
	},
	/** Reads fail in every way now and then. */
	flaky_polls: {
		polls: 8,
		read: (n) =>
			({
				2: { status: 503, message: 'The server is busy. Please try again later.' },
				3: 'connection_dropped' as const,
				5: { status: 429, message: 'RateLimitExceeded', retry_after: 2 },
				6: 'unreadable' as const,
				7: notFound
			})[n] ?? null
	},
	/** What two minutes at 99 % are at the usual pause of 30 seconds. */
	stuck_at_99: { polls: 7, at_99: 4 },
	/** Every stage, and soon over. */
	brisk: { polls: 3, at_99: 1, queue: 2 },
	webhooks_out_of_order: { webhooks_out_of_order: true },
	long_queue: { polls: 3, queue: 7 },
	malformed_json: { read: upTo(3, 'unreadable' as const) },
	unknown_fields: {
		fields: {
			model_version: { major: 9 },
			finished_at: null,
			texture_urls: 'none',
			preceding_tasks: 'many',
			thumbnail_urls: [1]
		}
	},
	/** Accepted, then no longer known. */
	expired: { read: (n) => (n > 1 ? notFound : null) },
	asset_truncated: { download: (n) => (n === 1 ? 'short' : n === 2 ? 'short_length' : null) },
	asset_always_truncated: { download: () => 'short' },
	asset_cut: { download: upTo(1, 'cut') },
	asset_not_glb: { download: () => 'not_glb' },
	asset_address_expired: { download: upTo(1, 'expired') },
	asset_host_unavailable: { download: upTo(2, 'unavailable') },
	asset_redirects: { download: () => 'redirect' },
	asset_on_foreign_host: { glb_url: 'https://models.example.com/model.glb' },
	missing_glb_url: { without_glb_url: true }
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof SCENARIOS;
export const isScenario = (name: string): name is ScenarioName => name in SCENARIOS;
export const scenarioOf = (name: ScenarioName): Scenario => SCENARIOS[name];
