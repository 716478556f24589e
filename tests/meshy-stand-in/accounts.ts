/** What the stand-in remembers. */
import type { CheckedImage } from './check-request.ts';
import type { Scenario } from './scenarios.ts';

export const ENDPOINTS = ['image-to-3d', 'multi-image-to-3d', 'remesh', 'retexture'] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

export interface Account {
	scenario: Scenario;
	balance: number;
	submits: number;
	lists: number;
	/** How often its balance was asked for. */
	balances: number;
	tasks: Task[];
	/** Its own account book, oldest first: charges above 0, refunds below. */
	book: { task_id: string; credits: number }[];
	requests: { method: string; path: string; status: number | 'dropped' }[];
	/** What it told by webhook, oldest first; `answered` is null when nobody did. */
	webhooks: { status: string; answered: number | null }[];
}

export interface Task {
	id: string;
	endpoint: Endpoint;
	account: Account;
	parameters: unknown;
	images: CheckedImage[];
	credits: number;
	created_at: number;
	reads: number;
	/** Lists answered when it was made. */
	lists_before: number;
	downloads: number;
	refunded: boolean;
}
