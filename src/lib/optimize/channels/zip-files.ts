import { zipSync, type Zippable } from 'fflate';
import type { TaskContext } from '../../threads/tasks';

/** Packs files as one zip. Models are packed already: they are stored as they are. */
export async function zipFiles(
	{ files }: { files: readonly { name: string; file: Blob }[] },
	{ onprogress }: TaskContext = {}
): Promise<Blob> {
	onprogress?.({ step: 'packing', fraction: null });
	const entries: Zippable = {};
	for (const { name, file } of files) {
		entries[name] = [new Uint8Array(await file.arrayBuffer()), { level: 0 }];
	}
	return new Blob([new Uint8Array(zipSync(entries))], { type: 'application/zip' });
}
