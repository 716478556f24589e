import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { listenForGestures, type GestureOptions } from '$lib/viewer/view-gestures';

const actions = {
	grab: vi.fn(),
	orbit: vi.fn(),
	zoom: vi.fn(),
	pan: vi.fn(),
	release: vi.fn(),
	tap: vi.fn()
};
let element: HTMLElement;
let stop = () => {};

beforeEach(() => {
	element = document.createElement('div');
	element.style.cssText = 'width: 400px; height: 200px';
	element.setPointerCapture = () => undefined;
	document.body.append(element);
});
afterEach(() => {
	stop();
	document.body.replaceChildren();
	vi.clearAllMocks();
});

function listen(options?: GestureOptions) {
	stop = listenForGestures(element, actions, options);
}
function point(type: string, x: number, y: number, more: PointerEventInit = {}) {
	const at = { pointerId: 1, clientX: x, clientY: y, bubbles: true, cancelable: true, ...more };
	element.dispatchEvent(new PointerEvent(`pointer${type}`, at));
}

test('a drag to the right turns the product to the right: the camera goes left', () => {
	listen();
	point('down', 100, 100);
	point('move', 150, 100);
	point('up', 150, 100);
	expect(actions.grab).toHaveBeenCalledOnce();
	const [azimuth, polar] = actions.orbit.mock.lastCall ?? [];
	expect(azimuth).toBeLessThan(-0.5);
	expect(Math.abs(polar)).toBe(0);
	expect(actions.tap).not.toHaveBeenCalled();
	expect(actions.release).toHaveBeenCalledOnce();
});

test.each([
	['Shift', { shiftKey: true }],
	['the second button', { button: 2 }]
])('a drag with %s moves the product with the pointer', (_, more) => {
	listen();
	point('down', 100, 100, more);
	point('move', 120, 80, more);
	expect(actions.pan).toHaveBeenLastCalledWith(0.1, 0.1);
	expect(actions.orbit).not.toHaveBeenCalled();
});

test('two fingers twice as far apart zoom twice as close, and nothing turns', () => {
	listen();
	point('down', 100, 100);
	point('down', 140, 100, { pointerId: 2 });
	point('move', 180, 100, { pointerId: 2 });
	expect(actions.zoom).toHaveBeenLastCalledWith(2);
	expect(actions.orbit).not.toHaveBeenCalled();
});

test('a press without a way is a tap', () => {
	listen();
	point('down', 100, 100);
	point('up', 101, 100);
	expect(actions.tap).toHaveBeenCalledWith(101, 100);
});

test('the wheel zooms and keeps the page still, or scrolls the page where it is not captured', () => {
	const roll = () => {
		const event = new WheelEvent('wheel', { deltaY: -100, bubbles: true, cancelable: true });
		element.dispatchEvent(event);
		return event.defaultPrevented;
	};
	listen();
	expect(roll()).toBe(true);
	expect(actions.zoom.mock.lastCall?.[0]).toBeGreaterThan(1.05);
	expect(element.style.touchAction).toBe('none');
	stop();
	actions.zoom.mockClear();
	listen({ capture_scroll: false });
	expect(roll()).toBe(false);
	expect(actions.zoom).not.toHaveBeenCalled();
	expect(element.style.touchAction).toBe('pan-y');
	stop();
	expect(element.style.touchAction).toBe('');
});
