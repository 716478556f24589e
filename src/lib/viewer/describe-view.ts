import { VIEWER_STRINGS, type ViewWords } from '../strings/viewer';

export interface ViewAngles {
	/** Radians around the vertical axis: 0 looks at the front (+Z), positive from the viewer's right (+X). */
	azimuth: number;
	/** Radians from straight above (0) over the horizon (pi/2) to straight below (pi). */
	polar: number;
	/** 1 = the whole model framed, 2 = twice as close. Default 1. */
	zoom?: number;
	/** How far the view was moved sideways, in model radii. Default 0. */
	offset?: number;
}

/** Elevations in degrees above which (or, negated, below which) a view counts as ... */
const STRAIGHT = 70;
const CLEAR = 32;
const SLIGHT = 7;
const SIDE_STEP = Math.PI / 4;
/** Smaller changes of zoom and place are not worth a word. */
const ZOOM_WORTH_SAYING = 1.2;
const OFFSET_WORTH_SAYING = 0.15;

/**
 * Says in words from where the camera looks: "front right, slightly from above, zoomed in".
 * Ten places (eight sides, straight above, straight below) with five heights between them.
 */
export function describeView(
	{ azimuth, polar, zoom = 1, offset = 0 }: ViewAngles,
	words: ViewWords = VIEWER_STRINGS.views
): string {
	const parts = [...place(azimuth, 90 - (polar * 180) / Math.PI, words)];
	if (zoom >= ZOOM_WORTH_SAYING) parts.push(words.zoomed_in);
	if (zoom <= 1 / ZOOM_WORTH_SAYING) parts.push(words.zoomed_out);
	if (offset >= OFFSET_WORTH_SAYING) parts.push(words.off_center);
	return parts.join(', ');
}

function place(azimuth: number, elevation: number, words: ViewWords): string[] {
	if (elevation >= STRAIGHT) return [words.top];
	if (elevation <= -STRAIGHT) return [words.bottom];
	const step = Math.round(azimuth / SIDE_STEP);
	const side = words.sides[((step % 8) + 8) % 8] ?? words.sides[0];
	if (elevation >= CLEAR) return [side, words.high];
	if (elevation >= SLIGHT) return [side, words.slightly_high];
	if (elevation <= -CLEAR) return [side, words.low];
	if (elevation <= -SLIGHT) return [side, words.slightly_low];
	return [side];
}
