import type { Decision } from '$lib/job-store';

const DECISIONS: Record<string, Exclude<Decision, 'pending'>> = { a: 'approved', r: 'rejected' };

/**
 * What A or R decides, and about which cut-out: the one that holds the focus; else, while nothing holds it, the only one to be
 * seen. Null for keys that are typed somewhere, or are part of a combination.
 *
 * @param list holds one element per cut-out, with its photo's id in `data-photo`
 */
export function decisionKey(
	event: KeyboardEvent,
	list: HTMLElement
): { photo_id: string; decision: 'approved' | 'rejected' } | null {
	const decision = DECISIONS[event.key.toLowerCase()];
	if (!decision || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return null;
	const focused = document.activeElement;
	const cards = [...list.querySelectorAll<HTMLElement>('[data-photo]')];
	const loose = !focused || focused === document.body;
	const seen = loose ? cards.filter(isSeen) : [];
	const card =
		cards.find((one) => one.contains(focused)) ?? (seen.length === 1 ? seen[0] : undefined);
	const photo_id = card?.dataset.photo;
	return photo_id ? { photo_id, decision } : null;
}

/** At least half of it is in the window. */
function isSeen(card: HTMLElement): boolean {
	const { top, bottom, height } = card.getBoundingClientRect();
	const shown = Math.min(bottom, window.innerHeight) - Math.max(top, 0);
	return shown > height / 2;
}
