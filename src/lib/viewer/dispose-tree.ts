import { Mesh, Texture } from 'three';
import type { Material, Object3D } from 'three';

/** Gives back everything an object tree holds: geometry, materials, textures and their decoded images. */
export function disposeTree(root: Object3D): void {
	root.removeFromParent();
	root.traverse((object) => {
		if (!(object instanceof Mesh)) return;
		object.geometry.dispose();
		const materials: Material[] = Array.isArray(object.material)
			? object.material
			: [object.material];
		for (const material of materials) disposeMaterial(material);
	});
}

function disposeMaterial(material: Material): void {
	for (const value of Object.values(material)) {
		if (!(value instanceof Texture)) continue;
		value.dispose();
		// An ImageBitmap keeps its pixels until it is closed, garbage collected or not.
		const image: unknown = value.source.data;
		if (typeof ImageBitmap !== 'undefined' && image instanceof ImageBitmap) image.close();
	}
	material.dispose();
}
