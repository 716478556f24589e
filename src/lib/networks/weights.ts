/** The weights of networks on this device: what is here, downloading, reading, deleting. */
import { StageError, type StageContext } from '../artifacts';
import { hashBytes } from '../hash-file';
import { fetchFile, HUB, type Hub } from './fetch-file';
import { gpuAbilities } from './gpu-device';
import { filesFor, type Device, type Network, type Precision } from './network';
import {
	bytesBegun,
	dropParts,
	openFile,
	removeFile,
	statFile,
	storeFile,
	type StoredFile
} from './weights-store';

export interface WeightsOptions {
	/** Origin, or path on our own origin ('/models'), under which the files lie. */
	base_url: string;
	/** Decides the precision, see `filesFor`. Default 'auto'. */
	device?: Device;
	/** Replaces the network, for tests. */
	hub?: Hub;
}

export interface WeightsStatus {
	cached: boolean;
	/** Bytes on this device, or bytes to download (rounded where the exact size is not known beforehand). */
	bytes: number;
	/** Of a download that was cut off or canceled: bytes that need not be downloaded again. */
	begun: number;
	/** False: the browser refused to store the weights, so they are gone when the page is closed. */
	kept: boolean;
	/** False: nothing of it runs on this device. */
	runs: boolean;
}

/** Names of networks whose host could not be reached lately. */
const unreachable = new Set<string>();

/** Says whether a network's weights are on this device, and how large they are. */
export async function weightsStatus(
	network: Network,
	{ device = 'auto' }: Pick<WeightsOptions, 'device'> = {}
): Promise<WeightsStatus> {
	const offers = filesFor(network, device, await gpuAbilities());
	for (const { file } of offers) {
		const found = await statFile(file.path);
		if (found) return { cached: true, ...found, begun: 0, runs: true };
	}
	const file = offers[0]?.file;
	const begun = file ? await bytesBegun(file.path) : 0;
	return { cached: false, bytes: file?.bytes ?? 0, begun, kept: true, runs: Boolean(file) };
}

/** True when the last download failed because the weights' host could not be reached. */
export function wereUnreachable(network: Network): boolean {
	return unreachable.has(network.name);
}

/**
 * Downloads a network's weights once, for use offline too. A download that was cut off goes on where it was. Nothing is
 * used unless length and SHA-256 are right.
 *
 * @throws StageError `weights_unreachable` (host down, refused, offline), `weights_wrong` (another file than it should be),
 * `engine_failed` (no file of it runs here); AbortError
 */
export async function downloadWeights(
	network: Network,
	{ base_url, device = 'auto', hub = HUB }: WeightsOptions,
	{ signal, onprogress }: StageContext = {}
): Promise<void> {
	signal?.throwIfAborted();
	if ((await weightsStatus(network, { device })).cached) return;
	const file = filesFor(network, device, await gpuAbilities())[0]?.file;
	if (!file) throw new StageError('engine_failed', { engine: network.name, reason: 'no GPU' });
	const url = /^https?:/.test(file.path)
		? file.path
		: `${base_url.replace(/\/+$/, '')}/${file.path}`;
	onprogress?.({ step: 'downloading', fraction: 0 });
	try {
		const { blob, sha256 } = await fetchFile(url, file, hub, { signal, onprogress });
		await storeFile(file.path, blob, sha256);
		await dropParts(file.path);
		unreachable.delete(network.name);
	} catch (error) {
		if (error instanceof StageError && error.code === 'weights_unreachable') {
			unreachable.add(network.name);
		}
		throw error;
	}
	onprogress?.({ step: 'checking', fraction: 1 });
}

/** Removes a network's weights from this device. */
export async function deleteWeights(network: Network): Promise<void> {
	for (const { path } of Object.values(network.weights)) await removeFile(path);
}

/** The weights' file on this device, unchecked; null without one. Blobs travel to a thread at no cost. */
export async function findWeights(
	network: Network,
	device: Device = 'auto'
): Promise<(StoredFile & { precision: Precision }) | null> {
	for (const { precision, file } of filesFor(network, device, await gpuAbilities())) {
		const found = await openFile(file.path);
		if (found) return { ...found, precision };
	}
	return null;
}

/**
 * Reads weights that were found, and checks them against the hash remembered when they were stored.
 * @throws StageError `weights_wrong` if the stored file is damaged (it is removed)
 */
export async function readWeights(network: Network, found: StoredFile): Promise<ArrayBuffer> {
	const bytes = await found.blob.arrayBuffer();
	if ((await hashBytes(bytes)) === found.sha256) return bytes;
	await deleteWeights(network);
	throw new StageError('weights_wrong', { engine: network.name, reason: 'stored file damaged' });
}
