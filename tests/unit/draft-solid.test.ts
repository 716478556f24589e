import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alpha } from '../../src/lib/generate/draft/alpha';
import { buildSolid, SOLID_DEFAULTS } from '../../src/lib/generate/draft/build-solid';
import type { Solid } from '../../src/lib/generate/draft/solid';
import * as silhouettes from '../fixtures/silhouettes';

/** Points by position, as index into the first one there. */
function weld({ positions }: Solid): Uint32Array {
	const first = new Map<string, number>();
	return Uint32Array.from({ length: positions.length / 3 }, (_, i) => {
		const key = `${positions[3 * i]! + 0},${positions[3 * i + 1]! + 0},${positions[3 * i + 2]! + 0}`;
		const known = first.get(key);
		if (known === undefined) first.set(key, i);
		return known ?? i;
	});
}

function measure(solid: Solid) {
	const welded = weld(solid);
	const { positions, indices, normals } = solid;
	const edges = new Map<number, number>();
	const count = positions.length / 3;
	let volume = 0;
	let smallest = Infinity;
	let against = 0;
	for (let t = 0; t < indices.length; t += 3) {
		const corners = [0, 1, 2].map((i) => welded[indices[t + i]!]!) as [number, number, number];
		const [a, b, c] = corners.map((i) => Array.from(positions.subarray(3 * i, 3 * i + 3))) as [
			number[],
			number[],
			number[]
		];
		const u = b.map((value, axis) => value - a[axis]!) as [number, number, number];
		const v = c.map((value, axis) => value - a[axis]!) as [number, number, number];
		const n = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
		smallest = Math.min(smallest, Math.hypot(...n) / 2);
		volume += (a[0]! * n[0]! + a[1]! * n[1]! + a[2]! * n[2]!) / 6;
		const shading = [0, 1, 2].map((axis) =>
			[0, 1, 2].reduce((sum, i) => sum + normals[3 * indices[t + i]! + axis]!, 0)
		);
		if (shading.reduce((sum, value, axis) => sum + value * n[axis]!, 0) <= 0) against++;
		for (let i = 0; i < 3; i++) {
			const [from, to] = [corners[i]!, corners[(i + 1) % 3]!];
			const key = Math.min(from, to) * count + Math.max(from, to);
			// A pair of one in each direction sums to 2 * 1000 + 0; anything else does not.
			edges.set(key, (edges.get(key) ?? 0) + 1000 + (from < to ? 1 : -1));
		}
	}
	const open = [...edges.values()].filter((value) => value !== 2000).length;
	const used = new Set(Array.from(indices, (i) => welded[i]!)).size;
	const euler = used - edges.size + indices.length / 3;
	return { open, volume, smallest, against, euler, triangles: indices.length / 3 };
}

/** Intersection over union of the alpha image at one half and the surface seen from the front. */
function silhouetteIou(solid: Solid, alpha: Alpha): number {
	const { positions, indices, back_start } = solid;
	const seen = new Uint8Array(alpha.width * alpha.height);
	for (let t = 0; t < indices.length; t += 3) {
		if (indices[t]! >= back_start) continue;
		const [ax, ay, bx, by, cx, cy] = [0, 1, 2].flatMap((i) => [
			positions[3 * indices[t + i]!]!,
			-positions[3 * indices[t + i]! + 1]!
		]) as [number, number, number, number, number, number];
		const side = (px: number, py: number, qx: number, qy: number, x: number, y: number) =>
			(qx - px) * (y - py) - (qy - py) * (x - px);
		for (let y = Math.floor(Math.min(ay, by, cy)); y <= Math.max(ay, by, cy); y++) {
			for (let x = Math.floor(Math.min(ax, bx, cx)); x <= Math.max(ax, bx, cx); x++) {
				if (x < 0 || y < 0 || x >= alpha.width || y >= alpha.height) continue;
				const [u, v] = [x + 0.5, y + 0.5];
				const sides = [
					side(ax, ay, bx, by, u, v),
					side(bx, by, cx, cy, u, v),
					side(cx, cy, ax, ay, u, v)
				];
				if (sides.every((s) => s <= 1e-9)) seen[y * alpha.width + x] = 1;
			}
		}
	}
	let [both, either] = [0, 0];
	seen.forEach((value, i) => {
		const opaque = alpha.data[i]! >= 128;
		if (value && opaque) both++;
		if (value || opaque) either++;
	});
	return both / either;
}

function expectClosed(solid: Solid, alpha: Alpha) {
	const facts = measure(solid);
	expect(facts.open, 'edges without exactly two opposite faces').toBe(0);
	expect(facts.volume).toBeGreaterThan(0);
	expect(facts.smallest, 'smallest triangle').toBeGreaterThan(0);
	expect(facts.against, 'faces against their normals').toBe(0);
	expect(facts.triangles).toBeLessThanOrEqual(SOLID_DEFAULTS.max_triangles);
	const slack = 1;
	for (let i = 0; i < solid.positions.length; i += 3) {
		const [x, y, z] = Array.from(solid.positions.subarray(i, i + 3)) as [number, number, number];
		if (!(x >= -slack && x <= alpha.width + slack && -y >= -slack && -y <= alpha.height + slack)) {
			throw new Error(`point outside the frame: ${x}, ${y}`);
		}
		if (!(Math.abs(z) <= Math.max(alpha.width, alpha.height))) throw new Error(`deep point: ${z}`);
	}
	for (let i = 0; i < solid.normals.length; i += 3) {
		expect(Math.abs(Math.hypot(...solid.normals.subarray(i, i + 3)) - 1)).toBeLessThan(1e-5);
	}
	return facts;
}

const SOLIDS: [string, Alpha, { euler: number; iou: number }][] = [
	['a disk', silhouettes.disk(), { euler: 2, iou: 0.99 }],
	['a ring', silhouettes.ring(), { euler: 0, iou: 0.99 }],
	['two islands', silhouettes.twoIslands(), { euler: 4, iou: 0.99 }],
	['a stool with thin legs', silhouettes.stool(), { euler: 2, iou: 0.98 }],
	['a frame filled to its edges', silhouettes.bar(256, 256), { euler: 2, iou: 0.99 }],
	['a large frame filled to its edges', silhouettes.bar(1500, 1500), { euler: 2, iou: 0.99 }],
	['a bar of 3 x 400 pixels', silhouettes.bar(3, 400), { euler: 2, iou: 0.98 }],
	['a bar of 400 x 2 pixels', silhouettes.bar(400, 2), { euler: 2, iou: 0.98 }],
	['squares that touch at a corner', silhouettes.pinch(), { euler: 2, iou: 0.98 }]
];

describe('buildSolid', () => {
	it.each(SOLIDS)('%s becomes a closed surface with its outline', (_, alpha, { euler, iou }) => {
		const solid = buildSolid(alpha);
		const facts = expectClosed(solid, alpha);
		expect(facts.euler).toBe(euler);
		expect(facts.triangles).toBeGreaterThanOrEqual(SOLID_DEFAULTS.min_triangles);
		expect(silhouetteIou(solid, alpha)).toBeGreaterThanOrEqual(iou);
	});
});
void fc;
