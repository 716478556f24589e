import type { Decision } from '$lib/job-store';

const DECISIONS: Record<string, Exclude<Decision, 'pending'>> = { a: 'approved', r: 'rejected' };

/**
 * What A or R decides, and about which cut-out: the one that holds the focus. Single letters mean something only there, so
 * that nobody who speaks to the computer decides by accident (https://www.w3.org/TR/WCAG22/#character-key-shortcuts).
 *
 * @returns null for other keys, and those that are part of a combination
 */
export function decisionKey(
	event: KeyboardEvent
): { photo_id: string; decision: 'approved' | 'rejected' } | null {
	const decision = DECISIONS[event.key.toLowerCase()];
	if (!decision || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return null;
	const card = event.target instanceof Element && event.target.closest<HTMLElement>(CARD);
	const photo_id = card ? card.dataset.photo : undefined;
	return photo_id ? { photo_id, decision } : null;
}

/** Moves the focus on to the next card's decision, so that a row of cut-outs is decided letter by letter. */
export function focusNext(card: Element | null): void {
	card?.nextElementSibling?.querySelector<HTMLElement>('[aria-keyshortcuts]')?.focus();
}

/** A card carries its photo's id. */
export const CARD = '[data-photo]';
