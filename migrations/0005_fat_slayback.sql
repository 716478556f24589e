CREATE TABLE `provider_pace` (
	`provider` text PRIMARY KEY NOT NULL,
	`turn_at` integer NOT NULL,
	`held_until` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
ALTER TABLE `cost_entries` ADD `user` text DEFAULT 'studio' NOT NULL;--> statement-breakpoint
CREATE INDEX `cost_by_user` ON `cost_entries` (`user`,`created_at`);--> statement-breakpoint
ALTER TABLE `submissions` ADD `granted_at` integer;--> statement-breakpoint
ALTER TABLE `submissions` ADD `group_id` text DEFAULT '' NOT NULL;--> statement-breakpoint
CREATE INDEX `tasks_by_model` ON `processing_tasks` (`model_asset_id`);