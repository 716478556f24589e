/** What the pointers on the stage come to mean: painting, moving, zooming. Places in CSS pixels of the stage. */
export interface GestureActions {
	begin: () => void;
	/** One more point of the stroke. @param pressure 0 to 1, of a pen; 1 for everything else */
	point: (x: number, y: number, pressure: number) => void;
	end: () => void;
	/** The stroke turned out to be the start of another gesture. */
	cancel: () => void;
	/** A click of the hole tool. */
	click: (x: number, y: number) => void;
	pan: (dx: number, dy: number) => void;
	zoom: (factor: number, x: number, y: number) => void;
}

/** What one pointer does when it alone is down. */
export type Purpose = 'paint' | 'click' | 'pan';

/** The part of a PointerEvent that counts. */
export interface Pointer {
	pointerId: number;
	pointerType: string;
	x: number;
	y: number;
	pressure: number;
	/** 1 is the middle button. */
	button: number;
}

/** A second finger within this time makes the first one's stroke a gesture, milliseconds. */
const SECOND_FINGER_MS = 350;
/** Fingers that touch down within this time after the pen are the hand that holds it, milliseconds. */
const PALM_MS = 700;
/** A click that moves further than this is none, CSS pixels. */
const CLICK_SLOP = 8;

/**
 * Tells what the pointers mean. A pen takes precedence: while it is down or was just lifted, touches are the palm's and do
 * nothing; once one was used, a single finger moves the picture instead of painting. Two fingers move and zoom.
 */
export class PointerGestures {
	#down = new Map<number, Pointer>();
	#doing: { purpose: Purpose; id: number; since: number; x: number; y: number } | null = null;
	#pen_at = -Infinity;
	#pen_used = false;

	/** @param now milliseconds, for tests */
	constructor(
		private readonly actions: GestureActions,
		private readonly now: () => number = () => performance.now()
	) {}

	down(pointer: Pointer, wanted: Purpose): void {
		const { pointerId: id, pointerType: type, x, y } = pointer;
		if (type === 'pen') {
			this.#release();
			this.#down.clear();
			this.#pen_used = true;
			this.#pen_at = this.now();
		}
		if (type === 'touch' && this.now() - this.#pen_at < PALM_MS) return;
		this.#down.set(id, pointer);
		if (type === 'touch' && this.#down.size === 2) return this.#pinch();
		if (this.#doing || this.#down.size > 2) return;
		const finger_pans = type === 'touch' && this.#pen_used && wanted === 'paint';
		const purpose = pointer.button === 1 || finger_pans ? 'pan' : wanted;
		this.#doing = { purpose, id, since: this.now(), x, y };
		if (purpose !== 'paint') return;
		this.actions.begin();
		this.#paint(pointer);
	}

	/** @param all the points since the last call, oldest first */
	move(pointer: Pointer, all: Pointer[]): void {
		const { pointerId: id, pointerType: type, x, y } = pointer;
		if (type === 'pen') this.#pen_at = this.now();
		const before = this.#down.get(id);
		if (!before) return;
		this.#down.set(id, pointer);
		if (!this.#doing && this.#down.size === 2) return this.#pinchMove(before, pointer);
		if (this.#doing?.id !== id) return;
		if (this.#doing.purpose === 'paint') for (const one of all) this.#paint(one);
		if (this.#doing.purpose === 'pan') this.actions.pan(x - before.x, y - before.y);
	}

	up({ pointerId: id, pointerType: type, x, y }: Pointer): void {
		if (type === 'pen') this.#pen_at = this.now();
		this.#down.delete(id);
		if (this.#doing?.id !== id) return;
		const { purpose, x: from_x, y: from_y } = this.#doing;
		this.#doing = null;
		if (purpose === 'paint') this.actions.end();
		const still = Math.hypot(x - from_x, y - from_y) < CLICK_SLOP;
		if (purpose === 'click' && still) this.actions.click(x, y);
	}

	/** The browser took the pointer away. */
	lost({ pointerId: id }: Pick<Pointer, 'pointerId'>): void {
		this.#down.delete(id);
		if (this.#doing?.id === id) this.#release();
	}

	#pinch(): void {
		if (this.#doing?.purpose === 'paint') {
			if (this.now() - this.#doing.since < SECOND_FINGER_MS) this.actions.cancel();
			else this.actions.end();
		}
		this.#doing = null;
	}

	#pinchMove(before: Pointer, now: Pointer): void {
		const other = [...this.#down.values()].find(({ pointerId }) => pointerId !== now.pointerId);
		if (!other) return;
		const was = Math.hypot(before.x - other.x, before.y - other.y);
		const is = Math.hypot(now.x - other.x, now.y - other.y);
		this.actions.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
		if (was > 0) this.actions.zoom(is / was, (now.x + other.x) / 2, (now.y + other.y) / 2);
	}

	#paint({ pointerType, x, y, pressure }: Pointer): void {
		this.actions.point(x, y, pointerType === 'pen' ? pressure : 1);
	}

	#release(): void {
		if (this.#doing?.purpose === 'paint') this.actions.end();
		this.#doing = null;
	}
}
