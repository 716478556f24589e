/** What a share page remembers until its tab is closed. Frames of strict browsers have no storage: they forget. */
export function remember(key: string, value: string): void {
	try {
		sessionStorage.setItem(`vitrine.${key}`, value);
	} catch {
		// Forgotten with the next reload.
	}
}

export function recall(key: string): string | null {
	try {
		return sessionStorage.getItem(`vitrine.${key}`);
	} catch {
		return null;
	}
}
