import type { ViewOptions } from '$lib/viewer/view-session.svelte';

export interface EmbedOptions {
	view: ViewOptions;
	/** Whether the view has buttons. */
	controls: boolean;
}

/** Angles that make sense, degrees: around, and above the horizon. */
const AROUND = 360;
const ABOVE = 85;
const ZOOM = { min: 0.4, max: 3 };
const EXPOSURE = { min: 0.25, max: 4 };
const DEGREE = Math.PI / 180;

/**
 * What an embed's address asks for. Anything else, and every value that makes no sense, is as if it were not there:
 *
 * - `background=transparent` shows the page behind; `background=ffffff` (or three digits) a color. Default: a studio wall.
 * - `exposure=1.3` makes it brighter (0.25 to 4; 1 = as the model's maker meant it).
 * - `controls=0` hides the buttons, and with them the owner's points. `scroll=0` leaves the wheel, and a finger's way up and down, to the page around.
 * - `load=manual` downloads nothing before it is pressed. `rotate=1` turns by itself until it is touched.
 * - `azimuth`, `elevation` (degrees) and `zoom` (1 = all of it) say where the camera begins.
 */
export function embedOptions(query: URLSearchParams): EmbedOptions {
	const number = (name: string, least: number, most: number) => {
		const given = query.get(name);
		const value = given === null || given === '' ? NaN : Number(given);
		return value >= least && value <= most ? value : undefined;
	};
	const azimuth = number('azimuth', -AROUND, AROUND);
	const elevation = number('elevation', -ABOVE, ABOVE);
	return {
		controls: query.get('controls') !== '0',
		view: {
			background: backgroundOf(query.get('background')),
			exposure: number('exposure', EXPOSURE.min, EXPOSURE.max),
			capture_scroll: query.get('scroll') !== '0',
			manual: query.get('load') === 'manual',
			turning: query.get('rotate') === '1',
			start: {
				azimuth: azimuth && azimuth * DEGREE,
				polar: elevation === undefined ? undefined : (90 - elevation) * DEGREE,
				zoom: number('zoom', ZOOM.min, ZOOM.max)
			}
		}
	};
}

function backgroundOf(value: string | null): string | undefined {
	if (value === 'transparent') return 'none';
	return /^([0-9a-f]{3}|[0-9a-f]{6})$/i.test(value ?? '') ? `#${value}` : undefined;
}
