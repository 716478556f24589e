CREATE TABLE `balance_checks` (
	`id` text PRIMARY KEY NOT NULL,
	`provider` text NOT NULL,
	`balance` real NOT NULL,
	`settled` real NOT NULL,
	`in_flight` real NOT NULL,
	`difference` real,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `balance_checks_by_provider` ON `balance_checks` (`provider`,`created_at`);--> statement-breakpoint
CREATE INDEX `keys_by_created` ON `idempotency_keys` (`created_at`);