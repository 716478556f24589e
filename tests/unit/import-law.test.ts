import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * What may import what (README, "Code tour"). A room is the first line whose prefix fits. `import type` is free,
 * except that worker/ never imports from src/.
 */
const LAW: { room: string; may: string[]; packages?: RegExp }[] = [
	{ room: 'src/lib/artifacts.ts', may: [] },
	{ room: 'src/lib/api.ts', may: ['worker/contract'] },
	{ room: 'src/lib/pause.ts', may: [] },
	{ room: 'src/lib/hash-file.ts', may: [] },
	{ room: 'src/lib/strings/', may: ['src/lib/strings/'] },
	{ room: 'src/lib/ui/', may: ['src/lib/ui/', 'src/lib/strings'] },
	{
		room: 'src/lib/networks/',
		may: [
			'src/lib/networks/',
			'src/lib/artifacts',
			'src/lib/api',
			'src/lib/pause',
			'src/lib/hash-file'
		],
		packages: /^(?!svelte|@sveltejs)/
	},
	...['intake', 'cutout', 'generate', 'optimize', 'share'].map((stage) => ({
		room: `src/lib/${stage}/`,
		may: [
			`src/lib/${stage}/`,
			'src/lib/artifacts',
			'src/lib/api',
			'src/lib/pause',
			'src/lib/hash-file',
			...(/cutout|generate/.test(stage) ? ['src/lib/networks/'] : []),
			'src/lib/threads/run-task',
			'worker/contract'
		],
		packages: /^(?!svelte|@sveltejs)/
	})),
	{
		// What the optimizer knows of models, held against photos.
		room: 'src/lib/fidelity/',
		may: ['src/lib/fidelity/', 'src/lib/optimize/', 'src/lib/artifacts'],
		packages: /^(?!svelte|@sveltejs)/
	},
	{
		room: 'src/lib/threads/',
		may: [
			'src/lib/threads/',
			'src/lib/artifacts',
			'src/lib/intake/',
			'src/lib/networks/',
			'src/lib/cutout/',
			'src/lib/generate/',
			'src/lib/optimize/',
			'src/lib/fidelity/',
			// Stills are drawn on a thread.
			'src/lib/viewer/',
			'src/lib/hash-file'
		],
		packages: /^(?!svelte|@sveltejs)/
	},
	{ room: 'src/lib/viewer/', may: ['src/lib/viewer/', 'src/lib/artifacts', 'src/lib/strings'] },
	{ room: 'src/lib/', may: ['src/lib/', 'worker/contract'] },
	{ room: 'src/routes/', may: ['src/', 'worker/contract'] },
	// The dated table is data that checks requests and prices buttons.
	{ room: 'worker/clients/meshy-catalog.ts', may: [] },
	{
		room: 'worker/contract',
		may: ['worker/contract', 'worker/clients/meshy-catalog'],
		packages: /^zod$/
	},
	{ room: 'worker/db/', may: ['worker/db/', 'worker/contract'] },
	{ room: 'worker/clients/', may: ['worker/clients/', 'worker/contract'], packages: /^(?!hono)/ },
	{ room: 'worker/', may: ['worker/'] }
];
const root = path.resolve(import.meta.dirname, '../..');

function sources(folder: string): string[] {
	return fs
		.readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
		.filter((file) => /\.(ts|svelte)$/.test(file))
		.map((file) => path.posix.join(folder, file.split(path.sep).join('/')));
}

interface Import {
	specifier: string;
	type_only: boolean;
}
function importsOf(file: string): Import[] {
	const text = fs.readFileSync(path.join(root, file), 'utf8');
	const found: Import[] = [];
	const statements =
		/(?:^|\n)\s*(import|export)\s+(type\s+)?(?:([^'";]*?)\s+from\s+)?['"]([^'"]+)['"]/g;
	for (const [, , type, names, specifier = ''] of text.matchAll(statements)) {
		const inner = /\{([^}]*)\}/.exec(names ?? '')?.[1];
		const only_types =
			inner !== undefined &&
			/^\s*\{/.test(names ?? '') &&
			inner.split(',').every((name) => name.trim() === '' || name.trim().startsWith('type '));
		found.push({ specifier, type_only: Boolean(type) || only_types });
	}
	for (const [, specifier = ''] of text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)) {
		found.push({ specifier, type_only: false });
	}
	return found;
}

/** The imported file, from the root of the repository; null for packages. */
function target(file: string, specifier: string): string | null {
	if (specifier.startsWith('$lib/')) return `src/lib/${specifier.slice(5)}`;
	if (!specifier.startsWith('.')) return null;
	return path.posix.join(path.posix.dirname(file), specifier);
}

function breaches(file: string): string[] {
	const law = LAW.find(({ room }) => file.startsWith(room));
	if (!law) return [`${file}: in no room of the law`];
	return importsOf(file).flatMap(({ specifier, type_only }) => {
		const to = target(file, specifier);
		if (file.startsWith('worker/') && to !== null && !to.startsWith('worker/')) {
			return [`${file} -> ${specifier}: worker never imports from src`];
		}
		if (type_only) return [];
		if (to === null) {
			const allowed = !law.packages || law.packages.test(specifier);
			return allowed ? [] : [`${file} -> package ${specifier}`];
		}
		return law.may.some((prefix) => to.startsWith(prefix)) ? [] : [`${file} -> ${specifier}`];
	});
}

describe('the import law', () => {
	it('is kept by every file of src and worker', () => {
		const files = [...sources('src'), ...sources('worker')].filter(
			(file) => !file.endsWith('app.d.ts')
		);
		expect(files.length).toBeGreaterThan(50);
		expect(files.flatMap(breaches)).toEqual([]);
	});

	it('would notice a stage that imports another stage', () => {
		expect(target('src/lib/cutout/engines.ts', '../optimize/optimize-model')).toBe(
			'src/lib/optimize/optimize-model'
		);
		const cutout = LAW.find(({ room }) => room === 'src/lib/cutout/');
		expect(cutout?.may.some((prefix) => 'src/lib/optimize/optimize-model'.startsWith(prefix))).toBe(
			false
		);
	});
});

describe('the stage functions', () => {
	it.each([
		['src/lib/intake/select-images.ts', 'selectImages'],
		['src/lib/cutout/remove-backgrounds.ts', 'removeBackgrounds'],
		['src/lib/generate/generate-3d-model.ts', 'generate3DModel'],
		['src/lib/optimize/optimize-model.ts', 'optimizeModel']
	])('%s exports %s', (file, name) => {
		const text = fs.readFileSync(path.join(root, file), 'utf8');
		expect(text).toMatch(new RegExp(`export (async )?function ${name}\\b`));
	});
});
