/** A move of the view, as `ModelViewer` takes it. */
export type ViewMove =
	| { type: 'orbit'; azimuth: number; polar: number }
	| { type: 'zoom'; factor: number }
	| { type: 'pan'; x: number; y: number }
	| { type: 'reset' };

/** One key press turns by this much, radians. */
const TURN = Math.PI / 12;
/** One press of plus brings the camera this much closer. */
const ZOOM = 1.25;
/** One press moves the product by this share of the picture's height. */
const SHIFT = 0.08;

/** [x, y] on the screen, right and up positive. */
const ARROWS: Record<string, readonly [number, number]> = {
	ArrowLeft: [-1, 0],
	ArrowRight: [1, 0],
	ArrowUp: [0, 1],
	ArrowDown: [0, -1]
};

/**
 * What a key does: arrows walk the camera around the product, Shift with arrows moves the product in the picture,
 * plus and minus zoom, Home and 0 reset. Null for every other key, and with Ctrl, Alt or Meta (the browser's own).
 */
export function keyToMove(
	event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'altKey' | 'metaKey'>
): ViewMove | null {
	if (event.ctrlKey || event.altKey || event.metaKey) return null;
	const arrow = ARROWS[event.key];
	if (arrow) {
		const [x, y] = arrow;
		if (event.shiftKey) return { type: 'pan', x: x * SHIFT, y: y * SHIFT };
		return { type: 'orbit', azimuth: x * TURN, polar: -y * TURN || 0 };
	}
	switch (event.key) {
		case '+':
		case '=':
			return { type: 'zoom', factor: ZOOM };
		case '-':
		case '_':
			return { type: 'zoom', factor: 1 / ZOOM };
		case 'Home':
		case '0':
			return { type: 'reset' };
		default:
			return null;
	}
}
