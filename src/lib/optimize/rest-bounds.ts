import type { Document } from '@gltf-transform/core';
import { shownScene } from './glb-io';
import { movePoint, restPoints } from './rest-pose';
import type { Bounds } from './surface';

/**
 * The box around a scene in its rest pose.
 *
 * @throws StageError `model_corrupt` for joints that are not there.
 */
export function restBounds(document: Document): Bounds {
	const min: Bounds['min'] = [Infinity, Infinity, Infinity];
	const max: Bounds['max'] = [-Infinity, -Infinity, -Infinity];
	shownScene(document)?.traverse((node) => {
		for (const primitive of node.getMesh()?.listPrimitives() ?? []) {
			const { positions } = restPoints(node, primitive);
			const world = node.getSkin() ? null : node.getWorldMatrix();
			for (let at = 0; world && at < positions.length; at += 3) movePoint(positions, at, world);
			positions.forEach((value, i) => {
				if (value < min[i % 3]!) min[i % 3] = value;
				if (value > max[i % 3]!) max[i % 3] = value;
			});
		}
	});
	return min[0] <= max[0] ? { min, max } : { min: [0, 0, 0], max: [0, 0, 0] };
}
