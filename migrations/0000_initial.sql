CREATE TABLE `assets` (
	`id` text PRIMARY KEY NOT NULL,
	`product_id` text NOT NULL,
	`kind` text NOT NULL,
	`storage_key` text NOT NULL,
	`content_type` text NOT NULL,
	`bytes` integer NOT NULL,
	`sha256` text NOT NULL,
	`width` integer,
	`height` integer,
	`state` text DEFAULT 'pending' NOT NULL,
	`meta` text,
	`created_at` integer NOT NULL,
	`verified_at` integer,
	FOREIGN KEY (`product_id`) REFERENCES `products`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `assets_by_product` ON `assets` (`product_id`,`kind`);--> statement-breakpoint
CREATE INDEX `assets_by_state` ON `assets` (`state`,`created_at`);--> statement-breakpoint
CREATE TABLE `audit_log` (
	`id` text PRIMARY KEY NOT NULL,
	`actor` text NOT NULL,
	`action` text NOT NULL,
	`subject` text NOT NULL,
	`detail` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_by_created` ON `audit_log` (`created_at`);--> statement-breakpoint
CREATE TABLE `batch_items` (
	`id` text PRIMARY KEY NOT NULL,
	`batch_id` text NOT NULL,
	`product_id` text,
	`position` integer NOT NULL,
	`status` text DEFAULT 'waiting' NOT NULL,
	`error_message` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`batch_id`) REFERENCES `batches`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`product_id`) REFERENCES `products`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE UNIQUE INDEX `batch_items_by_position` ON `batch_items` (`batch_id`,`position`);--> statement-breakpoint
CREATE TABLE `batches` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`status` text DEFAULT 'open' NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `batches_by_created` ON `batches` (`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `cost_entries` (
	`id` text PRIMARY KEY NOT NULL,
	`task_id` text NOT NULL,
	`product_id` text NOT NULL,
	`batch_id` text,
	`provider` text NOT NULL,
	`kind` text NOT NULL,
	`credits` real NOT NULL,
	`micro_usd` integer NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `cost_once_per_task` ON `cost_entries` (`task_id`,`kind`);--> statement-breakpoint
CREATE INDEX `cost_by_created` ON `cost_entries` (`created_at`);--> statement-breakpoint
CREATE INDEX `cost_by_product` ON `cost_entries` (`product_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `cost_by_batch` ON `cost_entries` (`batch_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `external_api_responses` (
	`id` text PRIMARY KEY NOT NULL,
	`task_id` text,
	`provider` text NOT NULL,
	`method` text NOT NULL,
	`path` text NOT NULL,
	`status_code` integer,
	`duration_ms` integer NOT NULL,
	`body` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `responses_by_task` ON `external_api_responses` (`task_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `responses_by_created` ON `external_api_responses` (`created_at`);--> statement-breakpoint
CREATE TABLE `feedback` (
	`id` text PRIMARY KEY NOT NULL,
	`product_id` text NOT NULL,
	`share_id` text,
	`rating` integer NOT NULL,
	`comment` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`product_id`) REFERENCES `products`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`share_id`) REFERENCES `shares`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `feedback_owner_once` ON `feedback` (`product_id`) WHERE "feedback"."share_id" is null;--> statement-breakpoint
CREATE INDEX `feedback_by_created` ON `feedback` (`created_at`);--> statement-breakpoint
CREATE TABLE `idempotency_keys` (
	`key` text PRIMARY KEY NOT NULL,
	`body_hash` text NOT NULL,
	`status_code` integer,
	`response` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `performance_metrics` (
	`hour` integer NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`outcome` text NOT NULL,
	`count` integer DEFAULT 0 NOT NULL,
	`sum_ms` integer DEFAULT 0 NOT NULL,
	`max_ms` integer DEFAULT 0 NOT NULL,
	`cost_micro_usd` integer DEFAULT 0 NOT NULL,
	`le_25` integer DEFAULT 0 NOT NULL,
	`le_100` integer DEFAULT 0 NOT NULL,
	`le_250` integer DEFAULT 0 NOT NULL,
	`le_500` integer DEFAULT 0 NOT NULL,
	`le_1000` integer DEFAULT 0 NOT NULL,
	`le_2500` integer DEFAULT 0 NOT NULL,
	`le_5000` integer DEFAULT 0 NOT NULL,
	`le_10000` integer DEFAULT 0 NOT NULL,
	`le_30000` integer DEFAULT 0 NOT NULL,
	`le_120000` integer DEFAULT 0 NOT NULL,
	`le_600000` integer DEFAULT 0 NOT NULL,
	`le_inf` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`hour`, `kind`, `name`, `outcome`)
);
--> statement-breakpoint
CREATE TABLE `processing_tasks` (
	`id` text PRIMARY KEY NOT NULL,
	`product_id` text NOT NULL,
	`batch_id` text,
	`type` text NOT NULL,
	`provider` text,
	`status` text DEFAULT 'queued' NOT NULL,
	`progress` integer DEFAULT 0 NOT NULL,
	`provider_task_id` text,
	`input` text NOT NULL,
	`output` text,
	`model_asset_id` text,
	`error_code` text,
	`error_message` text,
	`cost_micro_usd` integer DEFAULT 0 NOT NULL,
	`processing_time` real,
	`estimated_completion` integer,
	`created_at` integer NOT NULL,
	`started_at` integer,
	`completed_at` integer,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`product_id`) REFERENCES `products`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `tasks_by_product` ON `processing_tasks` (`product_id`,`type`,`created_at`);--> statement-breakpoint
CREATE INDEX `tasks_by_status` ON `processing_tasks` (`status`,`updated_at`);--> statement-breakpoint
CREATE INDEX `tasks_by_created` ON `processing_tasks` (`created_at`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `tasks_by_provider_task` ON `processing_tasks` (`provider`,`provider_task_id`);--> statement-breakpoint
CREATE TABLE `products` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`brand` text,
	`sku` text,
	`source_url` text,
	`width_m` real,
	`height_m` real,
	`depth_m` real,
	`status` text DEFAULT 'new' NOT NULL,
	`poster_asset_id` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `products_by_created` ON `products` (`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `products_by_status` ON `products` (`status`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `products_by_name` ON `products` ("name" collate nocase);--> statement-breakpoint
CREATE TABLE `share_stats` (
	`share_id` text NOT NULL,
	`day` integer NOT NULL,
	`views` integer DEFAULT 0 NOT NULL,
	`ar_starts` integer DEFAULT 0 NOT NULL,
	`loads` integer DEFAULT 0 NOT NULL,
	`load_ms_sum` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`share_id`, `day`),
	FOREIGN KEY (`share_id`) REFERENCES `shares`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `shares` (
	`id` text PRIMARY KEY NOT NULL,
	`product_id` text NOT NULL,
	`slug_hash` text NOT NULL,
	`label` text,
	`allow_download` integer DEFAULT false NOT NULL,
	`expires_at` integer,
	`revoked_at` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`product_id`) REFERENCES `products`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `shares_by_slug` ON `shares` (`slug_hash`);--> statement-breakpoint
CREATE INDEX `shares_by_product` ON `shares` (`product_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `shares_by_created` ON `shares` (`created_at`,`id`);