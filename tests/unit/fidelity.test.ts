import { describe, expect, it } from 'vitest';
import { comparePhoto, drawColors } from '$lib/fidelity/compare-photo';
import { checkFidelity } from '$lib/fidelity/check-fidelity';
import { drawPose, projectPose, ballOf } from '$lib/fidelity/draw-pose';
import { angleBetween, findPose } from '$lib/fidelity/find-pose';
import { findUnseen } from '$lib/fidelity/find-unseen';
import { fitPhoto } from '$lib/fidelity/fit-photo';
import type { Look } from '$lib/optimize/appearance';
import { eyeFrom, frameOf, rasterize } from '$lib/optimize/rasterize';
import type { Pixels } from '$lib/optimize/pixels';
import type { Surface } from '$lib/optimize/surface';
import { sharpImageEncoder } from '../../scripts/optimize/sharp-image-encoder';
import { makeModel } from '../fixtures/models';
import sharp from 'sharp';

/** Boxes as one surface, in their own colors: low corner, high corner. */
function boxes(...list: { low: number[]; high: number[]; color: number[] }[]) {
	const indices: number[] = [];
	const positions: number[] = [];
	const attributes: number[] = [];
	const part_of: number[] = [];
	list.forEach(({ low, high }, part) => {
		for (let axis = 0; axis < 3; axis++) {
			for (const end of [0, 1]) {
				const first = positions.length / 3;
				for (const [u, v] of [
					[0, 0],
					[1, 0],
					[1, 1],
					[0, 1]
				] as const) {
					const at = [0, 0, 0];
					const corner = [low, high];
					at[axis] = corner[end]![axis]!;
					at[(axis + 1) % 3] = corner[u]![(axis + 1) % 3]!;
					at[(axis + 2) % 3] = corner[v]![(axis + 2) % 3]!;
					positions.push(...at);
					const normal = [0, 0, 0];
					normal[axis] = end ? 1 : -1;
					attributes.push(...normal);
					part_of.push(part);
				}
				const face = [0, 1, 2, 0, 2, 3];
				indices.push(...(end ? face : face.toReversed()).map((corner) => first + corner));
			}
		}
	});
	const surface: Surface = {
		indices: Uint32Array.from(indices),
		positions: Float32Array.from(positions),
		attributes: Float32Array.from(attributes),
		stride: 3,
		slots: [{ semantic: 'NORMAL', offset: 0, size: 3 }],
		part_of: Uint16Array.from(part_of),
		parts: list.map(() => ({
			semantics: new Map([['NORMAL', 3]]),
			uv_in_unit: new Set<string>(),
			has_tangents: false,
			see_through: false,
			double_sided: false
		}))
	};
	const looks = list.map(({ color }): Look => ({
		base: null,
		base_factor: [color[0]!, color[1]!, color[2]!, 1],
		color_offset: -1,
		alpha_offset: -1,
		metal_rough: null,
		metalness: 0,
		roughness: 1,
		occlusion: null,
		occlusion_strength: 1,
		emissive: null,
		emissive_factor: [0, 0, 0],
		normal: null,
		normal_scale: 1,
		transmission_map: null,
		opaque: true,
		cutoff: null,
		transmission: 0,
		tangent_uv: null,
		grained: false,
		plain: true,
		keeps_layout: null
	}));
	return { surface, looks };
}

/** A desk lamp of sorts: nothing of it is symmetric. */
const lamp = () =>
	boxes(
		{ low: [-1, 0, -0.6], high: [1, 0.3, 0.6], color: [0.6, 0.1, 0.1] },
		{ low: [-0.8, 0.3, -0.2], high: [-0.5, 2, 0.1], color: [0.1, 0.5, 0.1] },
		{ low: [-0.8, 1.7, -0.2], high: [0.9, 2, 0.9], color: [0.1, 0.1, 0.6] }
	);

