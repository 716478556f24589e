import { describe, expect, it } from 'vitest';
import { readAppearance } from '../../src/lib/optimize/appearance';
import { askLine } from '../../src/lib/optimize/ask-line';
import { askTree } from '../../src/lib/optimize/ask-tree';
import { bakedLooks } from '../../src/lib/optimize/baked-model';
import { buildLevels } from '../../src/lib/optimize/build-levels';
import { checkGlb } from '../../src/lib/optimize/check-glb';
import { compareViews } from '../../src/lib/optimize/compare-views';
import { drawViews } from '../../src/lib/optimize/draw-views';
import { dropFloaters } from '../../src/lib/optimize/drop-floaters';
import { inspectGlb } from '../../src/lib/optimize/inspect-glb';
import { planOneLayout } from '../../src/lib/optimize/layout-plan';
import { SCREEN_LEVELS, type LevelTarget } from '../../src/lib/optimize/levels';
import { mendSurface } from '../../src/lib/optimize/mend-surface';
import { placeIds } from '../../src/lib/optimize/place-ids';
import { frameOf } from '../../src/lib/optimize/rasterize';
import { readModel } from '../../src/lib/optimize/read-model';
import { rebakeSurface, shapeOf } from '../../src/lib/optimize/rebake-surface';
import { removeHidden } from '../../src/lib/optimize/remove-hidden';
import { simplifySurface } from '../../src/lib/optimize/simplify-surface';
import { countTriangles, type Surface } from '../../src/lib/optimize/surface';
import { withLookTangents } from '../../src/lib/optimize/tangent-space';
import { buildTriangleTree } from '../../src/lib/optimize/triangle-tree';
import { sharpImageEncoder } from '../../scripts/optimize/sharp-image-encoder';
import { editGlb, makeModel, seededRandom, type ModelRecipe } from '../fixtures/models';
import { validateGltf } from '../fixtures/validate-gltf';

async function open(glb: Blob) {
	const { document, surface: raw } = await readModel(await checkGlb(glb));
	const { surface, report } = await mendSurface(raw);
	const looks = await readAppearance(document, surface, sharpImageEncoder, 4096);
	return { document, surface: await withLookTangents(surface, looks), looks, report };
}

const TENTH: LevelTarget = {
	ratio: 0.1,
	max_triangles: Infinity,
	min_triangles: 0,
	max_error: 1,
	texture_size: 512,
	texture_quality: 0.8
};

/** Two spheres, one in the other; each has `segments`^2 * 2 triangles. */
async function nested(scale: number, recipe: Partial<ModelRecipe> = {}): Promise<Blob> {
	const { glb } = await makeModel({ shape: 'sphere', segments: 24, noise: 0.02, ...recipe });
	return editGlb(glb, (json) => {
		json.scenes = [{ nodes: [0, 1] }];
		json.nodes = [{ mesh: 0 }, { mesh: 0, scale: [scale, scale, scale] }];
	});
}

/** One part with normals that are still to be made. */
function bareSurface(positions: number[], indices: number[]): Surface {
	const count = positions.length / 3;
	return {
		indices: Uint32Array.from(indices),
		positions: Float32Array.from(positions),
		attributes: new Float32Array(count * 3),
		stride: 3,
		slots: [{ semantic: 'NORMAL', offset: 0, size: 3 }],
		part_of: new Uint16Array(count),
		parts: [
			{
				semantics: new Map(),
				uv_in_unit: new Set(),
				has_tangents: false,
				see_through: false,
				double_sided: false
			}
		]
	};
}

