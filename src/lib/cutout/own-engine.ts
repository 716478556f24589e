/** The owner's own network: any ONNX file with one picture in and one mask out, described by hand, kept on this device. */
import { z } from 'zod';
import { headersOf } from '../api';
import { StageError } from '../artifacts';
import { hashBytes } from '../hash-file';
import { USUAL_PRECISIONS } from '../networks/network';
import { deleteWeights } from '../networks/weights';
import { storeFile } from '../networks/weights-store';
import type { MaskNetwork } from './engines';

const triple = z.tuple([z.number(), z.number(), z.number()]);

/** What the owner says of the network. */
export const ownShape = z.object({
	title: z.string().trim().min(1).max(60),
	/** Pixels; the picture is stretched to this square. */
	side: z.number().int().min(64).max(2048),
	mean: triple,
	std: z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]),
	activation: z.enum(['none', 'sigmoid', 'min_max'])
});
export type OwnShape = z.infer<typeof ownShape>;

/** What is remembered of it: where it lies, and what is in it. */
export const ownEngine = ownShape.extend({
	/** An address, or `own/` and the hash for a file that was given. */
	path: z.string().min(1).max(2000),
	bytes: z.number().int().positive(),
	sha256: z.string().nullable()
});
export type OwnEngine = z.infer<typeof ownEngine>;

/** The largest network taken, bytes: a browser's heap ends at 4 GB, and a network needs several times its size. */
const MOST_BYTES = 1_000_000_000;
/** An ONNX file starts with the tag of its first field (ir_version): field 1, varint. */
const ONNX_FIRST_BYTE = 0x08;

/** Its row of the engine table. */
export function ownNetwork({ path, bytes, sha256, ...shape }: OwnEngine): MaskNetwork {
	return {
		name: 'own',
		...shape,
		precisions: USUAL_PRECISIONS,
		weights: { fp32: { path, bytes, sha256 } },
		license: { name: '', url: '', commercial: null }
	};
}

/**
 * Takes a file in, and stores it on this device.
 * @throws StageError `own_engine_unfit`: not an ONNX file, or too large
 */
export async function takeFile(file: Blob, shape: OwnShape): Promise<OwnEngine> {
	if (file.size > MOST_BYTES) throw unfit('too_large');
	const bytes = await file.arrayBuffer();
	if (new Uint8Array(bytes)[0] !== ONNX_FIRST_BYTE) throw unfit('not_onnx');
	const sha256 = await hashBytes(bytes);
	const path = `own/${sha256}`;
	await storeFile(path, new Blob([bytes]), sha256);
	return { ...shape, path, bytes: file.size, sha256 };
}

/**
 * Takes an address, from which the file is downloaded when it is first used.
 * @throws StageError `own_engine_unfit`: not an https address, or its host does not say how large the file is
 */
export async function takeAddress(address: string, shape: OwnShape): Promise<OwnEngine> {
	const url = URL.parse(address, location.origin);
	if (!url || !/^https?:$/.test(url.protocol)) throw unfit('no_address');
	const bytes = Number((await headersOf(url.href)).get('content-length'));
	if (!(bytes > 0)) throw unfit('no_length');
	if (bytes > MOST_BYTES) throw unfit('too_large');
	return { ...shape, path: url.href, bytes, sha256: null };
}

/** Removes its file from this device. */
export async function dropOwnEngine(engine: OwnEngine): Promise<void> {
	await deleteWeights(ownNetwork(engine));
}

/** Keys of `strings.own_engine.unfit`. */
export type Unfit = 'too_large' | 'not_onnx' | 'no_address' | 'no_length';

const unfit = (reason: Unfit) => new StageError('own_engine_unfit', { reason });
