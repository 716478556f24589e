// Writes build/share-shell.html and build/embed-shell.html: the single-page shell with links to the scripts and styles
// of that page, so that a visitor's browser asks for all of them at once. SvelteKit's own shell only knows its entry.
import fs from 'node:fs';

const CLIENT = '.svelte-kit/output/client';
const NODES = '.svelte-kit/generated/client-optimized/nodes';
const PAGES = { 'share-shell': 's/[slug]', 'embed-shell': 'embed/[slug]' };

/** @type {Record<string, { file: string, imports?: string[], css?: string[] }>} */
const manifest = JSON.parse(fs.readFileSync(`${CLIENT}/.vite/manifest.json`, 'utf8'));
const shell = fs.readFileSync('build/200.html', 'utf8');

for (const [name, page] of Object.entries(PAGES)) {
	const node = fs
		.readdirSync(NODES)
		.find((file) =>
			fs.readFileSync(`${NODES}/${file}`, 'utf8').includes(`routes/${page}/+page.svelte`)
		);
	if (!node) throw new Error(`No SvelteKit node draws ${page}.`);
	/** @type {Set<string>} */
	const files = new Set();
	collect(`${NODES}/${node}`, files);
	const links = [...files]
		.filter((file) => !shell.includes(`/${file}"`))
		.map((file) => {
			const rel = file.endsWith('.css') ? 'stylesheet' : 'modulepreload';
			return `<link href="/${file}" rel="${rel}">`;
		});
	fs.writeFileSync(`build/${name}.html`, shell.replace('</head>', `${links.join('')}</head>`));
}

/**
 * @param {string} key of the manifest
 * @param {Set<string>} files
 */
function collect(key, files) {
	const chunk = manifest[key];
	if (!chunk) throw new Error(`${key} was not built.`);
	if (files.has(chunk.file)) return;
	files.add(chunk.file);
	for (const css of chunk.css ?? []) files.add(css);
	for (const inner of chunk.imports ?? []) collect(inner, files);
}
