/**
 * All triangles of a model in one vertex buffer, in the scene's space. One buffer lets one error budget rule all
 * parts, and keeps borders between materials closed: to a simplifier they are seams like any other.
 */
export interface Surface {
	/** Three per triangle. */
	indices: Uint32Array;
	/** x, y, z per vertex, metres once placed. */
	positions: Float32Array;
	/** `stride` numbers per vertex, laid out as `slots` say. */
	attributes: Float32Array;
	stride: number;
	slots: AttributeSlot[];
	/** Which part a vertex belongs to; a triangle never spans two. */
	part_of: Uint16Array;
	parts: SurfacePart[];
}

/** Where an attribute stands within a vertex's numbers. */
export interface AttributeSlot {
	/** As glTF names it: NORMAL, TEXCOORD_0, COLOR_0. */
	semantic: string;
	offset: number;
	size: number;
}

/** What is drawn with one material. */
export interface SurfacePart {
	/** The attributes it has, with their own size. */
	semantics: Map<string, number>;
	/** Texture coordinates within 0 to 1 in the source stay within. */
	uv_in_unit: Set<string>;
	/**
	 * It came with tangents, or its material asks for some and has no normal map to make them by: made anew for every
	 * file, since they do not survive simplifying.
	 */
	has_tangents: boolean;
	/** Its material lets something through: it hides nothing. */
	see_through: boolean;
	/** Its back is drawn too. */
	double_sided: boolean;
}

/** Lowest and highest corner. */
export interface Bounds {
	min: [number, number, number];
	max: [number, number, number];
}

/** Triangles of a surface. */
export function countTriangles(surface: Pick<Surface, 'indices'>): number {
	return surface.indices.length / 3;
}

/** The surface with the triangles of certain parts alone, and the same vertices. */
export function trianglesOf(surface: Surface, belongs: (part: number) => boolean): Surface {
	const { indices, part_of } = surface;
	return { ...surface, indices: indices.filter((_, i) => belongs(part_of[indices[i]!]!)) };
}

/** Where an attribute stands within a vertex's numbers; 0 where there is none. */
export function offsetOf({ slots }: Pick<Surface, 'slots'>, semantic: string): number {
	return slots.find((slot) => slot.semantic === semantic)?.offset ?? 0;
}

/** The box around the vertices that are used. */
export function boundsOf({ indices, positions }: Pick<Surface, 'indices' | 'positions'>): Bounds {
	const [min, max] = [new Float64Array(3).fill(Infinity), new Float64Array(3).fill(-Infinity)];
	for (let i = 0; i < indices.length; i++) {
		const vertex = indices[i]!;
		for (let axis = 0; axis < 3; axis++) {
			const value = positions[vertex * 3 + axis]!;
			if (value < min[axis]!) min[axis] = value;
			if (value > max[axis]!) max[axis] = value;
		}
	}
	return { min: [min[0]!, min[1]!, min[2]!], max: [max[0]!, max[1]!, max[2]!] };
}

/**
 * The surface with `remap` applied: vertex v becomes remap[v], and 0xffffffff is left out.
 * Where several vertices become one, the first counts.
 */
export function remapSurface(surface: Surface, remap: Uint32Array, count: number): Surface {
	const { stride } = surface;
	const indices = new Uint32Array(surface.indices.length);
	for (let i = 0; i < indices.length; i++) indices[i] = remap[surface.indices[i]!]!;
	const positions = new Float32Array(count * 3);
	const attributes = new Float32Array(count * stride);
	const part_of = new Uint16Array(count);
	for (let vertex = remap.length - 1; vertex >= 0; vertex--) {
		const to = remap[vertex]!;
		if (to === UNUSED) continue;
		for (let i = 0; i < 3; i++) positions[to * 3 + i] = surface.positions[vertex * 3 + i]!;
		for (let i = 0; i < stride; i++) {
			attributes[to * stride + i] = surface.attributes[vertex * stride + i]!;
		}
		part_of[to] = surface.part_of[vertex]!;
	}
	return { ...surface, indices, positions, attributes, part_of };
}

/**
 * The surface without some of its triangles; itself where there are none.
 *
 * @param left_out their numbers, in rising order.
 */
export function withoutTriangles(surface: Surface, left_out: number[]): Surface {
	if (left_out.length === 0) return surface;
	const { indices } = surface;
	const kept = new Uint32Array(indices.length - left_out.length * 3);
	let from = 0;
	let length = 0;
	for (const triangle of [...left_out, indices.length / 3]) {
		kept.set(indices.subarray(from, triangle * 3), length);
		length += triangle * 3 - from;
		from = triangle * 3 + 3;
	}
	return { ...surface, indices: kept };
}

/** Marks a vertex that no triangle uses, as meshoptimizer's remap tables do. */
export const UNUSED = 0xffffffff;
