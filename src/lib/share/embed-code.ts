/** HTML that people paste into their own pages. */

/** A link's address with what the snippets need to say. */
export interface LinkedProduct {
	/** .../s/SLUG */
	url: string;
	/** What a screen reader hears, for example "Oak chair in 3D". */
	title: string;
}

/** A frame that shows the product in place. */
export function frameCode({ url, title }: LinkedProduct): string {
	const src = url.replace(/\/s\/([^/]+)$/, '/embed/$1');
	return `<iframe src="${escape(src)}" title="${escape(title)}" width="640" height="480" style="border:0;max-width:100%" loading="lazy" allow="fullscreen; xr-spatial-tracking"></iframe>`;
}

/** A picture that opens the link, without a script. */
export function pictureCode({ url, title }: LinkedProduct): string {
	return `<a href="${escape(url)}"><img src="${escape(url)}/poster" alt="${escape(title)}" width="600" style="max-width:100%"></a>`;
}

/** Words that open the link: all that may be said of a protected one. */
export function textCode({ url }: LinkedProduct, words: string): string {
	return `<a href="${escape(url)}">${escape(words)}</a>`;
}

const escape = (text: string) =>
	text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
