import type { View } from '../../../artifacts';
import { dropHidden } from './drop-hidden';
import type { Mesh } from './march-cubes';
import { packCharts } from './pack-charts';
import { VIEWS } from './views';

export interface Chart {
	view: View;
	/** Triangles, by their number. */
	faces: number[];
	/** Its box in the view's plane, in the mesh's unit: right and down. */
	left: number;
	top: number;
	width: number;
	height: number;
}

export interface Unwrapped {
	/** For each corner of each triangle u, v in pixels of a square texture. */
	corners: Float32Array;
	/** Number of the chart each triangle belongs to. */
	charts: Uint32Array;
}

const NAMES: View[] = ['front', 'back', 'left', 'right', 'top', 'bottom'];
/** A triangle seen flatter than this (cosine) is not given to a view for its neighbors' sake. */
const FLATTEST = 0.25;
const VOTES = 3;

/**
 * Cuts a mesh into charts, each a connected part seen from one of six sides without hiding itself, and lays them out
 * on a square so that none overlap.
 *
 * @param cell size of the finest triangles
 * @param texture_size pixels
 */
export function unwrapMesh(mesh: Mesh, cell: number, texture_size: number): Unwrapped {
	const neighbors = findNeighbors(mesh);
	const sides = chooseSides(mesh, neighbors);
	const charts = findCharts(mesh, sides, neighbors, cell);
	const { scale, places } = packCharts(charts, texture_size);
	const corners = new Float32Array(mesh.indices.length * 2);
	const owners = new Uint32Array(mesh.indices.length / 3);
	charts.forEach(({ view, faces, left, top }, number) => {
		const place = places[number]!;
		for (const face of faces) {
			owners[face] = number;
			for (let corner = 3 * face; corner < 3 * face + 3; corner++) {
				const [x, y] = flatten(mesh, mesh.indices[corner]!, view);
				corners[2 * corner] = place.x + (x - left) * scale;
				corners[2 * corner + 1] = place.y + (y - top) * scale;
			}
		}
	});
	return { corners, charts: owners };
}

function flatten({ positions }: Mesh, point: number, view: View): [number, number] {
	const { right, down } = VIEWS[view];
	return [
		positions[3 * point + right.axis]! * right.sign,
		positions[3 * point + down.axis]! * down.sign
	];
}

function flattenFace(mesh: Mesh, face: number, view: View) {
	const corner = (i: number) => flatten(mesh, mesh.indices[3 * face + i]!, view);
	return [...corner(0), ...corner(1), ...corner(2)] as const;
}

/** The triangle beyond each edge; the edge starts at the corner of the same number. */
function findNeighbors({ indices }: Mesh): Int32Array {
	const neighbors = new Int32Array(indices.length).fill(-1);
	const open = new Map<number, number>();
	const most = indices.reduce((a, b) => Math.max(a, b), 0) + 1;
	for (let corner = 0; corner < indices.length; corner++) {
		const [from, to] = [indices[corner]!, indices[corner % 3 === 2 ? corner - 2 : corner + 1]!];
		const twin = open.get(to * most + from);
		if (twin === undefined) open.set(from * most + to, corner);
		else {
			neighbors[corner] = Math.floor(twin / 3);
			neighbors[twin] = Math.floor(corner / 3);
		}
	}
	return neighbors;
}

/** From which side each triangle is seen: straightest, but as its neighbors where that is nearly as good. */
function chooseSides({ positions, indices }: Mesh, neighbors: Int32Array): Uint8Array {
	const count = indices.length / 3;
	const cosines = new Float32Array(count * 6);
	let sides = new Uint8Array(count);
	for (let face = 0; face < count; face++) {
		const [a, b, c] = [0, 1, 2].map((corner) => 3 * indices[3 * face + corner]!) as [
			number,
			number,
			number
		];
		const u = [0, 1, 2].map((axis) => positions[b + axis]! - positions[a + axis]!);
		const v = [0, 1, 2].map((axis) => positions[c + axis]! - positions[a + axis]!);
		const normal = [
			u[1]! * v[2]! - u[2]! * v[1]!,
			u[2]! * v[0]! - u[0]! * v[2]!,
			u[0]! * v[1]! - u[1]! * v[0]!
		];
		const length = Math.hypot(...normal) || 1;
		let best = 0;
		NAMES.forEach((view, side) => {
			const { axis, sign } = VIEWS[view].toward;
			cosines[6 * face + side] = (normal[axis]! * sign) / length;
			if (cosines[6 * face + side]! > cosines[6 * face + best]!) best = side;
		});
		sides[face] = best;
	}
	for (let vote = 0; vote < VOTES; vote++) {
		const voted = sides.slice();
		for (let face = 0; face < count; face++) {
			const around = [0, 1, 2].flatMap((edge) => {
				const neighbor = neighbors[3 * face + edge]!;
				return neighbor < 0 ? [] : [sides[neighbor]!];
			});
			const wanted = around.find((side, i) => around.indexOf(side) !== i);
			if (wanted !== undefined && cosines[6 * face + wanted]! > FLATTEST) voted[face] = wanted;
		}
		sides = voted;
	}
	return sides;
}

function findCharts(mesh: Mesh, sides: Uint8Array, neighbors: Int32Array, cell: number): Chart[] {
	const charts: Chart[] = [];
	const seen = new Uint8Array(sides.length);
	// Triangles that would hide a part of their own chart wait for another one.
	let waiting: number[] = Array.from(sides.keys());
	while (waiting.length > 0) {
		const hidden: number[] = [];
		for (const face of waiting) seen[face] = 0;
		const open = new Set(waiting);
		for (const start of waiting) {
			if (seen[start]) continue;
			const view = NAMES[sides[start]!]!;
			const faces = [start];
			seen[start] = 1;
			for (let i = 0; i < faces.length; i++) {
				for (let edge = 0; edge < 3; edge++) {
					const next = neighbors[3 * faces[i]! + edge]!;
					if (next < 0 || seen[next] || !open.has(next) || sides[next] !== sides[start]) continue;
					seen[next] = 1;
					faces.push(next);
				}
			}
			const kept = dropHidden(faces, (face) => flattenFace(mesh, face, view), cell, hidden);
			charts.push(measureChart(mesh, view, kept));
		}
		waiting = hidden;
	}
	return charts;
}

function measureChart(mesh: Mesh, view: View, faces: number[]): Chart {
	let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
	for (const face of faces) {
		for (let corner = 3 * face; corner < 3 * face + 3; corner++) {
			const [x, y] = flatten(mesh, mesh.indices[corner]!, view);
			left = Math.min(left, x);
			right = Math.max(right, x);
			top = Math.min(top, y);
			bottom = Math.max(bottom, y);
		}
	}
	return { view, faces, left, top, width: right - left, height: bottom - top };
}
