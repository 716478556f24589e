import type { Document, Mesh, Node, Primitive, Skin } from '@gltf-transform/core';
import { corrupt } from './check-glb';

type Matrix = ArrayLike<number>;

/** The points of a primitive at rest: in the scene's space where its node has a skin, else in its node's. x, y, z each. */
export interface RestPoints {
	positions: Float32Array<ArrayBuffer>;
	/** Unit length; null where the primitive has none. */
	normals: Float32Array<ArrayBuffer> | null;
}

/**
 * Where a node's primitive is drawn when nothing moves: its morph targets as far as the file turns them on, its joints as
 * the file sets them. A skinned mesh stands where its joints put it, whatever its own node says (glTF 2.0, 3.7.3.3).
 *
 * @throws StageError `model_corrupt` for joints that are not there.
 */
export function restPoints(node: Node, primitive: Primitive): RestPoints {
	const positions = morphed(node, primitive, 'POSITION') ?? new Float32Array(0);
	const normals = morphed(node, primitive, 'NORMAL');
	const skin = node.getSkin();
	if (!skin) return { positions, normals };
	const matrix_of = skinMatrices(skin, primitive) ?? (() => node.getWorldMatrix());
	for (let at = 0; at < positions.length; at += 3) {
		const m = matrix_of(at / 3);
		movePoint(positions, at, m);
		if (normals && at < normals.length) turnNormal(normals, at, m);
	}
	return { positions, normals };
}

/** Moves the point at a place of an array by a column-major matrix. */
export function movePoint(points: Float32Array, at: number, m: Matrix): void {
	const [x, y, z] = [points[at]!, points[at + 1]!, points[at + 2]!];
	for (let k = 0; k < 3; k++)
		points[at + k] = m[k]! * x + m[4 + k]! * y + m[8 + k]! * z + m[12 + k]!;
}

/**
 * Makes everything that moves stand still as it does at rest: skeletons, animations and morph targets go, and what they
 * moved becomes plain meshes. Changes the document; does nothing to one that does not move.
 *
 * @throws StageError as `restPoints` does.
 */
export function standStill(document: Document): void {
	const root = document.getRoot();
	for (const scene of root.listScenes()) {
		const moving: [Node, Mesh][] = [];
		scene.traverse((node) => {
			const mesh = node.getMesh();
			if (mesh && moves(node, mesh)) moving.push([node, mesh]);
		});
		for (const [node, mesh] of moving) {
			const still = document.createMesh(mesh.getName());
			for (const primitive of mesh.listPrimitives()) {
				still.addPrimitive(stillPrimitive(document, node, primitive));
			}
			if (!node.getSkin()) node.setMesh(still);
			else {
				node.setMesh(null).setSkin(null);
				scene.addChild(document.createNode(node.getName()).setMesh(still));
			}
		}
	}
	for (const one of [...root.listAnimations(), ...root.listSkins()]) one.dispose();
}

const moves = (node: Node, mesh: Mesh) =>
	node.getSkin() !== null ||
	mesh.listPrimitives().some((primitive) => primitive.listTargets().length > 0);

function stillPrimitive(document: Document, node: Node, primitive: Primitive): Primitive {
	const { positions, normals } = restPoints(node, primitive);
	const buffer = document.getRoot().listBuffers()[0] ?? document.createBuffer();
	const accessor = (array: Float32Array<ArrayBuffer>) =>
		document.createAccessor().setType('VEC3').setArray(array).setBuffer(buffer);
	const still = primitive.clone().setAttribute('POSITION', accessor(positions));
	if (normals) still.setAttribute('NORMAL', accessor(normals));
	for (const semantic of still.listSemantics()) {
		if (/^(JOINTS|WEIGHTS)_/.test(semantic)) still.setAttribute(semantic, null);
	}
	for (const target of still.listTargets()) still.removeTarget(target);
	return still;
}