/** A photo taken by another renderer, with another lens, than the one that looks for its pose. */
function photograph(surface: Surface, looks: Look[], azimuth: number, elevation: number): Pixels {
	const side = 400;
	const [a, e] = [(azimuth * Math.PI) / 180, (elevation * Math.PI) / 180];
	const eye = eyeFrom([Math.sin(a) * Math.cos(e), Math.sin(e), Math.cos(a) * Math.cos(e)]);
	const { drawn } = rasterize(surface, frameOf(surface), side, eye);
	const data = new Uint8ClampedArray(side * side * 4);
	drawn.forEach((triangle, at) => {
		if (triangle < 0) return;
		const look = looks[surface.part_of[surface.indices[triangle * 3]!]!]!;
		// Darker than the model: another exposure.
		data.set(
			[0, 1, 2].map((c) => 200 * look.base_factor[c]! ** (1 / 2.2)),
			at * 4
		);
		data[at * 4 + 3] = 255;
	});
	return { width: side, height: side, data };
}

describe('findPose', () => {
	it.each([
		[0, 0],
		[35, 15],
		[-120, 40],
		[170, -20],
		[80, 65]
	])('finds a photo from %s° around and %s° up within a few degrees', (azimuth, elevation) => {
		const { surface, looks } = lamp();
		const photo = fitPhoto(photograph(surface, looks, azimuth, elevation), 128)!;
		const { pose, iou } = findPose(surface, photo);
		const true_pose = { azimuth, elevation, roll: 0, distance: 5 };
		expect(angleBetween(pose, true_pose)).toBeLessThan(4);
		expect(iou).toBeGreaterThan(0.95);
	});

	it('tells front and back of one outline apart by their colors', () => {
		const { surface, looks } = boxes(
			{ low: [-1, 0, 0], high: [1, 2, 0.2], color: [0.7, 0.05, 0.05] },
			{ low: [-1, 0, -0.2], high: [1, 2, 0], color: [0.05, 0.05, 0.7] }
		);
		for (const azimuth of [0, 180]) {
			const photo = fitPhoto(photograph(surface, looks, azimuth, 5), 128)!;
			const found = findPose(
				surface,
				photo,
				(pose) => comparePhoto(photo, drawColors(surface, looks, pose, photo.side)).color_error
			);
			const off = angleBetween(found.pose, { ...found.pose, azimuth, elevation: 5 });
			expect(off, `from ${azimuth}°`).toBeLessThan(20);
		}
	});
});

describe('comparePhoto', () => {
	it('finds nothing weak where the model is what the photo shows, in another exposure', () => {
		const { surface, looks } = lamp();
		const photo = fitPhoto(photograph(surface, looks, 30, 20), 128)!;
		const { pose } = findPose(surface, photo);
		const { iou, color_error, weak_share } = comparePhoto(
			photo,
			drawColors(surface, looks, pose, 128)
		);
		expect(iou).toBeGreaterThan(0.95);
		expect(color_error).toBeLessThan(0.05);
		expect(weak_share).toBeLessThan(0.08);
	});

	it('marks the part whose color is another one, and no other', () => {
		const { surface, looks } = lamp();
		const photo = fitPhoto(photograph(surface, looks, 0, 10), 128)!;
		const wrong = looks.map((look, part) =>
			part === 0 ? { ...look, base_factor: [0.05, 0.7, 0.7, 1] as Look['base_factor'] } : look
		);
		const pose = findPose(surface, photo).pose;
		const { weak_share, heat } = comparePhoto(photo, drawColors(surface, wrong, pose, 128));
		const alpha = (x: number, y: number) => heat.data[(y * 128 + x) * 4 + 3]!;
		expect(weak_share).toBeGreaterThan(0.15);
		expect(alpha(64, 112)).toBeGreaterThan(150); // The foot.
		expect(alpha(40, 60)).toBeLessThan(60); // The pole.
	});

	it('marks what only the photo has', () => {
		const { surface, looks } = lamp();
		const photo = fitPhoto(photograph(surface, looks, 0, 10), 128)!;
		const footless = { ...surface, indices: surface.indices.slice(36) };
		const pose = { azimuth: 0, elevation: 10, roll: 0, distance: 5 };
		const drawn = drawColors(footless, looks, pose, 128);
		expect(comparePhoto(photo, drawn).iou).toBeLessThan(0.8);
	});
});

