/**
 * How long a paid task waits, and how its steps are repeated. All pauses in seconds.
 *
 * A Workflow may have 1024 steps (sleeps are free, developers.cloudflare.com/workflows/reference/limits); together
 * the pauses below make at most about 950.
 */
export const PAUSES = {
	/** Waiting for our own turn, which is told; these pauses only catch what was missed. Given up after 24 hours. */
	place: { first: 30, longest: 1800, give_up: 24 * 3600 },
	/** Waiting for Meshy to take the task: the first pause per kind of "busy", doubled up to the longest, given up after. */
	submit: { slot: 30, rate: 5, longest: 600, give_up: 6 * 3600 },
	/** Looking for a task whose POST was never answered: 8 looks within 15 minutes; looks that fail are repeated, 24 in all. */
	look: { first: 5, longest: 300, looks: 8, attempts: 24 },
	/** Polling: 5 growing to 30 (docs.meshy.ai suggests 5), and after 45 minutes every 3 minutes, for 24 hours. */
	follow: {
		first: 5,
		growth: 1.25,
		longest: 30,
		slow_after: 45 * 60,
		slow: 180,
		give_up: 24 * 3600
	},
	/** Copying: 10 doubled up to 2 hours, given up after the 3 days for which Meshy keeps a result. */
	copy: { first: 10, longest: 2 * 3600, give_up: 3 * 24 * 3600 }
} as const;

/** A Meshy that is down is given up before anything is sent, after this many attempts in about half a minute. */
export const REACH_ATTEMPTS = 4;
/** An unreadable storage is given up after this many attempts; a task Meshy says it never heard of after this many polls. */
export const NOT_READY_ATTEMPTS = 5;
export const GONE_POLLS = 3;
/** Pictures and USDZ are given up after this many attempts. */
export const EXTRAS_ATTEMPTS = 3;

/** What a webhook sends a Workflow, and how many pauses listen for it: those of about the first 50 minutes, for each takes a step. */
export const HINT = 'meshy-moved';
export const LISTENING_PAUSES = 120;

/** What wakes a Workflow that waits in our own queue. */
export const PLACE = 'place-free';

/** A step with outside effects: it reports, and is never repeated by the engine. */
export const ONCE = { retries: { limit: 0, delay: 1000 }, timeout: '15 minutes' } as const;
/** A step that only writes our own tables; safe to repeat, for about 3 hours. */
export const WRITE = {
	retries: { limit: 10, delay: '10 seconds', backoff: 'exponential' },
	timeout: '2 minutes'
} as const;

/** What Workflows sleep in: milliseconds. */
export const seconds = (count: number) => Math.round(count * 1000);