describe('rebaking', { timeout: 60_000 }, () => {
	it('looks like the source at a tenth of the triangles of a soup that blocks other ways', async () => {
		const { glb } = await makeModel({
			shape: 'vase',
			segments: 60,
			noise: 0.05,
			layout: 'flat',
			texture: 256
		});
		const { surface, looks } = await open(glb);
		const target = countTriangles(surface) / 10;
		const shape = shapeOf(surface, planOneLayout(looks));
		const baked = await rebakeSurface(surface, looks, shape, target, {
			max_error: 1,
			texture_size: 512
		});
		expect(countTriangles(baked.surface)).toBeLessThanOrEqual(target * 1.02);
		const frame = frameOf(surface);
		const { psnr, silhouette_iou } = compareViews(
			drawViews(surface, looks, frame, 128),
			drawViews(baked.surface, bakedLooks(looks, baked), frame, 128)
		);
		expect(psnr).toBeGreaterThan(28);
		expect(silhouette_iou).toBeGreaterThan(0.98);
	});

	it('is judged by its textures as files hold them: lower at a lower quality', async () => {
		const { glb } = await makeModel({ shape: 'vase', segments: 24, layout: 'flat', texture: 256 });
		const judged = async (texture_quality: number) => {
			const { report } = await buildLevels(
				{
					glb,
					texture_size: 512,
					levels: [{ ...TENTH, texture_quality }],
					method: 'new_layout',
					place: 'keep'
				},
				{},
				sharpImageEncoder
			);
			return report.variants[0]!.psnr;
		};
		expect(await judged(0.1)).toBeLessThan((await judged(0.9)) - 1);
	});

	it('writes files that the validator has nothing against, tangents included', async () => {
		const { glb } = await makeModel({
			shape: 'vase',
			segments: 40,
			layout: 'seamy',
			texture: 128,
			normal_map: true
		});
		const built = await buildLevels(
			{ glb, texture_size: 512, levels: [TENTH], method: 'new_layout' },
			{},
			sharpImageEncoder
		);
		expect(built.report.variants.map(({ method, chosen }) => [method, chosen])).toEqual([
			['new_layout', true]
		]);
		for (const file of [built.lods[0]?.glb ?? new Blob(), built.plain]) {
			expect(await validateGltf(file)).toEqual({ errors: [], warnings: [] });
		}
	});

	it('gives a model without textures none while its triangles can be reached without', async () => {
		const { glb } = await makeModel({ shape: 'torus', segments: 40, texture: 0 });
		const built = await buildLevels(
			{ glb, texture_size: 512, levels: [TENTH] },
			{},
			sharpImageEncoder
		);
		expect((await inspectGlb(built.lods[0]?.glb ?? new Blob())).textures).toEqual([]);
	});
});

describe('levels by size on the screen', { timeout: 60_000 }, () => {
	it('have fewer triangles the smaller they are shown, and miss no target', async () => {
		const { glb, triangles } = await makeModel({ shape: 'vase', segments: 60, texture: 64 });
		const built = await buildLevels(
			{ glb, texture_size: 64, levels: SCREEN_LEVELS, method: 'keep_layout' },
			{},
			sharpImageEncoder
		);
		const counts = built.lods.map((lod) => lod.triangles);
		expect(counts).toEqual([...counts].sort((a, b) => b - a));
		expect(counts[0]).toBeLessThanOrEqual(triangles);
		expect(counts[3]).toBeLessThan(triangles / 2);
		expect(built.notes).not.toContain('target_missed');
	});
});

describe('hidden triangles', { timeout: 60_000 }, () => {
	it('are taken out where a shell surrounds them, and nothing that shows changes', async () => {
		const { surface, looks } = await open(await nested(0.6));
		const { surface: seen, report } = removeHidden(surface);
		expect(report.share).toBeCloseTo(0.5, 2);
		const frame = frameOf(surface);
		const views = [surface, seen].map((one) => drawViews(one, looks, frame, 128));
		expect(compareViews(views[0] ?? [], views[1] ?? []).psnr).toBe(100);
	});

	it('stay where the shell is see-through', async () => {
		const { surface } = await open(await nested(0.6, { texture_alpha: 'gradient' }));
		expect(removeHidden(surface).report.removed).toBe(0);
	});

	it('stay when asked to, and are counted when not', async () => {
		const glb = await nested(0.6);
		const levels = [{ ...TENTH, ratio: 1 }];
		const build = (hidden: 'keep' | 'remove') =>
			buildLevels({ glb, texture_size: 64, levels, hidden }, {}, sharpImageEncoder);
		const [kept, removed] = [await build('keep'), await build('remove')];
		expect(kept.report.hidden_triangles).toBe(0);
		expect(kept.notes).not.toContain('hidden_removed');
		expect(removed.report.hidden_triangles).toBe(
			(kept.lods[0]?.triangles ?? 0) - (removed.lods[0]?.triangles ?? 0)
		);
	});
});

