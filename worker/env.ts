import type { GenerateModelParams } from './workflows/generate-model';

/** Everything the Worker is given: bindings of wrangler.toml, variables and secrets. Secrets are optional: without them the app still works on one machine. */
export interface Env {
	/** The built site (folder build/). */
	ASSETS: Fetcher;
	/** All tables, see db/schema.ts. */
	DB: D1Database;
	/** Every stored file: cut-outs, masks, models, posters, thumbnails. */
	BUCKET: R2Bucket;
	/** One instance per paid task; the instance id is the task id. */
	GENERATE_MODEL: Workflow<GenerateModelParams>;
	/** Counts wrong tokens per network. */
	WRONG_TOKENS: RateLimit;
	/** Counts password tries per link and network. */
	PASSWORD_TRIES: RateLimit;
	/** Counts what visitors report (views, loads, ratings) per kind, link and network. */
	VISITOR_EVENTS: RateLimit;
	/** Counts visitors' comments per link and network. */
	VISITOR_COMMENTS: RateLimit;

	/** Meshy's key. Never leaves the Worker. */
	MESHY_API_KEY?: string;
	/** Long and unguessable: the last part of the address Meshy's webhook is set to, /api/webhooks/meshy/SECRET. */
	MESHY_WEBHOOK_SECRET?: string;
	/** Base URL of Meshy's API, without a trailing slash. */
	MESHY_BASE_URL: string;

	/** Meshy's plan, which decides how many tasks it takes at once: pro, studio, premium, enterprise or ultra. */
	MESHY_PLAN: string;
	/** How many, where the account has another limit than its plan. */
	MESHY_QUEUE?: string;
	/** This studio's public https address, under which Meshy can fetch large files itself; none: files go inline. */
	PUBLIC_URL?: string;
	/** When the local server was started, Unix epoch milliseconds; unset on Cloudflare. */
	STARTED_AT?: string;

	/** S3 or R2 S3-API credentials for presigned uploads. With any of them missing, uploads stream through the Worker. */
	AWS_ACCESS_KEY_ID?: string;
	AWS_SECRET_ACCESS_KEY?: string;
	AWS_S3_BUCKET?: string;
	/** Default "auto" (R2). */
	AWS_REGION?: string;
	/** Origin of the S3 endpoint (path-style), for example https://ACCOUNT.r2.cloudflarestorage.com. */
	S3_ENDPOINT?: string;

	/** Opens the studio to hosts other than loopback, for those who know it. */
	STUDIO_TOKEN?: string;

	/** Cloudflare Access instead of, or beside, the token: the team's domain, for example acme.cloudflareaccess.com. */
	ACCESS_TEAM_DOMAIN?: string;
	/** The application's audience tag. */
	ACCESS_AUD?: string;

	/** Caps in USD, decimal strings. */
	SPEND_CAP_DAY_USD: string;
	SPEND_CAP_MONTH_USD: string;
	SPEND_CAP_BATCH_USD: string;
	SPEND_CAP_USER_USD: string;

	/** Where the browser gets background-removal weights. */
	MODEL_BASE_URL: string;
}

/** Hono's type parameter for every route. */
export interface AppEnv {
	Bindings: Env;
	Variables: {
		/** UUIDv7 of this request, in every error answer and log line. */
		request_id: string;
		/** Who was let in: "studio", or by Cloudflare Access a person's address or a service token's name. */
		user: string;
	};
}
