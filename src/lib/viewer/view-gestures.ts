/** What gestures ask for. Angles radians, shifts in shares of the picture's height (right and up positive). */
export interface GestureActions {
	/** Fingers or a mouse took hold. */
	grab(): void;
	orbit(d_azimuth: number, d_polar: number): void;
	zoom(factor: number): void;
	pan(dx: number, dy: number): void;
	/** Let go, still moving this fast: radians per millisecond. */
	release(azimuth_speed: number, polar_speed: number): void;
	/** Pressed and let go in one place, CSS pixels of the viewport. */
	tap(x: number, y: number): void;
}

export interface GestureOptions {
	/**
	 * The wheel zooms and one finger turns every way. False: the wheel and a finger's way up and down scroll the page
	 * the view is part of. Default true.
	 */
	capture_scroll?: boolean;
}

/** A drag over the picture's height turns by this much, radians. */
const TURN_PER_HEIGHT = Math.PI * 1.6;
/** e to the power of this times a wheel's pixels is its zoom; a trackpad's pinch comes as small wheel steps with Ctrl. */
const ZOOM_PER_PIXEL = 0.0012;
const PINCH_PER_PIXEL = 0.01;
const PIXELS_PER_LINE = 16;
/** Farther than this, CSS pixels, a press is a drag and no tap. */
const TAP_REACH = 5;
/** A finger that rested this long before it left does not throw, milliseconds. */
const REST_MS = 60;

interface Pointer {
	x: number;
	y: number;
}

/**
 * Turns mouse, pen, touch and wheel on an element into moves: one pointer turns, with Shift, Ctrl or the second button
 * it shifts; two fingers zoom and shift. @returns what takes the listeners away again
 */
export function listenForGestures(
	element: HTMLElement,
	actions: GestureActions,
	{ capture_scroll = true }: GestureOptions = {}
): () => void {
	const pointers = new Map<number, Pointer>();
	let shifting = false;
	let traveled = 0;
	let last = { time: 0, azimuth: 0, polar: 0 };

	const onpointerdown = (event: PointerEvent) => {
		if (pointers.size === 2) return;
		element.setPointerCapture(event.pointerId);
		pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
		shifting = event.button === 2 || event.shiftKey || event.ctrlKey || event.metaKey;
		if (pointers.size === 1) traveled = 0;
		last = { time: 0, azimuth: 0, polar: 0 };
		actions.grab();
	};
	const onpointermove = (event: PointerEvent) => {
		const from = pointers.get(event.pointerId);
		if (!from) return;
		const to = { x: event.clientX, y: event.clientY };
		const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
		pointers.set(event.pointerId, to);
		const [dx, dy] = [to.x - from.x, to.y - from.y];
		traveled += Math.hypot(dx, dy);
		const height = element.clientHeight || 1;
		if (other) {
			const spread = Math.hypot(to.x - other.x, to.y - other.y);
			const before = Math.hypot(from.x - other.x, from.y - other.y);
			if (spread > 0 && before > 0) actions.zoom(spread / before);
			// Half, because the middle between two fingers moves half as far as one of them.
			actions.pan(dx / 2 / height, -dy / 2 / height);
		} else if (shifting) {
			actions.pan(dx / height, -dy / height);
		} else {
			const azimuth = (-dx / height) * TURN_PER_HEIGHT;
			const polar = (-dy / height) * TURN_PER_HEIGHT;
			const elapsed = Math.max(1, event.timeStamp - last.time);
			if (last.time > 0) last = { time: 0, azimuth: azimuth / elapsed, polar: polar / elapsed };
			last.time = event.timeStamp;
			actions.orbit(azimuth, polar);
		}
	};
	const onpointerup = (event: PointerEvent) => {
		if (!pointers.delete(event.pointerId) || pointers.size > 0) return;
		const rested = event.timeStamp - last.time > REST_MS;
		if (traveled <= TAP_REACH && event.type === 'pointerup') {
			actions.tap(event.clientX, event.clientY);
		}
		actions.release(rested ? 0 : last.azimuth, rested ? 0 : last.polar);
	};
	const onwheel = (event: WheelEvent) => {
		event.preventDefault();
		const pixels = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : PIXELS_PER_LINE;
		const rate = event.ctrlKey ? PINCH_PER_PIXEL : ZOOM_PER_PIXEL;
		actions.zoom(Math.exp(-event.deltaY * pixels * rate));
	};
	const oncontextmenu = (event: Event) => event.preventDefault();

	const touch_action = element.style.touchAction;
	element.style.touchAction = capture_scroll ? 'none' : 'pan-y';
	const listeners = new AbortController();
	const { signal } = listeners;
	element.addEventListener('pointerdown', onpointerdown, { signal });
	element.addEventListener('pointermove', onpointermove, { signal });
	element.addEventListener('pointerup', onpointerup, { signal });
	element.addEventListener('pointercancel', onpointerup, { signal });
	element.addEventListener('contextmenu', oncontextmenu, { signal });
	if (capture_scroll) element.addEventListener('wheel', onwheel, { signal, passive: false });
	return () => {
		listeners.abort();
		element.style.touchAction = touch_action;
	};
}
