import {
	AddEquation,
	Camera,
	CustomBlending,
	DoubleSide,
	LessDepth,
	LinearFilter,
	Matrix3,
	Mesh,
	MeshBasicMaterial,
	MeshPhysicalMaterial,
	MeshStandardMaterial,
	NoBlending,
	OneFactor,
	PlaneGeometry,
	ShaderMaterial,
	Vector2,
	Vector3,
	WebGLRenderTarget
} from 'three';
import type { IUniform, Material, Object3D, WebGLRenderer } from 'three';
import type { ModelShape } from './frame-camera';
import { materialsOf, meshesOf } from './load-glb';

export interface GroundShadow {
	/** A plane under the model, visible from above only. */
	mesh: Mesh<PlaneGeometry, MeshBasicMaterial>;
	/** Draws the shadow (again, when the graphics context was lost). */
	bake(renderer: WebGLRenderer, root: Object3D, triangles: number): void;
	dispose(): void;
}

const TEXTURE_SIZE = 320;
/** How far the plane reaches past the footprint, in model heights. */
const REACH = 0.9;
/** Light directions, as many as the budget of drawn triangles allows; divisors of 255, so that 8-bit sums are exact. */
const LIGHTS = [85, 51, 17] as const;
const TRIANGLE_BUDGET = 3_000_000;
/** The flattest light: tan of its angle from straight above is sqrt(u / (1 - u)). */
const FLATTEST = 0.8;
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));
/** Glass and the like let light through. */
const CLEAR_SHADE = 0.4;
/** Blur that dissolves the steps between the most lights, texels; fewer lights take more. */
const BLUR = 2.4;
const OPACITY = 0.62;
const COLOR = 0x0a0a0c;

const CASTER_VERTEX = /* glsl */ `
uniform vec3 ground;
uniform vec2 slant;
uniform float reach;
uniform mat3 map_matrix;
varying vec2 at;
void main() {
	at = (map_matrix * vec3(uv, 1.0)).xy;
	vec3 world = (modelMatrix * vec4(position, 1.0)).xyz - ground;
	vec2 hit = world.xz + slant * max(world.y, 0.0);
	// One depth for all, so that each light darkens a point once, however many layers cover it.
	gl_Position = vec4(hit / reach, 0.0, 1.0);
}`;
const CASTER_FRAGMENT = /* glsl */ `
uniform float shade;
uniform float cutoff;
uniform sampler2D map;
varying vec2 at;
void main() {
	if (cutoff > 0.0 && texture2D(map, at).a < cutoff) discard;
	gl_FragColor = vec4(shade);
}`;
const BLUR_VERTEX = /* glsl */ `
varying vec2 at;
void main() {
	at = uv;
	gl_Position = vec4(position.xy * 2.0, 0.0, 1.0);
}`;
const BLUR_FRAGMENT = /* glsl */ `
uniform sampler2D map;
uniform vec2 offset;
uniform float fade;
varying vec2 at;
void main() {
	float sum = 0.0;
	for (int i = -4; i <= 4; i++) {
		float x = float(i);
		sum += texture2D(map, at + offset * x).r * exp(-x * x / 8.0);
	}
	float edge = 1.0 - smoothstep(0.55, 1.0, length(at - 0.5) * 2.0);
	gl_FragColor = vec4(sum / 5.0125 * mix(1.0, edge, fade));
}`;

/**
 * A soft shadow as in a photographer's light tent: the model's outline is cast on the ground from many directions
 * of an evenly bright sky (cosine-weighted, on a golden-angle spiral) and averaged once into a small texture.
 * Sharp where the model touches the ground, soft where it stands off it; costs one textured plane per frame.
 */
export function createGroundShadow(shape: ModelShape): GroundShadow {
	const size = shape.box.getSize(new Vector3());
	const reach = Math.max(size.x, size.z) / 2 + size.y * REACH;
	const target = new WebGLRenderTarget(TEXTURE_SIZE, TEXTURE_SIZE, { minFilter: LinearFilter });
	const material = new MeshBasicMaterial({
		color: COLOR,
		alphaMap: target.texture,
		transparent: true,
		opacity: OPACITY,
		depthWrite: false,
		toneMapped: false
	});
	const mesh = new Mesh(new PlaneGeometry(reach * 2, reach * 2), material);
	mesh.rotation.x = -Math.PI / 2;
	mesh.position.set(shape.center.x, shape.box.min.y, shape.center.z);
	mesh.renderOrder = -1;
	const materials: Material[] = [material];
	return {
		mesh,
		bake: (renderer, root, triangles) =>
			bake(renderer, root, triangles, { target, ground: mesh.position, reach, materials }),
		dispose() {
			mesh.removeFromParent();
			mesh.geometry.dispose();
			for (const one of materials) one.dispose();
			target.dispose();
		}
	};
}

