import { describe, expect, it } from 'vitest';
import { askTree } from '../../src/lib/optimize/ask-tree';
import { findLost, thicken, thinOut } from '../../src/lib/optimize/keep-parts';
import { mendSurface } from '../../src/lib/optimize/mend-surface';
import { simplifyShape } from '../../src/lib/optimize/simplify-shape';
import { simplifySurface } from '../../src/lib/optimize/simplify-surface';
import {
	boundsOf,
	countTriangles,
	trianglesOf,
	type Surface
} from '../../src/lib/optimize/surface';
import { buildTriangleTree } from '../../src/lib/optimize/triangle-tree';

type Point = [number, number, number];

/** A grid of `u` x `v` quads around and along, joined to itself around. */
function addTube(
	surface: Surface,
	part: number,
	u: number,
	v: number,
	at: (a: number, b: number) => Point
): Surface {
	const first = surface.part_of.length;
	const positions: number[] = [...surface.positions];
	const indices: number[] = [...surface.indices];
	for (let j = 0; j <= v; j++) {
		for (let i = 0; i < u; i++) positions.push(...at((i / u) * Math.PI * 2, j / v));
	}
	for (let j = 0; j < v; j++) {
		for (let i = 0; i < u; i++) {
			const [a, b] = [first + j * u + i, first + j * u + ((i + 1) % u)];
			indices.push(a, a + u, b, b, a + u, b + u);
		}
	}
	const count = positions.length / 3;
	return {
		...surface,
		positions: Float32Array.from(positions),
		indices: Uint32Array.from(indices),
		attributes: new Float32Array(count * 3),
		part_of: Uint16Array.from({ length: count }, (_, vertex) => surface.part_of[vertex] ?? part)
	};
}

const ball =
	(radius: number, [x, y, z]: Point) =>
	(a: number, b: number): Point => {
		const around = radius * Math.sin(b * Math.PI);
		return [x + around * Math.cos(a), y + radius * Math.cos(b * Math.PI), z - around * Math.sin(a)];
	};

/** A bumpy ball, a thin handle that stands off it, and a small knob beside it; each a part of its own. */
async function productWithThinParts({ bumps = 1, wire = 0.004 } = {}): Promise<Surface> {
	const part = () => ({
		semantics: new Map([['NORMAL', 3]]),
		uv_in_unit: new Set<string>(),
		has_tangents: false,
		see_through: false,
		double_sided: false
	});
	let surface: Surface = {
		indices: new Uint32Array(),
		positions: new Float32Array(),
		attributes: new Float32Array(),
		stride: 3,
		slots: [{ semantic: 'NORMAL', offset: 0, size: 3 }],
		part_of: new Uint16Array(),
		parts: [part(), part(), part()]
	};
	surface = addTube(surface, 0, 96, 64, (a, b) => {
		const bump = 1 + 0.01 * bumps * Math.sin(a * 3 * bumps) * Math.sin(b * 9 * bumps);
		return ball(0.5 * bump, [0, 0, 0])(a, b);
	});
	surface = addTube(surface, 1, 8, 90, (a, b) => {
		const turn = (b - 0.5) * Math.PI;
		const out = 0.3 + wire * Math.cos(a);
		return [0.42 + out * Math.cos(turn), out * Math.sin(turn), -wire * Math.sin(a)];
	});
	surface = addTube(surface, 2, 12, 10, ball(0.012, [-0.4, 0.5, 0]));
	return (await mendSurface(surface)).surface;
}

/** How far the middle of a part's triangles is from the result at most. */
function farthest(source: Surface, part: number, result: Surface): number {
	const { nearest } = askTree(buildTriangleTree(result));
	const { indices, positions } = trianglesOf(source, (one) => one === part);
	let most = 0;
	for (let i = 0; i < indices.length; i += 3) {
		const middle = (axis: number) =>
			[0, 1, 2].reduce((sum, k) => sum + positions[indices[i + k]! * 3 + axis]! / 3, 0);
		most = Math.max(most, nearest(middle(0), middle(1), middle(2), Infinity).distance2);
	}
	return Math.sqrt(most);
}

describe('thin and small parts of a product', { timeout: 30_000 }, () => {
	for (const [ratio, bumps, wire] of [
		[0.1, 3, 0.003],
		[0.05, 1, 0.004]
	] as const) {
		it(`are still there at ${ratio * 100} %, which the simplifier alone takes away`, async () => {
			const product = await productWithThinParts({ bumps, wire });
			const target = Math.round(countTriangles(product) * ratio);
			const alone = await simplifySurface(product, target, { max_error: 1, normal_weight: 0.04 });
			expect(findLost(product, alone.surface)).not.toBeNull();
			const whole = { surface: product, error: 0 };
			const { surface } = await simplifyShape(whole, target, 1, product);
			expect(countTriangles(surface)).toBeLessThanOrEqual(target);
			expect(countTriangles(surface)).toBeGreaterThan(target * 0.97);
			expect(farthest(product, 1, surface)).toBeLessThan(0.02);
			expect(farthest(product, 2, surface)).toBeLessThan(0.02);
			const [before, after] = [boundsOf(product), boundsOf(surface)];
			for (const side of ['min', 'max'] as const) {
				after[side].forEach((value, axis) => expect(value).toBeCloseTo(before[side][axis]!, 3));
			}
		});
	}

	it('are still there after three levels, each from the one before', async () => {
		const product = await productWithThinParts({ bumps: 3, wire: 0.0005 });
		const total = countTriangles(product);
		let level = { surface: product, error: 0 };
		for (const ratio of [0.5, 0.25, 0.1]) {
			level = await simplifyShape(level, Math.round(total * ratio), 1, product);
			expect(farthest(product, 1, level.surface)).toBeLessThan(0.02);
		}
	});

	it('go back where they stood when they were made thicker and nothing was simplified', async () => {
		const product = await productWithThinParts();
		const marked = new Uint8Array(countTriangles(product)).fill(1);
		const thick = thicken(product, marked, 0.01);
		expect(thick.positions).not.toEqual(product.positions);
		expect(boundsOf(thick)).toEqual(boundsOf(product));
		const back = thinOut(thick, product);
		expect(back.positions).toEqual(product.positions);
		expect(back.attributes).toEqual(product.attributes);
		expect(back.slots).toEqual(product.slots);
	});

	it('are not looked for where nothing is lost', async () => {
		const product = await productWithThinParts();
		expect(findLost(product, product)).toBeNull();
	});
});
