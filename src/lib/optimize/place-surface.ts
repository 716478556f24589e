import type { Document } from '@gltf-transform/core';
import { Volume } from '@gltf-transform/extensions';
import type { Size } from '../artifacts';
import { scaleFor } from './scale-for';
import { boundsOf, type Surface } from './surface';

/**
 * Stands a surface on y = 0, centered on x and z, and scales it uniformly to a real size: by height if it is known,
 * else width, else depth, so that the product's proportions stay the model's own. A length that is not a positive
 * finite number counts as unknown. The thickness of transmitting materials grows along.
 *
 * @returns the size it has then, metres.
 */
export function placeSurface(surface: Surface, document: Document, size: Partial<Size> = {}): Size {
	const { min, max } = boundsOf(surface);
	const extents = [max[0] - min[0], max[1] - min[1], max[2] - min[2]] as const;
	const scale = scaleFor(extents, size);
	const origin = [(min[0] + max[0]) / 2, min[1], (min[2] + max[2]) / 2];
	const { positions } = surface;
	for (let i = 0; i < positions.length; i++) {
		positions[i] = ((positions[i] ?? 0) - (origin[i % 3] ?? 0)) * scale;
	}
	for (const material of document.getRoot().listMaterials()) {
		const volume = material.getExtension('KHR_materials_volume');
		if (volume instanceof Volume) volume.setThicknessFactor(volume.getThicknessFactor() * scale);
	}
	return {
		width_m: extents[0] * scale,
		height_m: extents[1] * scale,
		depth_m: extents[2] * scale
	};
}