describe('mending', () => {
	it('leaves out duplicates and counts them, and takes no second body for dust', async () => {
		const { glb } = await makeModel({ shape: 'sphere', segments: 24, texture: 0 });
		const dusty = await editGlb(glb, (json) => {
			json.scenes = [{ nodes: [0, 1, 2] }];
			json.nodes = [
				{ mesh: 0 },
				{ mesh: 0 },
				{ mesh: 0, scale: [0.004, 0.004, 0.004], translation: [0, 0.7, 0] }
			];
		});
		const whole = await open(glb);
		const { surface, report } = await open(dusty);
		// The dust is a whole sphere of as many triangles: too many to be dust.
		expect(report.duplicate_triangles).toBe(countTriangles(whole.surface));
		expect(report.floating_pieces).toBe(0);
		expect(countTriangles(surface)).toBe(2 * countTriangles(whole.surface));
	});
});

describe('a wall without thickness', () => {
	it('becomes simpler on both sides', async () => {
		const positions: number[] = [];
		const indices: number[] = [];
		for (let i = 0; i <= 30; i++) {
			for (let j = 0; j <= 30; j++) positions.push(i / 30, Math.sin(i / 6) / 8, j / 30);
		}
		for (let i = 0; i < 30; i++) {
			for (let j = 0; j < 30; j++) {
				const a = i * 31 + j;
				indices.push(a, a + 1, a + 31, a + 1, a + 32, a + 31);
				indices.push(a, a + 31, a + 1, a + 1, a + 31, a + 32);
			}
		}
		const { surface } = await mendSurface(bareSurface(positions, indices));
		expect(countTriangles(surface)).toBe(3600);
		const { surface: simple, error } = await simplifySurface(surface, 360, { max_error: 0.02 });
		expect(countTriangles(simple)).toBeLessThanOrEqual(360);
		expect(error).toBeLessThan(0.02);
		const up = simple.attributes.filter((_, i) => i % 3 === 1);
		expect(up.filter((y) => y > 0).length / up.length).toBeCloseTo(0.5, 1);
	});
});

describe('a smooth ball beside one of flat facets', () => {
	it('keeps its share of the triangles, and is not spent to spare the seams of the other', async () => {
		const meshes = await Promise.all(
			(['smooth', 'flat'] as const).map(async (layout) => {
				const { glb } = await makeModel({ shape: 'sphere', segments: 60, texture: 0, layout });
				return (await open(glb)).surface;
			})
		);
		const [smooth, flat] = meshes as [Surface, Surface];
		const first = smooth.part_of.length;
		const both: Surface = {
			...smooth,
			indices: Uint32Array.of(...smooth.indices, ...flat.indices.map((vertex) => vertex + first)),
			positions: Float32Array.of(
				...smooth.positions,
				...flat.positions.map((value, i) => (i % 3 === 0 ? value + 2 : value))
			),
			attributes: Float32Array.of(...smooth.attributes, ...flat.attributes),
			part_of: new Uint16Array(first + flat.part_of.length)
		};
		// Less than the facets alone.
		const target = countTriangles(flat) / 2;
		const { surface: simple } = await simplifySurface(both, target, { max_error: 1 });
		expect(countTriangles(simple)).toBeLessThanOrEqual(target);
		let left = 0;
		for (let i = 0; i < simple.indices.length; i += 3) {
			if (simple.positions[simple.indices[i]! * 3]! < 1) left++;
		}
		expect(left).toBeGreaterThan(target / 4);
	});
});

