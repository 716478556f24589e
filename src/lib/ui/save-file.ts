/** How long the browser gets to begin a download, milliseconds. */
const GRACE_MS = 10_000;

/** Saves a file under a name, as the browser's own downloads do. */
export function saveFile(blob: Blob, name: string): void {
	const url = URL.createObjectURL(blob);
	const link = Object.assign(document.createElement('a'), { href: url, download: name });
	link.click();
	setTimeout(() => URL.revokeObjectURL(url), GRACE_MS);
}
