/**
 * All tables, and with them every row type. Ids are UUIDv7. Instants (`*_at`) are Unix epoch milliseconds,
 * durations seconds unless the name says `_ms`, lengths metres, money integer micro-USD.
 */
import { sql } from 'drizzle-orm';
import {
	index,
	integer,
	primaryKey,
	real,
	sqliteTable,
	text,
	uniqueIndex,
	type AnySQLiteColumn
} from 'drizzle-orm/sqlite-core';
import {
	COMMENT_KINDS,
	PRODUCT_STATUSES,
	PROVIDERS,
	TASK_STATUSES,
	TASK_TYPES,
	type AssetKind,
	type ErrorCode,
	type Hotspot,
	type ModelPin,
	type ViewDescriptions
} from '../contract';

export const products = sqliteTable(
	'products',
	{
		id: text().primaryKey(),
		name: text().notNull(),
		brand: text(),
		sku: text(),
		source_url: text(),
		width_m: real(),
		height_m: real(),
		depth_m: real(),
		/** What is said of the product as seen from a direction, to people who cannot see it. */
		view_descriptions: text({ mode: 'json' }).$type<ViewDescriptions>(),
		/** What is told of points of it, in the order they are walked. */
		hotspots: text({ mode: 'json' }).$type<Hotspot[]>(),
		status: text({ enum: PRODUCT_STATUSES }).notNull().default('new'),
		/** What a list shows for it. */
		poster_asset_id: text(),
		created_at: integer().notNull(),
		updated_at: integer().notNull()
	},
	(t) => [
		index('products_by_created').on(t.created_at, t.id),
		index('products_by_status').on(t.status, t.created_at, t.id),
		index('products_by_name').on(sql`${t.name} collate nocase`)
	]
);

export const assets = sqliteTable(
	'assets',
	{
		id: text().primaryKey(),
		product_id: text()
			.notNull()
			.references(() => products.id, { onDelete: 'cascade' }),
		kind: text().$type<AssetKind>().notNull(),
		/** Key in the bucket. Never sent to the browser. */
		storage_key: text().notNull(),
		content_type: text().notNull(),
		bytes: integer().notNull(),
		sha256: text().notNull(),
		width: integer(),
		height: integer(),
		/** `pending` until length, hash and sniffed type were checked against what is stored. */
		state: text({ enum: ['pending', 'verified'] })
			.notNull()
			.default('pending'),
		meta: text({ mode: 'json' }).$type<Record<string, unknown>>(),
		created_at: integer().notNull(),
		verified_at: integer()
	},
	(t) => [
		index('assets_by_product').on(t.product_id, t.kind),
		index('assets_by_state').on(t.state, t.created_at)
	]
);

export const processing_tasks = sqliteTable(
	'processing_tasks',
	{
		id: text().primaryKey(),
		product_id: text()
			.notNull()
			.references(() => products.id, { onDelete: 'cascade' }),
		batch_id: text(),
		type: text({ enum: TASK_TYPES }).notNull(),
		/** For 3d_generation. */
		provider: text({ enum: PROVIDERS }),
		status: text({ enum: TASK_STATUSES }).notNull().default('queued'),
		/** 0 to 100. */
		progress: integer().notNull().default(0),
		/** The provider's own id, once it has accepted the task. */
		provider_task_id: text(),
		/** The request as validated. */
		input: text({ mode: 'json' }).$type<Record<string, unknown>>().notNull(),
		/** What came out: asset ids, counts. */
		output: text({ mode: 'json' }).$type<Record<string, unknown>>(),
		/** For 3d_generation: the source model in our storage. For model_optimization: the finest level. */
		model_asset_id: text(),
		error_code: text().$type<ErrorCode>(),
		error_message: text(),
		/** Final cost, set when the ledger is settled. */
		cost_micro_usd: integer().notNull().default(0),
		/** Wall-clock time of the work, seconds. */
		processing_time: real(),
		/** Instant at which it should be done. */
		estimated_completion: integer(),
		created_at: integer().notNull(),
		started_at: integer(),
		completed_at: integer(),
		updated_at: integer().notNull()
	},
	(t) => [
		index('tasks_by_product').on(t.product_id, t.type, t.created_at),
		index('tasks_by_status').on(t.status, t.updated_at),
		index('tasks_by_created').on(t.created_at, t.id),
		index('tasks_by_model').on(t.model_asset_id),
		uniqueIndex('tasks_by_provider_task').on(t.provider, t.provider_task_id)
	]
);

