export type DeviceClass = 'phone' | 'tablet' | 'desktop';

/**
 * What kind of device asks, by its client hint (Sec-CH-UA-Mobile) or else its User-Agent.
 * An iPad that asks for desktop pages, its default, says it is a Mac and counts as one.
 */
export function deviceClassOf(headers: { get(name: string): string | null }): DeviceClass {
	const agent = headers.get('user-agent') ?? '';
	if (/iPad|Tablet|PlayBook|Silk(?!.*Mobile)|Android(?!.*Mobile)/i.test(agent)) return 'tablet';
	const hint = headers.get('sec-ch-ua-mobile');
	if (hint === '?1' || /Mobi|iPhone|iPod/i.test(agent)) return 'phone';
	return 'desktop';
}

/** True for programs that read pages by themselves and say so. */
export function isRobot(headers: { get(name: string): string | null }): boolean {
	return /bot\b|crawl|spider|preview|slurp|facebookexternalhit|monitor/i.test(
		headers.get('user-agent') ?? ''
	);
}
