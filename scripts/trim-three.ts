import fs from 'node:fs';
import path from 'node:path';
import { build, type Plugin } from 'vite';
import { dropMethods } from './drop-methods';

/**
 * Parts of three's WebGLRenderer that this app never reaches but no bundler can drop, because the renderer's
 * constructor makes them. Each is replaced by the least that its callers need. Paths below `three/src/renderers/`.
 */
const REPLACED: Record<string, string> = {
	// AR opens in the system's own viewer.
	'webxr/WebXRManager.js': `
		export class WebXRManager {
			enabled = false;
			isPresenting = false;
			addEventListener() {}
			removeEventListener() {}
			getEnvironmentBlendMode() {}
			setAnimationLoop() {}
			dispose() {}
		}`,
	// The ground shadow is baked (src/lib/viewer/ground-shadow.ts).
	'webgl/WebGLShadowMap.js': `
		export class WebGLShadowMap {
			enabled = false;
			render() {}
		}`,
	// All light comes from the studio's cube (src/lib/viewer/studio-light.ts), which is ready for use.
	'webgl/WebGLEnvironments.js': `
		export class WebGLEnvironments {
			get(texture) { return texture ?? null; }
			dispose() {}
		}`,
	'webgl/WebGLLights.js': `
		import { Vector3 } from '../../math/Vector3.js';
		const KINDS = ['sun', 'sunShadow', 'sunShadowMap', 'sunShadowMatrix', 'sunShadowCascade', 'directional',
			'directionalShadow', 'directionalShadowMap', 'directionalShadowMatrix', 'spot', 'spotLightMap', 'spotShadow',
			'spotShadowMap', 'spotLightMatrix', 'rectArea', 'point', 'pointShadow', 'pointShadowMap',
			'pointShadowMatrix', 'hemi'];
		export class WebGLLights {
			state = {
				version: 0, hash: {}, ambient: [0, 0, 0], probe: Array.from({ length: 9 }, () => new Vector3()),
				rectAreaLTC1: null, rectAreaLTC2: null, numSpotLightShadowsWithMaps: 0, numLightProbes: 0,
				...Object.fromEntries(KINDS.map((kind) => [kind, []]))
			};
			setup() {}
			setupView() {}
		}`,
	// Models stand still and bring no uniform blocks.
	'webgl/WebGLMorphtargets.js': `
		export class WebGLMorphtargets {
			update() {}
		}`,
	'webgl/WebGLUniformsGroups.js': `
		export class WebGLUniformsGroups {
			update() {}
			bind() {}
			dispose() {}
		}`
};

/** Shaders of materials the app does not use, and pieces of shaders behind switches that stay off. */
const EMPTY_SHADERS =
	/^shaders\/(ShaderLib\/(background|backgroundCube|cube|depth|distance|equirect|linedashed|meshlambert|meshmatcap|meshnormal|meshphong|meshtoon|points|shadow|sprite|vsm)|ShaderChunk\/(batching_\w+|bumpmap_\w+|clipping_planes_\w+|cube_uv_\w+|displacementmap_\w+|fog_\w+|gradientmap_\w+|lightprobes_\w+|lights_(lambert|phong|toon)_\w+|logdepthbuf_\w+|morph\w+|shadowm\w+|specularmap_\w+))\.glsl\.js$/;

const RENDERER_FILE = /[\\/]three[\\/]src[\\/]renderers[\\/](.*\.js)$/;
const ENTRY = '\0three-entry';
const TRIMMED = '\0three-trimmed';

/**
 * Builds three from its sources with what `src` imports of it and nothing else: without the parts of the tables above,
 * without methods nobody names, its shaders without comments. Half the bytes of the share page. To use one of those
 * parts, take it out of its table. Checked against three r187; `vite dev` uses three as it comes.
 *
 * @param root the project's folder
 */
export function trimThree(root: string): Plugin {
	let trimmed: Promise<string> | null = null;
	return {
		name: 'trim-three',
		apply: 'build',
		enforce: 'pre',
		resolveId(id, importer = '') {
			if (id !== 'three' || this.environment.name !== 'client') return null;
			if (importer.includes('node_modules')) {
				this.error(`${importer} imports three: let scripts/trim-three.ts read its imports too.`);
			}
			return TRIMMED;
		},
		load(id) {
			if (id !== TRIMMED) return null;
			trimmed ??= trim(root);
			return trimmed.then((code) => ({ code, moduleSideEffects: false }));
		}
	};
}

async function trim(root: string): Promise<string> {
	const users = sourcesIn(path.join(root, 'src'));
	const names = new Set(users.flatMap(namesOfThree));
	const entry = `export { ${[...names].join(', ')} } from 'three/src/Three.js';`;
	const built = await build({
		root,
		configFile: false,
		logLevel: 'error',
		plugins: [replaceParts(entry)],
		build: {
			write: false,
			minify: false,
			// An entry of this name is never looked up on the disk: replaceParts gives it.
			lib: { entry: ENTRY, formats: ['es'], fileName: 'three' }
		}
	});
	const outputs = Array.isArray(built) ? built : [built];
	const code = outputs
		.flatMap((one) => ('output' in one ? one.output : []))
		.flatMap((one) => (one.type === 'chunk' ? [one.code] : []))
		.join('\n');
	return dropMethods(code, users.join('\n'));
}

function replaceParts(entry: string): Plugin {
	return {
		name: 'trim-three-parts',
		enforce: 'pre',
		resolveId: (id) => (id.endsWith(ENTRY) ? ENTRY : null),
		load(id) {
			if (id === ENTRY) return entry;
			const file = RENDERER_FILE.exec(id)?.[1]?.replaceAll('\\', '/') ?? '';
			if (EMPTY_SHADERS.test(file)) {
				return file.includes('ShaderLib')
					? "export const vertex = '', fragment = '';"
					: "export default '';";
			}
			return REPLACED[file] ?? null;
		},
		transform(code, id) {
			if (!id.endsWith('.glsl.js') || EMPTY_SHADERS.test(RENDERER_FILE.exec(id)?.[1] ?? ''))
				return null;
			return { code: minifyShader(code), map: null };
		}
	};
}

/** Without comments, indentation and empty lines. Line ends stay: the preprocessor needs them. */
function minifyShader(code: string): string {
	return code
		.replace(/\/\*[\s\S]*?\*\//g, '')
		.replace(/\/\/.*$/gm, '')
		.replace(/\s*\n\s*/g, '\n')
		.replace(/ ([-+*/=,;(){}<>]+) /g, '$1');
}

function sourcesIn(folder: string): string[] {
	return fs
		.readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((file) => /\.(ts|svelte)$/.test(file))
		.map((file) => fs.readFileSync(path.join(folder, file), 'utf8'));
}

/** What a source imports from three, types aside. */
function namesOfThree(source: string): string[] {
	const imports = source.matchAll(/import\s*\{([^}]*)\}\s*from\s*'three'/g);
	return [...imports].flatMap(([, names = '']) =>
		names
			.split(',')
			.map((name) => name.trim())
			.filter((name) => name !== '' && !name.startsWith('type '))
			.map((name) => name.split(/\s+as\s+/)[0] ?? name)
	);
}
