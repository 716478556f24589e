import { BufferGeometry, Group, Matrix4, Mesh, Quaternion, Vector3 } from 'three';
import type { Material, Object3D } from 'three';
import { StageError } from '../artifacts';
import { checkGlb, type Glb } from './check-glb';
import { disposeTree } from './dispose-tree';
import { GlbAccessors } from './glb-accessors';
import { index, list, number, numbers, part, type Json } from './glb-json';
import { GlbMaterials, type PictureOptions } from './glb-materials';

export interface LoadedModel {
	root: Group;
	triangles: number;
}

export interface LoadGlbOptions {
	/** Longest side of a texture, pixels; larger ones are scaled down. Default 4096. */
	max_texture_side?: number;
	/** Whose compressed formats KTX2 textures are kept in. Default null: they are unpacked. */
	gl?: WebGL2RenderingContext | null;
}

/** Attributes by the names three knows them under. */
const ATTRIBUTES = {
	POSITION: 'position',
	NORMAL: 'normal',
	TANGENT: 'tangent',
	TEXCOORD_0: 'uv',
	TEXCOORD_1: 'uv1',
	COLOR_0: 'color'
} as const;
const TRIANGLES = 4;
const DEFAULT_MAX_TEXTURE_SIDE = 4096;
/** Nodes in a model: more is a mistake or an attack. */
const MAX_NODES = 20_000;
const IDENTITY = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] as const;

/**
 * Decodes a GLB (plain, quantized or meshopt; JPEG, PNG, WebP, AVIF, KTX2 textures) into three objects: the still model of
 * its scene, without animations, lights and cameras. Our own reader, because three's GLTFLoader with what it drags
 * along (animation, skinning, lines, file loading) is a quarter of the viewer's bytes and the share page needs none.
 * The caller owns what comes back and gives it to `disposeTree` when done.
 *
 * @throws StageError `model_empty`, `model_corrupt`, `model_unsupported`
 */
export async function loadGlb(
	file: Blob | ArrayBuffer,
	{ max_texture_side: max_side = DEFAULT_MAX_TEXTURE_SIDE, gl = null }: LoadGlbOptions = {}
): Promise<LoadedModel> {
	const bytes = file instanceof Blob ? await file.arrayBuffer() : file;
	const glb = checkGlb(bytes);
	let root: Group;
	try {
		root = await new GlbScene(glb, { max_side, gl }).build();
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

class GlbScene {
	readonly #accessors: GlbAccessors;
	readonly #materials: GlbMaterials;
	readonly #meshes = new Map<number, Promise<Mesh[]>>();
	#nodes = 0;

	constructor(
		private readonly glb: Glb,
		pictures: PictureOptions
	) {
		this.#accessors = new GlbAccessors(glb);
		this.#materials = new GlbMaterials(glb, this.#accessors, pictures);
	}

	async build(): Promise<Group> {
		const { document } = this.glb;
		const scene = part(list(document.scenes)[index(document.scene) ?? 0]);
		const root = new Group();
		for (const child of await this.#children(scene.nodes)) root.add(child);
		return root;
	}

	#children(nodes: unknown): Promise<Group[]> {
		return Promise.all(list(nodes).map((at) => this.#node(index(at))));
	}

	async #node(at: number | null): Promise<Group> {
		if (at === null || ++this.#nodes > MAX_NODES) throw new Error('its nodes are tangled');
		const node = part(list(this.glb.document.nodes)[at]);
		const group = new Group();
		place(group, node);
		const mesh = index(node.mesh);
		if (mesh !== null) {
			// Several nodes may show one mesh: geometry and material are shared, the place is not.
			for (const { geometry, material } of await this.#mesh(mesh)) {
				const shown = new Mesh(geometry, material);
				// A product is mostly seen whole: looking for what is out of sight would measure every part for nothing.
				shown.frustumCulled = false;
				group.add(shown);
			}
		}
		for (const child of await this.#children(node.children)) group.add(child);
		return group;
	}

	#mesh(at: number): Promise<Mesh[]> {
		let mesh = this.#meshes.get(at);
		if (!mesh) {
			const primitives = list(part(list(this.glb.document.meshes)[at]).primitives).map(part);
			mesh = Promise.all(
				primitives
					.filter(({ mode }) => number(mode, TRIANGLES) === TRIANGLES)
					.map((primitive) => this.#primitive(primitive))
			);
			this.#meshes.set(at, mesh);
		}
		return mesh;
	}

	async #primitive(primitive: Json): Promise<Mesh> {
		const attributes = part(primitive.attributes);
		const material = this.#materials.material(index(primitive.material), {
			has_normals: attributes.NORMAL !== undefined,
			has_tangents: attributes.TANGENT !== undefined,
			has_colors: attributes.COLOR_0 !== undefined
		});
		const geometry = new BufferGeometry();
		for (const [name, known] of Object.entries(ATTRIBUTES)) {
			const attribute = await this.#accessors.attribute(attributes[name]);
			if (attribute) geometry.setAttribute(known, attribute);
		}
		const corners = await this.#accessors.attribute(primitive.indices);
		if (corners && 'isInterleavedBufferAttribute' in corners) {
			throw new Error('its triangles are stored in an unknown way');
		}
		const position = geometry.getAttribute('position');
		if (!position) throw new Error('a surface has no points');
		if (corners) {
			for (let i = 0; i < corners.count; i++) {
				if (corners.getX(i) >= position.count) throw new Error('a triangle has a missing corner');
			}
			geometry.setIndex(corners);
		}
		return new Mesh(geometry, await material);
	}
}

function place(group: Group, node: Json): void {
	if (node.matrix !== undefined) {
		new Matrix4()
			.fromArray(numbers(node.matrix, IDENTITY))
			.decompose(group.position, group.quaternion, group.scale);
		return;
	}
	group.position.copy(new Vector3(...numbers(node.translation, [0, 0, 0])));
	group.quaternion.copy(new Quaternion(...numbers(node.rotation, [0, 0, 0, 1])));
	group.scale.copy(new Vector3(...numbers(node.scale, [1, 1, 1])));
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
