import type { Hotspot } from '../../../worker/contract';
import { HOTSPOT_STRINGS as words } from '../strings/hotspots';
import { fromBox } from './place-in-box';
import type { ViewSession } from './view-session.svelte';

/** Hotspots as pins of the model that is shown, numbered as they are walked; none before it is. */
export function hotspotPins(hotspots: readonly Hotspot[], { viewer, frames }: ViewSession) {
	const box = frames > 0 && viewer?.bounds;
	if (!box) return [];
	return hotspots.map((hotspot, i) => ({
		...fromBox(hotspot, box),
		id: String(i),
		number: i + 1,
		label: words.point.replace('{n}', String(i + 1)).replace('{label}', () => hotspot.label)
	}));
}
