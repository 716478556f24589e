import * as watlas from 'watlas';
import { spread } from './spread-surface';
import { offsetOf, type Surface } from './surface';

/** Texels between charts, so that three mip levels and a bilinear tap stay within one. */
const PADDING = 4;

let ready: Promise<void> | null = null;

export interface Unwrapped {
	surface: Surface;
	/** How wide and high the atlas is against its longer side, 0 to 1. */
	width: number;
	height: number;
	charts: number;
}

/**
 * Lays a surface out flat in a fresh atlas without overlaps, with xatlas (https://github.com/jpcy/xatlas) through
 * watlas. Where charts part, vertices are split.
 *
 * @param source with room for TEXCOORD_0 in its attributes.
 * @param texture_size longest side of the texture to come, pixels.
 */
export async function unwrapSurface(source: Surface, texture_size: number): Promise<Unwrapped> {
	if (source.indices.length === 0) return { surface: source, width: 0, height: 0, charts: 0 };
	ready ??= watlas.Initialize();
	await ready;
	const atlas = new watlas.Atlas();
	try {
		atlas.addMesh({
			vertexPositionData: source.positions,
			vertexCount: source.part_of.length,
			vertexPositionStride: 12,
			indexData: source.indices,
			indexCount: source.indices.length
		});
		atlas.generate(
			{ maxIterations: 1 },
			{ resolution: texture_size, padding: PADDING, bilinear: true }
		);
		return take(source, atlas);
	} finally {
		atlas.delete();
	}
}

function take(source: Surface, atlas: watlas.Atlas): Unwrapped {
	const mesh = atlas.getMesh(0);
	const longest = Math.max(atlas.width, atlas.height, 1);
	const indices = new Uint32Array(mesh.indexCount);
	mesh.getIndexArray(indices);
	const count = mesh.vertexCount;
	const from = new Uint32Array(count);
	const uv = new Float32Array(count * 2);
	const lost = new Uint8Array(count);
	for (let i = 0; i < count; i++) {
		const vertex = mesh.getVertex(i);
		from[i] = vertex.xref;
		// A triangle without area has no place in the atlas.
		lost[i] = vertex.atlasIndex < 0 ? 1 : 0;
		uv[i * 2] = vertex.uv[0] / Math.max(1, atlas.width);
		uv[i * 2 + 1] = vertex.uv[1] / Math.max(1, atlas.height);
	}
	const surface = spread(source, from, indices);
	const offset = offsetOf(surface, 'TEXCOORD_0');
	for (let i = 0; i < count; i++) {
		surface.attributes[i * surface.stride + offset] = lost[i] ? 0 : uv[i * 2]!;
		surface.attributes[i * surface.stride + offset + 1] = lost[i] ? 0 : uv[i * 2 + 1]!;
	}
	return {
		surface,
		width: atlas.width / longest,
		height: atlas.height / longest,
		charts: atlas.chartCount
	};
}