export const external_api_responses = sqliteTable(
	'external_api_responses',
	{
		id: text().primaryKey(),
		task_id: text(),
		provider: text().notNull(),
		method: text().notNull(),
		/** Without host and query. */
		path: text().notNull(),
		/** Null when no answer came. */
		status_code: integer(),
		duration_ms: integer().notNull(),
		/** At most 4 KB, with signed URLs, keys and image data removed. */
		body: text(),
		created_at: integer().notNull()
	},
	(t) => [
		index('responses_by_task').on(t.task_id, t.created_at),
		index('responses_by_created').on(t.created_at)
	]
);

/**
 * The ledger, append-only. `reserve` holds the maximum price (> 0), `release` gives a whole reservation back
 * (the same amount, < 0), `settle` books what was really spent (>= 0). The sum over all rows is spent + still held.
 */
export const cost_entries = sqliteTable(
	'cost_entries',
	{
		id: text().primaryKey(),
		/** No foreign key: the ledger outlives products and tasks. */
		task_id: text().notNull(),
		product_id: text().notNull(),
		batch_id: text(),
		provider: text().notNull(),
		kind: text({ enum: ['reserve', 'settle', 'release'] }).notNull(),
		credits: real().notNull(),
		micro_usd: integer().notNull(),
		created_at: integer().notNull(),
		/** Who asked for it: "studio", or the address of whoever signed in. */
		user: text().notNull().default('studio')
	},
	(t) => [
		uniqueIndex('cost_once_per_task').on(t.task_id, t.kind),
		index('cost_by_created').on(t.created_at),
		index('cost_by_user').on(t.user, t.created_at),
		index('cost_by_product').on(t.product_id, t.created_at),
		index('cost_by_batch').on(t.batch_id, t.created_at)
	]
);

/**
 * Each paid task's place in our queue and its latest POST to its provider. No foreign key: like the ledger it outlives
 * products and tasks, so that nothing the provider lists is ever taken for an unknown task's by mistake.
 */
export const submissions = sqliteTable(
	'submissions',
	{
		task_id: text().primaryKey(),
		provider: text().notNull(),
		/** Where it was posted and is listed. */
		endpoint: text().notNull(),
		/** While it waits: when it was queued. */
		submitted_at: integer().notNull(),
		/**
		 * `waiting`: in our queue. `open`: posted, and nobody knows (yet) what became of it. `accepted`: the provider
		 * works on it. `done`: the provider has ended it. `closed`: surely not accepted, or given up by a person.
		 */
		state: text({ enum: ['waiting', 'open', 'accepted', 'done', 'closed'] }).notNull(),
		provider_task_id: text(),
		/** While it waits: since when it may be posted; null = not yet. */
		granted_at: integer(),
		/** Whose turns it shares: its batch, else its product. */
		group_id: text().notNull().default('')
	},
	(t) => [
		index('submissions_by_state').on(t.state, t.submitted_at),
		uniqueIndex('submissions_by_provider_task').on(t.provider, t.provider_task_id)
	]
);

/** How fast each provider's account may be asked: one row per provider. */
export const provider_pace = sqliteTable('provider_pace', {
	provider: text().primaryKey(),
	/** When the request last let through may go, Unix epoch milliseconds. */
	turn_at: integer().notNull(),
	/** The provider said that its queue is full: nothing new is posted until then. */
	held_until: integer().notNull().default(0)
});

