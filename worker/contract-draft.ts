/** What the draft engine can do. It runs in the browser, so this is the Worker's whole knowledge of it. Part of the wire contract. */
import type { Capabilities } from './clients/provider';

export const DRAFT_CAPABILITIES: Capabilities = {
	runs_on: 'device',
	max_images: 8,
	// The front is said by name.
	views_ordered: false,
	input_modes: ['inline'],
	formats: ['glb'],
	webhook: 'none',
	cancel: true,
	list: false,
	// Of the shapes in docs/draft.md, one view and six.
	typical_seconds: { from: 1, to: 5 },
	retention_seconds: null
};