interface Place {
	target: WebGLRenderTarget;
	/** The plane's middle. */
	ground: Vector3;
	/** Half its side. */
	reach: number;
	/** Kept with the shadow: whoever bakes the next one before this is disposed of finds its shaders compiled. */
	materials: Material[];
}

function bake(
	renderer: WebGLRenderer,
	root: Object3D,
	triangles: number,
	{ target, ground, reach, materials }: Place
): void {
	const lights = LIGHTS.find((count) => count * triangles <= TRIANGLE_BUDGET) ?? LIGHTS[2];
	const slant: IUniform<Vector2> = { value: new Vector2() };
	const shared = { slant, ground: { value: ground }, reach: { value: reach } };
	const restore = dress(root, (source) => {
		const caster = casterMaterial(source, shared, lights);
		materials.push(caster);
		return caster;
	});
	const before = { target: renderer.getRenderTarget(), auto: renderer.autoClear };
	const camera = new Camera();
	try {
		renderer.autoClear = false;
		renderer.setRenderTarget(target);
		renderer.setClearColor(0, 0);
		renderer.clear();
		for (let i = 0; i < lights; i++) {
			const u = ((i + 0.5) / lights) * FLATTEST;
			const tan = Math.sqrt(u / (1 - u));
			slant.value.set(Math.cos(i * GOLDEN_ANGLE), Math.sin(i * GOLDEN_ANGLE)).multiplyScalar(tan);
			renderer.clear(false, true, false);
			renderer.render(root, camera);
		}
		materials.push(blur(renderer, target, camera, BLUR * Math.sqrt(LIGHTS[0] / lights)));
	} finally {
		restore();
		renderer.setRenderTarget(before.target);
		renderer.autoClear = before.auto;
	}
}

/** Gives every mesh another material for a while; the returned function puts things back. */
function dress(root: Object3D, make: (source: Material) => ShaderMaterial): () => void {
	const undo = meshesOf(root).map((mesh) => {
		const { material } = mesh;
		const made = materialsOf(mesh).map(make);
		mesh.material = Array.isArray(material) ? made : (made[0] ?? material);
		return () => {
			mesh.material = material;
		};
	});
	return () => undo.forEach((step) => step());
}

function casterMaterial(
	source: Material,
	shared: Record<string, IUniform>,
	lights: number
): ShaderMaterial {
	const lit = source instanceof MeshStandardMaterial || source instanceof MeshBasicMaterial;
	const map = lit ? source.map : null;
	map?.updateMatrix();
	const cutoff = source.alphaTest > 0 ? source.alphaTest : source.transparent ? 0.5 : 0;
	const clear =
		(source instanceof MeshPhysicalMaterial && source.transmission > 0) ||
		(source.transparent && source.opacity < 0.9);
	return new ShaderMaterial({
		vertexShader: CASTER_VERTEX,
		fragmentShader: CASTER_FRAGMENT,
		uniforms: {
			...shared,
			shade: { value: (clear ? CLEAR_SHADE : 1) / lights },
			cutoff: { value: map ? cutoff : 0 },
			map: { value: map },
			map_matrix: { value: map?.matrix ?? new Matrix3() }
		},
		side: DoubleSide,
		depthFunc: LessDepth,
		blending: CustomBlending,
		blendEquation: AddEquation,
		blendSrc: OneFactor,
		blendDst: OneFactor
	});
}

/** Two passes of a small Gaussian, across and down; the second one also fades the plane's rim to nothing. @returns what it drew with */
function blur(
	renderer: WebGLRenderer,
	target: WebGLRenderTarget,
	camera: Camera,
	texels: number
): ShaderMaterial {
	const between = target.clone();
	const material = new ShaderMaterial({
		vertexShader: BLUR_VERTEX,
		fragmentShader: BLUR_FRAGMENT,
		uniforms: { map: { value: null }, offset: { value: new Vector2() }, fade: { value: 0 } },
		depthTest: false,
		depthWrite: false,
		blending: NoBlending
	});
	const quad = new Mesh(new PlaneGeometry(1, 1), material);
	quad.frustumCulled = false;
	const step = texels / 2 / TEXTURE_SIZE;
	const pass = (from: WebGLRenderTarget, to: WebGLRenderTarget, x: number, y: number) => {
		material.uniforms.map = { value: from.texture };
		material.uniforms.offset = { value: new Vector2(x, y) };
		material.uniforms.fade = { value: y > 0 ? 1 : 0 };
		renderer.setRenderTarget(to);
		renderer.render(quad, camera);
	};
	pass(target, between, step, 0);
	pass(between, target, 0, step);
	quad.geometry.dispose();
	between.dispose();
	return material;
}