describe('floating dust', () => {
	/** A sheet of 800 triangles, and one tiny triangle at a height above it. */
	function sheetWithDust(height: number): Surface {
		const positions: number[] = [];
		const indices: number[] = [];
		for (let i = 0; i <= 20; i++) for (let j = 0; j <= 20; j++) positions.push(i / 20, 0, j / 20);
		for (let i = 0; i < 20; i++) {
			for (let j = 0; j < 20; j++) {
				const a = i * 21 + j;
				indices.push(a, a + 1, a + 21, a + 1, a + 22, a + 21);
			}
		}
		const first = positions.length / 3;
		positions.push(0.5, height, 0.5, 0.505, height, 0.5, 0.5, height, 0.505);
		indices.push(first, first + 1, first + 2);
		return bareSurface(positions, indices);
	}

	it('goes where it stands apart, and stays where it touches', () => {
		const drop = (surface: Surface) => dropFloaters(surface, placeIds(surface.positions));
		const apart = drop(sheetWithDust(0.2));
		expect([apart.pieces, apart.triangles]).toEqual([1, 1]);
		expect(countTriangles(apart.surface)).toBe(800);
		const close = drop(sheetWithDust(0.002));
		expect([close.pieces, countTriangles(close.surface)]).toEqual([0, 801]);
	});

	it('is no dust where it has a material of its own', () => {
		const surface = sheetWithDust(0.2);
		surface.part_of.fill(1, -3);
		surface.parts = [surface.parts[0]!, surface.parts[0]!];
		expect(dropFloaters(surface, placeIds(surface.positions)).pieces).toBe(0);
	});
});

describe('a triangle tree', () => {
	it('finds the same nearest points as a search through all triangles', () => {
		const random = seededRandom(3);
		const positions = Float32Array.from({ length: 3 * 300 }, random);
		const indices = Uint32Array.from({ length: 300 }, (_, i) => i);
		const ask = askTree(buildTriangleTree({ indices, positions }));
		for (let i = 0; i < 200; i++) {
			const [x, y, z] = [random() * 2, random() * 2, random() * 2];
			const found = ask.nearest(x, y, z, Infinity).distance2;
			let least = Infinity;
			for (let t = 0; t < 100; t++) {
				const one = askTree(
					buildTriangleTree({ indices: indices.subarray(t * 3, t * 3 + 3), positions })
				);
				least = Math.min(least, one.nearest(x, y, z, Infinity).distance2);
			}
			expect(found).toBeCloseTo(least, 10);
		}
	});

	it('finds the same points on lines as a search through all triangles', () => {
		const random = seededRandom(5);
		const positions = Float32Array.from({ length: 3 * 300 }, random);
		const indices = Uint32Array.from({ length: 300 }, (_, i) => i);
		const ask = askLine(buildTriangleTree({ indices, positions }));
		const each = Array.from({ length: 100 }, (_, t) =>
			askLine(buildTriangleTree({ indices: indices.subarray(t * 3, t * 3 + 3), positions }))
		);
		let met = 0;
		for (let i = 0; i < 200; i++) {
			const [x, y, z] = [random(), random(), random()];
			// Every third runs along an axis.
			const [u, v] = i % 3 ? [random() - 0.5, random() - 0.5] : [0, 0];
			const length = Math.hypot(u, v, 1);
			const facing = { x: u / length, y: 1 / length, z: v / length, cosine: 0.1 };
			const distances = each.map((one) => {
				const { triangle, distance2 } = one(x, y, z, facing, 0.5);
				return triangle < 0 ? Infinity : distance2;
			});
			const { triangle, distance2 } = ask(x, y, z, facing, 0.5);
			const least = Math.min(...distances);
			expect(triangle >= 0).toBe(least < Infinity);
			if (triangle < 0) continue;
			met++;
			expect(distance2).toBeCloseTo(least, 10);
		}
		expect(met).toBeGreaterThan(50);
	});
});
