CREATE TABLE `share_comments` (
	`id` text PRIMARY KEY NOT NULL,
	`share_id` text NOT NULL,
	`parent_id` text,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`from_owner` integer NOT NULL,
	`reviewer_hash` text,
	`body` text NOT NULL,
	`number` integer,
	`pin` text,
	`model_task_id` text NOT NULL,
	`resolved_at` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`share_id`) REFERENCES `shares`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`parent_id`) REFERENCES `share_comments`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `share_comments_by_share` ON `share_comments` (`share_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `share_comments_by_parent` ON `share_comments` (`parent_id`);--> statement-breakpoint
ALTER TABLE `shares` ADD `allow_comments` integer DEFAULT false NOT NULL;