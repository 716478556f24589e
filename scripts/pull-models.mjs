// `npm run models:pull`: puts weights of cut-out networks into the local bucket (`--remote`: the one on Cloudflare), under
// the paths the hub has them, so that MODEL_BASE_URL = "/models" serves them. Needs a network.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runnerImport } from 'vite';
import { run } from './wrangler.mjs';

const BUCKET = 'vitrine-assets';
const RIGHT = 'i-hold-the-right-to-host';
/** A file whose size is not pinned may differ from the table by this share. */
const SIZE_TOLERANCE = 0.1;

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		precision: { type: 'string', multiple: true, default: ['fp16', 'fp32'] },
		remote: { type: 'boolean', default: false },
		[RIGHT]: { type: 'boolean', default: false }
	}
});
const hub = (process.env.MODEL_HUB ?? 'https://huggingface.co').replace(/\/+$/, '');
const read = async (file) =>
	(await runnerImport(file, { configFile: false, logLevel: 'error' })).module;
const { ENGINES } = await read('./src/lib/cutout/engines.ts');
const { DEPTH_NETWORK } = await read('./src/lib/generate/draft/depth/depth-network.ts');
const engines = Object.values(ENGINES).flatMap(({ network }) => network ?? []);
const networks = [...engines, DEPTH_NETWORK];
const wanted = positionals.length
	? positionals.map(
			(name) => networks.find((network) => network.name === name) ?? fail(2, unknown(name))
		)
	: networks.filter(({ license }) => license.commercial);

for (const { name, license, weights } of wanted) {
	if (!license.commercial && !values[RIGHT]) {
		fail(
			2,
			`${name} may not be hosted under its license (${license.name}, ${license.url}). If you have an agreement with its makers that lets you, say so with --${RIGHT}.`
		);
	}
	for (const [precision, file] of Object.entries(weights)) {
		if (values.precision.includes(precision)) await pull(name, file);
	}
}
console.log('Done. Set MODEL_BASE_URL = "/models" in wrangler.toml to use them.');

/** Downloads one file, checks it, and stores it with the pointer that tells its hash. */
async function pull(name, file) {
	const url = `${hub}/${file.path}`;
	console.log(`${name}: ${url}`);
	const response = await fetch(url).catch((error) =>
		fail(1, `${url} cannot be reached: ${error.message}`)
	);
	if (!response.ok) fail(1, `${url} answered ${response.status}.`);
	const bytes = Buffer.from(await response.arrayBuffer());
	const sha256 = createHash('sha256').update(bytes).digest('hex');
	const off = Math.abs(bytes.length - file.bytes);
	const right = file.sha256 ? sha256 === file.sha256 : off <= SIZE_TOLERANCE * file.bytes;
	if (!right || bytes[0] !== 8) fail(1, `${url} is not the file it should be. Nothing was stored.`);
	await store(file.path, bytes);
	const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${bytes.length}\n`;
	await store(file.path.replace('/resolve/', '/raw/'), Buffer.from(pointer));
}

async function store(key, bytes) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-'));
	const file = path.join(folder, 'file');
	fs.writeFileSync(file, bytes);
	const where = values.remote ? '--remote' : '--local';
	const target = `${BUCKET}/models/${key}`;
	const code = await run('wrangler', ['r2', 'object', 'put', target, '--file', file, where]);
	fs.rmSync(folder, { recursive: true });
	if (code !== 0) fail(code, `${key} could not be stored.`);
}

function unknown(name) {
	return `There is no network “${name}”. Known: ${networks.map((network) => network.name).join(', ')}.`;
}

function fail(code, message) {
	console.error(message);
	process.exit(code);
}