/** An attribute with its morph targets added; null where there is none. */
function morphed(
	node: Node,
	primitive: Primitive,
	semantic: 'POSITION' | 'NORMAL'
): Float32Array<ArrayBuffer> | null {
	const base = primitive.getAttribute(semantic);
	if (!base) return null;
	const values = new Float32Array(base.getCount() * 3);
	const weights = node.getWeights().length > 0 ? node.getWeights() : node.getMesh()?.getWeights();
	const parts = primitive.listTargets().map((target, i) => ({
		accessor: target.getAttribute(semantic),
		weight: weights?.[i] ?? 0
	}));
	const at: number[] = [];
	for (const { accessor, weight } of [{ accessor: base, weight: 1 }, ...parts]) {
		if (!accessor || weight === 0) continue;
		if (accessor.getCount() !== base.getCount()) corrupt('its morph targets differ in length');
		for (let i = 0; i < base.getCount(); i++) {
			accessor.getElement(i, at);
			for (let k = 0; k < 3; k++) values[i * 3 + k] = values[i * 3 + k]! + weight * (at[k] ?? 0);
		}
	}
	return values;
}

/** What moves each point of a primitive; null where it names no joints. */
function skinMatrices(skin: Skin, primitive: Primitive): ((point: number) => Matrix) | null {
	const sets = [0, 1, 2, 3].flatMap((set) => {
		const bones = primitive.getAttribute(`JOINTS_${set}`);
		const weights = primitive.getAttribute(`WEIGHTS_${set}`);
		return bones && weights ? [{ bones, weights }] : [];
	});
	if (sets.length === 0) return null;
	const joints = jointMatrices(skin);
	const blended = new Float64Array(16);
	const [bone, weight]: [number[], number[]] = [[], []];
	return (point) => {
		blended.fill(0);
		for (const { bones, weights } of sets) {
			bones.getElement(point, bone);
			weights.getElement(point, weight);
			bone.forEach((which, k) => {
				const share = weight[k] ?? 0;
				if (share === 0) return;
				const joint = joints[which] ?? corrupt('a joint is not there');
				for (let i = 0; i < 16; i++) blended[i] = blended[i]! + share * joint[i]!;
			});
		}
		return blended;
	};
}

function jointMatrices(skin: Skin): Matrix[] {
	const inverse = skin.getInverseBindMatrices();
	return skin.listJoints().map((joint, i) => {
		const world = joint.getWorldMatrix();
		return inverse ? multiply(world, inverse.getElement(i, [])) : world;
	});
}

/** Column-major, as glTF has them. */
function multiply(a: Matrix, b: Matrix): number[] {
	return Array.from({ length: 16 }, (_, at) => {
		const [row, column] = [at % 4, Math.floor(at / 4)];
		let sum = 0;
		for (let k = 0; k < 4; k++) sum += (a[k * 4 + row] ?? 0) * (b[column * 4 + k] ?? 0);
		return sum;
	});
}

/** Turns a normal by the cofactors of a matrix, as `joinPrimitives` does. */
function turnNormal(normals: Float32Array, at: number, m: Matrix): void {
	const [x, y, z] = [normals[at]!, normals[at + 1]!, normals[at + 2]!];
	const cofactor = (row: number, column: number) => {
		const [r1, r2] = [(row + 1) % 3, (row + 2) % 3];
		const [c1, c2] = [(column + 1) % 3, (column + 2) % 3];
		return m[c1 * 4 + r1]! * m[c2 * 4 + r2]! - m[c2 * 4 + r1]! * m[c1 * 4 + r2]!;
	};
	const turned = [0, 1, 2].map(
		(row) => cofactor(row, 0) * x + cofactor(row, 1) * y + cofactor(row, 2) * z
	);
	const length = Math.hypot(...turned) || 1;
	for (let k = 0; k < 3; k++) normals[at + k] = (turned[k] ?? 0) / length;
}
