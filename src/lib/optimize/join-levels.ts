import { Extension, Logger, WebIO, type Node, type WriterContext } from '@gltf-transform/core';
import { KHRTextureBasisu } from '@gltf-transform/extensions';
import { mergeDocuments, unpartition } from '@gltf-transform/functions';
import { MeshoptDecoder, MeshoptEncoder } from 'meshoptimizer';
import { StageError, type Lod } from '../artifacts';
import { EXTENSIONS } from './glb-io';

/** Share of the screen's height down to which a level is shown, finest first; the last one stays at any size. */
const COVERAGE = [0.6, 0.3, 0.12];

/**
 * Levels of detail in one file: the finest is the scene, the others hang on it by MSFT_lod, which Babylon.js and Windows
 * follow; three.js, model-viewer and others that do not know it show the finest.
 * https://github.com/KhronosGroup/glTF/tree/main/extensions/2.0/Vendor/MSFT_lod
 *
 * @param lods files made by `buildLevels`, one node each, finest first.
 * @throws StageError `model_unsupported` for levels of a model that moves: their nodes cannot stand for one another.
 */
export async function joinLevels(lods: Pick<Lod, 'glb'>[]): Promise<Blob> {
	await Promise.all([MeshoptDecoder.ready, MeshoptEncoder.ready]);
	const io = new WebIO()
		.registerExtensions([...EXTENSIONS, KHRTextureBasisu, LevelsOfDetail])
		.registerDependencies({ 'meshopt.decoder': MeshoptDecoder, 'meshopt.encoder': MeshoptEncoder });
	const [first, ...rest] = await Promise.all(
		lods.map(async ({ glb }) => io.readBinary(new Uint8Array(await glb.arrayBuffer())))
	);
	if (!first) throw new StageError('model_empty');
	first.setLogger(new Logger(Logger.Verbosity.SILENT));
	for (const other of rest) mergeDocuments(first, other);
	const [scene, ...others] = first.getRoot().listScenes();
	const nodes = [scene, ...others].map((one) => one?.listChildren() ?? []);
	if (nodes.some((children) => children.length !== 1)) {
		throw new StageError('model_unsupported', { what: 'moving parts' });
	}
	for (const one of others) one.dispose();
	await first.transform(unpartition());
	first.createExtension(LevelsOfDetail).nodes = nodes.flat();
	return new Blob([new Uint8Array(await io.writeBinary(first))], { type: 'model/gltf-binary' });
}

class LevelsOfDetail extends Extension {
	static override readonly EXTENSION_NAME = 'MSFT_lod';
	override readonly extensionName = 'MSFT_lod';
	/** Finest first. */
	nodes: Node[] = [];

	override read(): this {
		return this;
	}

	override write({ jsonDoc, nodeIndexMap }: WriterContext): this {
		const [finest = -1, ...ids] = this.nodes.map((node) => nodeIndexMap.get(node) ?? -1);
		const described = jsonDoc.json.nodes?.[finest];
		if (!described) return this;
		described.extensions = { ...described.extensions, MSFT_lod: { ids } };
		const coverage = [...COVERAGE.slice(0, ids.length), 0];
		described.extras = { ...described.extras, MSFT_screencoverage: coverage };
		return this;
	}
}
