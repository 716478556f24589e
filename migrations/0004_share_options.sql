ALTER TABLE `share_stats` ADD `phone_views` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `share_stats` ADD `tablet_views` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `share_stats` ADD `fast_loads` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `share_stats_by_day` ON `share_stats` (`day`);--> statement-breakpoint
ALTER TABLE `shares` ADD `password_hash` text;--> statement-breakpoint
ALTER TABLE `shares` ADD `access_key` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `shares` ADD `allow_indexing` integer DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX `feedback_by_share` ON `feedback` (`share_id`,`created_at`);--> statement-breakpoint
UPDATE `shares` SET `access_key` = lower(hex(randomblob(32)));