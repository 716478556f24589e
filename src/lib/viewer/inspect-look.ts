import {
	DoubleSide,
	Matrix3,
	MeshBasicMaterial,
	MeshStandardMaterial,
	ShaderMaterial,
	Vector2
} from 'three';
import type { Material, Mesh, Object3D } from 'three';
import { materialsOf, meshesOf } from './load-glb';

/** Ways to look at how a model is made. */
export const INSPECT_LOOKS = ['shaded', 'wireframe', 'uv', 'normals', 'density'] as const;
export type InspectLook = (typeof INSPECT_LOOKS)[number];

const originals = new WeakMap<Mesh, Material | Material[]>();

/**
 * Draws a model in another way; `shaded` is its own. Before a model is disposed of, give it its own look back, so that
 * its own materials are disposed of with it.
 *
 * @param size the model's longest side, in its own lengths: what texel density is measured against
 */
export function setInspectLook(root: Object3D, look: InspectLook, size: number): void {
	for (const mesh of meshesOf(root)) {
		const own = originals.get(mesh);
		if (own) {
			materialsOf(mesh).forEach((material) => material.dispose());
			mesh.material = own;
			originals.delete(mesh);
		}
		if (look === 'shaded') continue;
		originals.set(mesh, mesh.material);
		const made = materialsOf(mesh).map((material) => inspectMaterial(material, look, size));
		mesh.material = Array.isArray(mesh.material) ? made : (made[0] ?? mesh.material);
	}
}

/** From corner to pixel: where it is and where it faces, in the scene; where it is on the texture. */
const VARYINGS = `
varying vec3 at;
varying vec3 facing;
varying vec2 place;
`;

const VERTEX = `${VARYINGS}
uniform mat3 map_matrix;
void main() {
	vec4 world = modelMatrix * vec4(position, 1.0);
	at = world.xyz;
	facing = mat3(modelMatrix) * normal;
	place = (map_matrix * vec3(uv, 1.0)).xy;
	gl_Position = projectionMatrix * viewMatrix * world;
}`;

/** A soft light from the camera, so that shape is seen whatever the colors say. */
const SHAPE = `
float shape() {
	vec3 flat_normal = normalize(cross(dFdx(at), dFdy(at)));
	return 0.62 + 0.38 * abs(dot(flat_normal, normalize(cameraPosition - at)));
}`;

const FRAGMENTS: Record<Exclude<InspectLook, 'shaded'>, string> = {
	wireframe: `void main() { gl_FragColor = vec4(0.04, 0.43, 0.39, 1.0); }`,
	normals: `void main() { gl_FragColor = vec4(normalize(facing) * 0.5 + 0.5, 1.0); }`,
	// Sixteen squares along the texture, every fourth line of them darker; each quarter of it in a hue of its own.
	uv: `${SHAPE}
void main() {
	vec2 cell = floor(place * 16.0);
	float odd = mod(cell.x + cell.y, 2.0);
	vec2 area = floor(place * 4.0) / 4.0;
	vec3 hue = 0.55 + 0.4 * cos(6.283 * (vec3(area.x, area.y, area.x + area.y) + vec3(0.0, 0.33, 0.67)));
	gl_FragColor = vec4(mix(hue * 0.6, mix(hue, vec3(1.0), 0.55), odd) * shape(), 1.0);
}`,
	// Texels per length against an even spread over the model: blue is few, white is even, red is many.
	density: `${SHAPE}
uniform vec2 texels;
uniform float even;
void main() {
	vec2 across = dFdx(place * texels);
	vec2 down = dFdy(place * texels);
	float on_texture = abs(across.x * down.y - across.y * down.x);
	float on_surface = length(cross(dFdx(at), dFdy(at)));
	float off = log2(sqrt(on_texture / max(on_surface, 1e-20)) / even) / 3.0;
	vec3 color = off < 0.0
		? mix(vec3(0.95), vec3(0.13, 0.35, 0.8), min(1.0, -off))
		: mix(vec3(0.95), vec3(0.83, 0.2, 0.12), min(1.0, off));
	gl_FragColor = vec4(texels.x < 1.0 ? vec3(0.6) : color, 1.0) * vec4(vec3(shape()), 1.0);
}`
};

function inspectMaterial(
	own: Material,
	look: Exclude<InspectLook, 'shaded'>,
	size: number
): Material {
	const lit = own instanceof MeshStandardMaterial || own instanceof MeshBasicMaterial;
	const map = lit ? own.map : null;
	map?.updateMatrix();
	const image: unknown = map?.source.data;
	const side =
		image instanceof ImageBitmap ? new Vector2(image.width, image.height) : new Vector2();
	return new ShaderMaterial({
		vertexShader: VERTEX,
		fragmentShader: VARYINGS + FRAGMENTS[look],
		uniforms: {
			map_matrix: { value: map?.matrix ?? new Matrix3() },
			texels: { value: side },
			// An atlas covers about three times the square of the longest side.
			even: { value: Math.sqrt((side.x * side.y) / 3) / size || 1 }
		},
		wireframe: look === 'wireframe',
		side: DoubleSide
	});
}
