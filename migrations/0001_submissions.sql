CREATE TABLE `submissions` (
	`task_id` text PRIMARY KEY NOT NULL,
	`provider` text NOT NULL,
	`endpoint` text NOT NULL,
	`submitted_at` integer NOT NULL,
	`state` text NOT NULL,
	`provider_task_id` text
);
--> statement-breakpoint
CREATE INDEX `submissions_by_state` ON `submissions` (`state`,`submitted_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `submissions_by_provider_task` ON `submissions` (`provider`,`provider_task_id`);