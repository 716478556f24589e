// ONNX Runtime's WebGPU build is 25.54 MiB, over the 25 MiB limit for one static asset on Workers: ship it gzipped.
// Not named .gz, because static servers would add Content-Encoding and break the decode.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import zlib from 'node:zlib';

const require = createRequire(import.meta.url);
const dist = path.dirname(require.resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm'));
const { version } = JSON.parse(fs.readFileSync(path.join(dist, '../package.json'), 'utf8'));
const out = `static/ort/${version}`;
fs.mkdirSync(out, { recursive: true });
for (const type of ['', '.asyncify', '.jspi']) {
	const build = `ort-wasm-simd-threaded${type}`;
	const wasm = `${out}/${build}.wasmgz`;
	if (!fs.existsSync(wasm)) {
		fs.writeFileSync(wasm, zlib.gzipSync(fs.readFileSync(`${dist}/${build}.wasm`), { level: 9 }));
	}
	fs.copyFileSync(`${dist}/${build}.mjs`, `${out}/${build}.mjs`);
}

// Three's transcoder for KTX2 textures is a classic script; the viewer's thread imports it as a module.
const basis = path.dirname(require.resolve('three/examples/jsm/libs/basis/basis_transcoder.wasm'));
const three = JSON.parse(fs.readFileSync('node_modules/three/package.json', 'utf8'));
const basis_out = `static/basis/r${three.version.split('.')[1]}`;
fs.mkdirSync(basis_out, { recursive: true });
fs.copyFileSync(`${basis}/basis_transcoder.wasm`, `${basis_out}/basis_transcoder.wasm`);
const transcoder = fs.readFileSync(`${basis}/basis_transcoder.js`, 'utf8');
fs.writeFileSync(`${basis_out}/basis_transcoder.mjs`, `${transcoder}\nexport default BASIS;\n`);
