import { Mesh } from 'three';
import type { Group, Material, Object3D } from 'three';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { MeshoptDecoder } from 'three/addons/libs/meshopt_decoder.module.js';
import { StageError } from '../artifacts';
import { checkGlb } from './check-glb';
import { disposeTree } from './dispose-tree';

export interface LoadedModel {
	root: Group;
	triangles: number;
}

/**
 * Decodes a GLB (plain, quantized or meshopt; JPEG, PNG, WebP, AVIF textures) into three objects.
 * The caller owns what comes back and gives it to `disposeTree` when done.
 *
 * @throws StageError `model_empty`, `model_corrupt`, `model_unsupported`
 */
export async function loadGlb(glb: Blob | ArrayBuffer): Promise<LoadedModel> {
	const bytes = glb instanceof Blob ? await glb.arrayBuffer() : glb;
	checkGlb(bytes);
	const loader = new GLTFLoader();
	loader.setMeshoptDecoder(MeshoptDecoder);
	let root: Group;
	try {
		root = (await loader.parseAsync(bytes, '')).scene;
	} catch (error) {
		const what = error instanceof Error ? error.message : String(error);
		throw new StageError('model_corrupt', { what: what.slice(0, 200) }, { cause: error });
	}
	const triangles = countTriangles(root);
	if (triangles === 0) {
		disposeTree(root);
		throw new StageError('model_corrupt', { what: 'it holds no triangles' });
	}
	return { root, triangles };
}

/** Every mesh below an object. */
export function meshesOf(root: Object3D): Mesh[] {
	const meshes: Mesh[] = [];
	root.traverse((object) => {
		if (object instanceof Mesh) meshes.push(object);
	});
	return meshes;
}

/** A mesh's materials, also when it has just one. */
export function materialsOf(mesh: Mesh): Material[] {
	return Array.isArray(mesh.material) ? mesh.material : [mesh.material];
}

function countTriangles(root: Object3D): number {
	let triangles = 0;
	for (const { geometry } of meshesOf(root)) {
		const corners = geometry.index?.count ?? geometry.getAttribute('position')?.count ?? 0;
		triangles += Math.floor(corners / 3);
	}
	return triangles;
}
