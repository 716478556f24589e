import { type Document, type Node, type Skin } from '@gltf-transform/core';
import { corrupt } from './check-glb';
import type { Bounds } from './surface';

type Matrix = ArrayLike<number>;

/**
 * The box around a scene in its rest pose. A skinned mesh stands where its joints put it, whatever its own node says
 * (glTF 2.0, 3.7.3.3).
 *
 * @throws StageError `model_corrupt` for joints that are not there.
 */
export function restBounds(document: Document): Bounds {
	const root = document.getRoot();
	const scene = root.getDefaultScene() ?? root.listScenes()[0];
	const min: Bounds['min'] = [Infinity, Infinity, Infinity];
	const max: Bounds['max'] = [-Infinity, -Infinity, -Infinity];
	scene?.traverse((node) => {
		const skin = node.getSkin();
		const joints = skin && jointMatrices(skin);
		for (const primitive of node.getMesh()?.listPrimitives() ?? []) {
			const points = primitive.getAttribute('POSITION');
			const [bones, weights] = [
				primitive.getAttribute('JOINTS_0'),
				primitive.getAttribute('WEIGHTS_0')
			];
			const point: number[] = [0, 0, 0];
			const [bone, weight]: [number[], number[]] = [[], []];
			for (let i = 0; i < (points?.getCount() ?? 0); i++) {
				points?.getElement(i, point);
				let to = [0, 0, 0];
				if (joints && bones && weights) {
					bones.getElement(i, bone);
					weights.getElement(i, weight);
					bone.forEach((which, k) => {
						const share = weight[k] ?? 0;
						if (share === 0) return;
						const moved = apply(joints[which] ?? corrupt('a joint is not there'), point);
						to = to.map((value, axis) => value + share * (moved[axis] ?? 0));
					});
				} else to = apply(node.getWorldMatrix(), point);
				for (let axis = 0; axis < 3; axis++) {
					const value = to[axis] ?? 0;
					if (value < (min[axis] ?? 0)) min[axis] = value;
					if (value > (max[axis] ?? 0)) max[axis] = value;
				}
			}
		}
	});
	return min[0] <= max[0] ? { min, max } : { min: [0, 0, 0], max: [0, 0, 0] };
}

function jointMatrices(skin: Skin): Matrix[] {
	const inverse = skin.getInverseBindMatrices();
	return skin.listJoints().map((joint: Node, i) => {
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

function apply(m: Matrix, point: number[]): number[] {
	return [0, 1, 2].map(
		(row) =>
			(m[row] ?? 0) * (point[0] ?? 0) +
			(m[4 + row] ?? 0) * (point[1] ?? 0) +
			(m[8 + row] ?? 0) * (point[2] ?? 0) +
			(m[12 + row] ?? 0)
	);
}
