import { boxBlur } from './blur';
import type { Size } from './raster';

/**
 * Floods from the frame's border through passable pixels (4-neighbors). Gaps in a barrier of up to 2 `radius` pixels hold the
 * flood back; afterwards it spreads up to `radius` pixels into what it left beside the barrier.
 *
 * @param passable 1 where the flood may go
 * @returns 1 where it went
 */
export function floodFromBorder(passable: Uint8Array, size: Size, radius: number): Uint8Array {
	const { width, height } = size;
	let open = passable;
	if (radius > 0) {
		const clear = boxBlur(new Float32Array(passable), size, radius);
		open = new Uint8Array(clear.map((share) => (share > 0.999 ? 1 : 0)));
	}
	const wet = new Uint8Array(open.length);
	const queue = new Int32Array(wet.length);
	let tail = 0;
	const enter = (i: number) => {
		if (open[i] && !wet[i]) {
			wet[i] = 1;
			queue[tail++] = i;
		}
	};
	for (let x = 0; x < width; x++) {
		enter(x);
		enter((height - 1) * width + x);
	}
	for (let y = 0; y < height; y++) {
		enter(y * width);
		enter(y * width + width - 1);
	}
	for (let head = 0; head < tail; head++) visitNeighbors(queue[head]!, size, enter);

	let front: ArrayLike<number> = queue.subarray(0, tail);
	open = passable;
	for (let step = 0; step < radius + 1; step++) {
		const next: number[] = [];
		const enterNext = (i: number) => {
			if (open[i] && !wet[i]) {
				wet[i] = 1;
				next.push(i);
			}
		};
		for (let k = 0; k < front.length; k++) visitNeighbors(front[k]!, size, enterNext);
		front = next;
	}
	return wet;
}

/** A connected piece of a map. */
export interface Piece {
	pixels: Int32Array;
	touches_border: boolean;
}

/** Splits the pixels where `map` is 1 into pieces that hang together by sides. */
export function pieces(map: Uint8Array, size: Size): Piece[] {
	const { width, height } = size;
	const seen = new Uint8Array(map.length);
	const queue = new Int32Array(map.length);
	let tail = 0;
	const enter = (i: number) => {
		if (map[i] && !seen[i]) {
			seen[i] = 1;
			queue[tail++] = i;
		}
	};
	const found: Piece[] = [];
	for (let start = 0; start < map.length; start++) {
		if (!map[start] || seen[start]) continue;
		const first = tail;
		enter(start);
		for (let head = first; head < tail; head++) visitNeighbors(queue[head]!, size, enter);
		const pixels = queue.subarray(first, tail);
		const touches_border = pixels.some((i) => {
			const x = i % width;
			return x === 0 || x === width - 1 || i < width || i >= width * (height - 1);
		});
		found.push({ pixels, touches_border });
	}
	return found;
}

/** The up to four neighbors by sides. */
export function visitNeighbors(
	i: number,
	{ width, height }: Size,
	visit: (i: number) => void
): void {
	const x = i % width;
	if (x > 0) visit(i - 1);
	if (x < width - 1) visit(i + 1);
	if (i >= width) visit(i - width);
	if (i < width * (height - 1)) visit(i + width);
}