describe('findUnseen', () => {
	const pose = (azimuth: number, elevation: number) => ({
		azimuth,
		elevation,
		roll: 0,
		distance: 8
	});

	it('of a cube is five sixths from the front, and the underside alone from all around and above', () => {
		const { surface } = boxes({ low: [-1, 0, -1], high: [1, 2, 1], color: [1, 1, 1] });
		expect(findUnseen(surface, [pose(0, 0)]).share).toBeCloseTo(5 / 6, 1);
		const around = [0, 90, 180, 270].map((azimuth) => pose(azimuth, 0));
		expect(findUnseen(surface, [...around, pose(0, 90)]).share).toBeCloseTo(1 / 6, 1);
		expect(findUnseen(surface, []).share).toBe(1);
	});

	it('counts what stands behind something as unseen', () => {
		const { surface } = boxes(
			{ low: [-1, 0, 1], high: [1, 2, 1.2], color: [1, 1, 1] },
			{ low: [-0.5, 0.5, -1], high: [0.5, 1.5, -0.8], color: [1, 1, 1] }
		);
		const { seen } = findUnseen(surface, [pose(0, 0)]);
		const of_part = (part: number) =>
			[...surface.part_of.keys()].filter((v) => surface.part_of[v] === part && seen[v]).length;
		expect(of_part(0)).toBe(4);
		expect(of_part(1)).toBe(0);
	});
});

it('projects a model into the middle of its picture, its longer side as long as a photo’s', () => {
	const { surface } = lamp();
	const view = projectPose(
		surface,
		ballOf(surface),
		{ azimuth: 40, elevation: 20, roll: 5, distance: 4 },
		100
	);
	const { triangles } = drawPose(surface.indices, view, 100);
	const drawn = [...triangles.keys()].filter((at) => triangles[at]! >= 0);
	const [columns, rows] = [drawn.map((at) => at % 100), drawn.map((at) => Math.floor(at / 100))];
	const span = (values: number[]) => Math.max(...values) - Math.min(...values) + 1;
	expect(Math.max(span(columns), span(rows))).toBeCloseTo(92, -0.5);
	expect(Math.min(...columns) + Math.max(...columns)).toBeCloseTo(99, -0.5);
	expect(Math.min(...rows) + Math.max(...rows)).toBeCloseTo(99, -0.5);
});

it(
	'checks a GLB against a cut-out: pose, outline, colors, and what nobody saw',
	{ timeout: 60_000 },
	async () => {
		const { glb } = await makeModel({ shape: 'vase', segments: 30 });
		const side = 200;
		// A vase of the same outline, cut out as a photo would be.
		const { surface } = await surfaceOf(glb);
		const view = projectPose(
			surface,
			ballOf(surface),
			{ azimuth: 0, elevation: 10, roll: 0, distance: 5 },
			side
		);
		const { triangles } = drawPose(surface.indices, view, side);
		const rgba = new Uint8Array(side * side * 4);
		triangles.forEach((triangle, at) => triangle >= 0 && rgba.set([120, 110, 100, 255], at * 4));
		const png = await sharp(rgba, { raw: { width: side, height: side, channels: 4 } })
			.png()
			.toBuffer();
		const image = new Blob([new Uint8Array(png)], { type: 'image/png' });
		const found = await checkFidelity({ glb, photos: [{ id: 'a', image }] }, {}, sharpImageEncoder);
		expect(found.photos).toHaveLength(1);
		expect(found.photos[0]?.iou).toBeGreaterThan(0.95);
		expect(found.unseen_share).toBeGreaterThan(0.4);
		expect(found.unseen_share).toBeLessThan(0.75);
		expect(found.unseen.size).toBeGreaterThan(1000);
	}
);

async function surfaceOf(glb: Blob) {
	const { readModel } = await import('$lib/optimize/read-model');
	return readModel(new Uint8Array(await glb.arrayBuffer()));
}
