/**
 * The addresses of the links made on this device: the server keeps only their hashes. Kept in local storage, because
 * they are a few short texts that every page wants at once.
 */
const KEY = 'vitrine.links';

/** The address of a link, or null if it was made elsewhere (or this browser keeps nothing). */
export function knownLink(share_id: string): string | null {
	return read()[share_id] ?? null;
}

/** Remembers a link's address in place of the one before. */
export function rememberLink(share_id: string, url: string): void {
	write({ ...read(), [share_id]: url });
}

/** Forgets the address of a link that leads nowhere any more. */
export function forgetLink(share_id: string): void {
	write(Object.fromEntries(Object.entries(read()).filter(([id]) => id !== share_id)));
}

function read(): Record<string, string> {
	try {
		const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
		if (typeof kept !== 'object' || kept === null) return {};
		return Object.fromEntries(
			Object.entries(kept).filter(
				(entry): entry is [string, string] =>
					typeof entry[1] === 'string' && /^https?:\/\//.test(entry[1])
			)
		);
	} catch {
		return {};
	}
}

function write(links: Record<string, string>): void {
	try {
		localStorage.setItem(KEY, JSON.stringify(links));
	} catch {
		// Private mode or no space: the address is shown now and not again, which the list says.
	}
}
