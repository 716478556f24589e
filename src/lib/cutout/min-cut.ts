import type { Size } from './raster';

/** Weights of the links from each pixel to its neighbors on the right, below right, below and below left. At least 0. */
export type Links = [Float32Array, Float32Array, Float32Array, Float32Array];

/** Directions; the one opposite to `d` is `d ^ 1`. Even ones are the four of `Links`, in order. */
const DX = [1, -1, 1, -1, 0, 0, -1, 1] as const;
const DY = [0, 0, 1, -1, 1, -1, 1, -1] as const;
const NONE = -1;
const ROOT = 8;
const ORPHAN = 9;
const FAR = 1 << 30;

/**
 * Labels the pixels of a grid with 8 neighbors so that the sum of what each label costs and of the links between different
 * labels is the least possible: a minimum cut by growing search trees from both terminals.
 * Boykov & Kolmogorov, "An Experimental Comparison of Min-Cut/Max-Flow Algorithms", PAMI 2004,
 * https://doi.org/10.1109/TPAMI.2004.60
 *
 * @param lean what label 0 costs more than label 1 at each pixel; ±Infinity fixes the label. Not changed
 * @returns the labels; 1 only where it is strictly cheaper
 */
export function minCut(lean: Float32Array, links: Links, size: Size): Uint8Array {
	const flow = new Flow(lean, links, size);
	flow.run();
	return flow.labels(lean);
}

class Flow {
	/** What is left of each pixel's terminal link; positive ones lead from the source, which is label 1. */
	private readonly rest: Float32Array;
	private readonly steps: Int32Array;
	/** Residual capacity, 8 per pixel; 0 towards fixed pixels and out of the frame. */
	private readonly capacity: Float32Array;
	private readonly parent: Int8Array;
	private readonly sink: Uint8Array;
	private readonly depth: Int32Array;
	private readonly seen: Int32Array;
	private readonly queued: Uint8Array;
	private active: number[] = [];
	private orphans: number[] = [];
	private time = 1;

	constructor(lean: Float32Array, links: Links, { width, height }: Size) {
		const n = width * height;
		this.steps = Int32Array.from(DX, (dx, d) => dx + DY[d]! * width);
		this.rest = lean.map((v) => (Number.isFinite(v) ? v : 0));
		this.capacity = new Float32Array(8 * n);
		this.parent = new Int8Array(n).fill(NONE);
		this.sink = new Uint8Array(n);
		this.depth = new Int32Array(n);
		this.seen = new Int32Array(n);
		this.queued = new Uint8Array(n);
		for (let d = 0; d < 8; d += 2) {
			const weights = links[(d >> 1) as 0 | 1 | 2 | 3];
			for (let i = 0; i < n; i++) {
				const x = (i % width) + DX[d]!;
				if (x < 0 || x >= width || i + this.steps[d]! >= n) continue;
				this.link(i, i + this.steps[d]!, d, weights[i]!, lean);
			}
		}
		for (let i = 0; i < n; i++) {
			if (this.rest[i] === 0) continue;
			this.sink[i] = this.rest[i]! < 0 ? 1 : 0;
			this.parent[i] = ROOT;
			this.depth[i] = 1;
			this.activate(i);
		}
	}

	/** A link to a fixed pixel becomes part of the terminal link. */
	private link(i: number, j: number, d: number, weight: number, lean: Float32Array): void {
		const fixedI = !Number.isFinite(lean[i]!);
		const fixedJ = !Number.isFinite(lean[j]!);
		if (fixedI && fixedJ) return;
		if (fixedI) this.rest[j]! += lean[i]! > 0 ? weight : -weight;
		else if (fixedJ) this.rest[i]! += lean[j]! > 0 ? weight : -weight;
		else this.capacity[8 * i + d] = this.capacity[8 * j + (d ^ 1)] = weight;
	}

	run(): void {
		for (let head = 0; head < this.active.length; head++) {
			const i = this.active[head]!;
			this.queued[i] = 0;
			// A pixel is grown again after each path found from it, until it finds none.
			while (this.parent[i] !== NONE && this.grow(i)) this.adopt();
			if (head > 1 << 16) {
				this.active = this.active.slice(head + 1);
				head = -1;
			}
		}
	}

	labels(lean: Float32Array): Uint8Array {
		const labels = new Uint8Array(lean.length);
		for (let i = 0; i < labels.length; i++) {
			const v = lean[i]!;
			if (Number.isFinite(v) ? this.parent[i] !== NONE && !this.sink[i] : v > 0) labels[i] = 1;
		}
		return labels;
	}

	private activate(i: number): void {
		if (this.queued[i]) return;
		this.queued[i] = 1;
		this.active.push(i);
	}

