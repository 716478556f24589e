/** How this device shows a model in the room; `phone`: not at all, but a phone can. */
export type ArWay = 'quick_look' | 'scene_viewer' | 'phone';

/** What AR needs; addresses absolute. */
export interface ArModel {
	name: string;
	/** GLB without any required extension. */
	plain_url: string;
	/** Null where there is none: then Quick Look is not offered. */
	usdz_url: string | null;
	/** The page to come back to. */
	page_url: string;
}

/** What the browser says of itself. */
export interface ArDevice {
	/** Links of rel="ar" open Quick Look (developer.apple.com, "Viewing Augmented Reality Assets in Safari for iOS"). */
	quick_look: boolean;
	user_agent: string;
}

export function arDevice(): ArDevice {
	return {
		quick_look: document.createElement('a').relList.supports('ar'),
		user_agent: navigator.userAgent
	};
}

/** The way this device takes. Null on a phone or tablet that has none: a QR code would lead to itself. */
export function arWay({ quick_look, user_agent }: ArDevice, model: ArModel): ArWay | null {
	if (quick_look) return model.usdz_url ? 'quick_look' : null;
	if (/android/i.test(user_agent)) return 'scene_viewer';
	return /iphone|ipad|mobile/i.test(user_agent) ? null : 'phone';
}

/** The file for Quick Look, in real size: people cannot make it larger or smaller. */
export function quickLookUrl(usdz_url: string, page_url: string): string {
	return `${usdz_url}#allowsContentScaling=0&canonicalWebPageURL=${encodeURIComponent(page_url)}`;
}

/**
 * Opens Google's Scene Viewer with a GLB in real size, or the page where there is none.
 * https://developers.google.com/ar/develop/scene-viewer
 */
export function sceneViewerUrl({ name, plain_url, page_url }: ArModel): string {
	const query = new URLSearchParams({
		file: plain_url,
		mode: 'ar_preferred',
		title: name,
		link: page_url,
		resizable: 'false'
	});
	// Spaces as %20: an intent's plus signs stay plus signs.
	const address = `intent://arvr.google.com/scene-viewer/1.2?${query.toString().replaceAll('+', '%20')}`;
	const intent = [
		'scheme=https',
		'package=com.google.android.googlequicksearchbox',
		'action=android.intent.action.VIEW',
		`S.browser_fallback_url=${encodeURIComponent(page_url)}`
	];
	return `${address}#Intent;${intent.join(';')};end;`;
}