/** Rolled up per hour: never a row per request. Bucket `le_N` counts durations of at most N milliseconds (not cumulative). */
export const performance_metrics = sqliteTable(
	'performance_metrics',
	{
		/** Hours since the Unix epoch. */
		hour: integer().notNull(),
		kind: text({ enum: ['route', 'outbound', 'stage'] }).notNull(),
		/** Route pattern, outbound call or stage. */
		name: text().notNull(),
		outcome: text({ enum: ['ok', 'refused', 'failed', 'canceled'] }).notNull(),
		count: integer().notNull().default(0),
		sum_ms: integer().notNull().default(0),
		max_ms: integer().notNull().default(0),
		cost_micro_usd: integer().notNull().default(0),
		le_25: integer().notNull().default(0),
		le_100: integer().notNull().default(0),
		le_250: integer().notNull().default(0),
		le_500: integer().notNull().default(0),
		le_1000: integer().notNull().default(0),
		le_2500: integer().notNull().default(0),
		le_5000: integer().notNull().default(0),
		le_10000: integer().notNull().default(0),
		le_30000: integer().notNull().default(0),
		le_120000: integer().notNull().default(0),
		le_600000: integer().notNull().default(0),
		le_inf: integer().notNull().default(0)
	},
	(t) => [primaryKey({ columns: [t.hour, t.kind, t.name, t.outcome] })]
);

export const shares = sqliteTable(
	'shares',
	{
		id: text().primaryKey(),
		product_id: text()
			.notNull()
			.references(() => products.id, { onDelete: 'cascade' }),
		/** SHA-256 of the slug, hex. The slug itself is given once and never stored. */
		slug_hash: text().notNull(),
		label: text(),
		/** Slow hash with its salt, see share-access.ts; null: no password. */
		password_hash: text(),
		/** Random, hex: signs what the link hands out. A new one ends everything signed before. */
		access_key: text().notNull().default(''),
		allow_download: integer({ mode: 'boolean' }).notNull().default(false),
		allow_indexing: integer({ mode: 'boolean' }).notNull().default(false),
		allow_comments: integer({ mode: 'boolean' }).notNull().default(false),
		/** Sites that may frame the embed page, as origins; null: any. */
		embed_origins: text({ mode: 'json' }).$type<string[]>(),
		expires_at: integer(),
		revoked_at: integer(),
		created_at: integer().notNull()
	},
	(t) => [
		uniqueIndex('shares_by_slug').on(t.slug_hash),
		index('shares_by_product').on(t.product_id, t.created_at),
		index('shares_by_created').on(t.created_at, t.id)
	]
);

/** Views per link and day, without anything about the person. */
export const share_stats = sqliteTable(
	'share_stats',
	{
		share_id: text()
			.notNull()
			.references(() => shares.id, { onDelete: 'cascade' }),
		/** Days since the Unix epoch. */
		day: integer().notNull(),
		views: integer().notNull().default(0),
		/** Of the views; the rest came from computers. */
		phone_views: integer().notNull().default(0),
		tablet_views: integer().notNull().default(0),
		ar_starts: integer().notNull().default(0),
		loads: integer().notNull().default(0),
		/** Loads that took at most 2.5 s. */
		fast_loads: integer().notNull().default(0),
		load_ms_sum: integer().notNull().default(0)
	},
	(t) => [primaryKey({ columns: [t.share_id, t.day] }), index('share_stats_by_day').on(t.day)]
);

/** What visitors of a link say of the model, and what its owner answers. */
export const share_comments = sqliteTable(
	'share_comments',
	{
		id: text().primaryKey(),
		share_id: text()
			.notNull()
			.references(() => shares.id, { onDelete: 'cascade' }),
		/** The comment this one answers. */
		parent_id: text().references((): AnySQLiteColumn => share_comments.id, {
			onDelete: 'cascade'
		}),
		kind: text({ enum: COMMENT_KINDS }).notNull(),
		/** Empty for the owner. */
		name: text().notNull(),
		from_owner: integer({ mode: 'boolean' }).notNull(),
		/** SHA-256 of the reviewer's random id, hex; null for the owner. */
		reviewer_hash: text(),
		body: text().notNull(),
		/** Counts the pins of a link from 1; null without a pin. */
		number: integer(),
		pin: text({ mode: 'json' }).$type<ModelPin>(),
		/** The optimization whose model was looked at. */
		model_task_id: text().notNull(),
		resolved_at: integer(),
		created_at: integer().notNull()
	},
	(t) => [
		index('share_comments_by_share').on(t.share_id, t.created_at, t.id),
		index('share_comments_by_parent').on(t.parent_id)
	]
);