	/** Lets the tree of `i` take free neighbors; where it meets the other tree, flow goes through. True if it did. */
	private grow(i: number): boolean {
		const { capacity, sink, parent, depth, seen } = this;
		for (let d = 0; d < 8; d++) {
			const out = 8 * i + d;
			const j = i + this.steps[d]!;
			const back = 8 * j + (d ^ 1);
			if (!((sink[i] ? capacity[back]! : capacity[out]!) > 0)) continue;
			if (parent[j] === NONE) {
				sink[j] = sink[i]!;
				parent[j] = d ^ 1;
				depth[j] = depth[i]! + 1;
				seen[j] = seen[i]!;
				this.activate(j);
			} else if (sink[j] !== sink[i]) {
				if (sink[i]) this.augment(j, i, back);
				else this.augment(i, j, out);
				return true;
			} else if (seen[j]! <= seen[i]! && depth[j]! > depth[i]! + 1) {
				parent[j] = d ^ 1;
				seen[j] = seen[i]!;
				depth[j] = depth[i]! + 1;
			}
		}
		return false;
	}

	private augment(from: number, to: number, bridge: number): void {
		const { capacity, steps, parent, rest } = this;
		let least = capacity[bridge]!;
		let i = from;
		for (; parent[i] !== ROOT; i += steps[parent[i]!]!) {
			const d = parent[i]!;
			least = Math.min(least, capacity[8 * (i + steps[d]!) + (d ^ 1)]!);
		}
		least = Math.min(least, rest[i]!);
		for (i = to; parent[i] !== ROOT; i += steps[parent[i]!]!) {
			least = Math.min(least, capacity[8 * i + parent[i]!]!);
		}
		least = Math.min(least, -rest[i]!);

		capacity[bridge]! -= least;
		capacity[8 * to + ((bridge & 7) ^ 1)]! += least;
		for (i = from; parent[i] !== ROOT;) {
			const d = parent[i]!;
			const j = i + steps[d]!;
			const used = 8 * j + (d ^ 1);
			capacity[8 * i + d]! += least;
			if ((capacity[used]! -= least) <= 0) this.orphan(i);
			i = j;
		}
		if ((rest[i]! -= least) <= 0) this.orphan(i);
		for (i = to; parent[i] !== ROOT;) {
			const d = parent[i]!;
			const j = i + steps[d]!;
			const used = 8 * i + d;
			capacity[8 * j + (d ^ 1)]! += least;
			if ((capacity[used]! -= least) <= 0) this.orphan(i);
			i = j;
		}
		if ((rest[i]! += least) >= 0) this.orphan(i);
	}

	private orphan(i: number): void {
		this.orphans.push(i);
	}

	private adopt(): void {
		this.time++;
		for (const i of this.orphans) this.parent[i] = ORPHAN;
		for (let head = 0; head < this.orphans.length; head++) this.adoptOne(this.orphans[head]!);
		this.orphans = [];
	}

	/** Finds the pixel a new parent that still hangs on its terminal, or sets it and its children free. */
	private adoptOne(i: number): void {
		const { capacity, steps, parent, sink, depth, seen } = this;
		let best = NONE;
		let bestDepth = FAR;
		for (let d = 0; d < 8; d++) {
			const j = i + steps[d]!;
			const needed = sink[i] ? 8 * i + d : 8 * j + (d ^ 1);
			if (!(capacity[needed]! > 0) || sink[j] !== sink[i]) continue;
			const far = this.depthOf(j);
			if (far < bestDepth) {
				best = d;
				bestDepth = far;
			}
		}
		parent[i] = best;
		if (best !== NONE) {
			seen[i] = this.time;
			depth[i] = bestDepth + 1;
			return;
		}
		for (let d = 0; d < 8; d++) {
			const j = i + steps[d]!;
			if (j < 0 || j >= parent.length || sink[j] !== sink[i]) continue;
			if (parent[j] === NONE || parent[j] === ORPHAN) continue;
			const needed = sink[i] ? 8 * i + d : 8 * j + (d ^ 1);
			if (capacity[needed]! > 0) this.activate(j);
			if (parent[j] === (d ^ 1) && (capacity[8 * i + d]! > 0 || capacity[8 * j + (d ^ 1)]! > 0)) {
				parent[j] = ORPHAN;
				this.orphans.push(j);
			}
		}
	}

	/** Links up to the terminal, FAR when the pixel does not hang on one; what was found is remembered on the way. */
	private depthOf(start: number): number {
		const { parent, steps, seen, depth, time } = this;
		let count = 0;
		let i = start;
		for (; seen[i] !== time; i += steps[parent[i]!]!) {
			const p = parent[i]!;
			if (p === NONE || p === ORPHAN) return FAR;
			count++;
			if (p === ROOT) {
				seen[i] = time;
				depth[i] = 1;
				count--;
				break;
			}
		}
		const total = count + depth[i]!;
		let left = total;
		for (let j = start; j !== i; j += steps[parent[j]!]!) {
			seen[j] = time;
			depth[j] = left--;
		}
		return total;
	}
}
