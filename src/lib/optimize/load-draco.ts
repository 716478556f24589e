import wasm_url from 'draco3dgltf/draco_decoder_gltf.wasm?url';

/**
 * Google's decoder of Draco geometry, 190 KB of WebAssembly from our own origin, loaded for files that need it. In Node it
 * finds its own file.
 */
export async function loadDraco(): Promise<unknown> {
	const { default: createDecoder } = await import('draco3dgltf/draco_decoder_gltf_nodejs.js');
	if (typeof process === 'object') return createDecoder({});
	const response = await fetch(wasm_url);
	if (!response.ok) throw new Error('the Draco decoder cannot be loaded');
	return createDecoder({ wasmBinary: await response.arrayBuffer() });
}
