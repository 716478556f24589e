/** Who comments in this browser: a name the person gave, and a random id that marks comments as theirs. */
export interface Reviewer {
	/** UUID. */
	id: string;
	name: string;
}

const KEY = 'vitrine.reviewer';

/** The reviewer of this browser, or null before the first comment: nothing is kept until then. */
export function knownReviewer(): Reviewer | null {
	try {
		const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
		if (typeof kept !== 'object' || kept === null) return null;
		if (!('id' in kept) || !('name' in kept)) return null;
		const { id, name } = kept;
		return typeof id === 'string' && typeof name === 'string' ? { id, name } : null;
	} catch {
		return null;
	}
}

/** Remembers the reviewer once a comment was sent. */
export function rememberReviewer(reviewer: Reviewer): void {
	try {
		localStorage.setItem(KEY, JSON.stringify(reviewer));
	} catch {
		// Without storage the next visit begins anew.
	}
}