export const batches = sqliteTable(
	'batches',
	{
		id: text().primaryKey(),
		name: text().notNull(),
		status: text({ enum: ['open', 'running', 'done', 'canceled'] })
			.notNull()
			.default('open'),
		created_at: integer().notNull(),
		updated_at: integer().notNull()
	},
	(t) => [index('batches_by_created').on(t.created_at, t.id)]
);

export const batch_items = sqliteTable(
	'batch_items',
	{
		id: text().primaryKey(),
		batch_id: text()
			.notNull()
			.references(() => batches.id, { onDelete: 'cascade' }),
		product_id: text().references(() => products.id, { onDelete: 'set null' }),
		/** 0-based row of the catalog. */
		position: integer().notNull(),
		status: text({ enum: ['waiting', 'running', 'done', 'failed', 'canceled'] })
			.notNull()
			.default('waiting'),
		error_message: text(),
		created_at: integer().notNull(),
		updated_at: integer().notNull()
	},
	(t) => [uniqueIndex('batch_items_by_position').on(t.batch_id, t.position)]
);

export const feedback = sqliteTable(
	'feedback',
	{
		id: text().primaryKey(),
		product_id: text()
			.notNull()
			.references(() => products.id, { onDelete: 'cascade' }),
		/** Null: the owner's own rating, of which there is one per product. */
		share_id: text().references(() => shares.id, { onDelete: 'cascade' }),
		/** 1 (bad) to 5 (good). */
		rating: integer().notNull(),
		comment: text(),
		created_at: integer().notNull()
	},
	(t) => [
		uniqueIndex('feedback_owner_once')
			.on(t.product_id)
			.where(sql`${t.share_id} is null`),
		index('feedback_by_share').on(t.share_id, t.created_at),
		index('feedback_by_created').on(t.created_at)
	]
);

export const idempotency_keys = sqliteTable(
	'idempotency_keys',
	{
		key: text().primaryKey(),
		/** SHA-256 of the request body, hex. */
		body_hash: text().notNull(),
		/** Null while the first request is still in flight. */
		status_code: integer(),
		response: text({ mode: 'json' }).$type<Record<string, unknown>>(),
		created_at: integer().notNull()
	},
	(t) => [index('keys_by_created').on(t.created_at)]
);

/**
 * The provider's balance as seen once a night, beside what our ledger booked since: they show whether the account
 * moved by as much as we think.
 */
export const balance_checks = sqliteTable(
	'balance_checks',
	{
		id: text().primaryKey(),
		provider: text().notNull(),
		/** Credits in the account. */
		balance: real().notNull(),
		/** Credits our ledger settled since the check before. */
		settled: real().notNull(),
		/** Credits held for tasks the provider has accepted, and so has charged already. */
		in_flight: real().notNull(),
		/**
		 * Credits by which the account fell more than we can explain since the check before; less than 0 when credits
		 * were added; null for the first.
		 */
		difference: real(),
		created_at: integer().notNull()
	},
	(t) => [index('balance_checks_by_provider').on(t.provider, t.created_at)]
);

/** Who did what that cannot be undone or costs money. Append-only. */
export const audit_log = sqliteTable(
	'audit_log',
	{
		id: text().primaryKey(),
		actor: text().notNull(),
		action: text().notNull(),
		subject: text().notNull(),
		detail: text({ mode: 'json' }).$type<Record<string, unknown>>(),
		created_at: integer().notNull()
	},
	(t) => [index('audit_by_created').on(t.created_at)]
);
