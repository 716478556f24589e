import type { Tool } from './brush.svelte';

/** What a key means in the whole editor. */
export type EditorAction =
	| { type: 'tool'; tool: Tool }
	| { type: 'brush'; sign: 1 | -1 }
	| { type: 'zoom'; factor: number }
	| { type: 'decide'; decision: 'approved' | 'rejected' }
	| { type: 'fit' | 'undo' | 'redo' };

const ZOOM = 1.5;
const ACTIONS: Record<string, EditorAction> = {
	b: { type: 'tool', tool: 'keep' },
	e: { type: 'tool', tool: 'erase' },
	o: { type: 'tool', tool: 'hole' },
	h: { type: 'tool', tool: 'move' },
	'[': { type: 'brush', sign: -1 },
	']': { type: 'brush', sign: 1 },
	'+': { type: 'zoom', factor: ZOOM },
	'=': { type: 'zoom', factor: ZOOM },
	'-': { type: 'zoom', factor: 1 / ZOOM },
	'0': { type: 'fit' },
	a: { type: 'decide', decision: 'approved' },
	r: { type: 'decide', decision: 'rejected' }
};

/** @returns null for keys that mean nothing here, or belong to the browser */
export function editorKey(
	event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>
): EditorAction | null {
	const key = event.key.toLowerCase();
	if (event.altKey) return null;
	if (event.ctrlKey || event.metaKey) {
		if (key === 'z') return { type: event.shiftKey ? 'redo' : 'undo' };
		return key === 'y' ? { type: 'redo' } : null;
	}
	return ACTIONS[key] ?? null;
}
