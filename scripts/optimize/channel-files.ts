import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Size } from '../../src/lib/artifacts';
import { makeChannelFiles } from '../../src/lib/optimize/channels/make-channel-files';
import { CHANNELS_AS_OF, type ChannelProfile } from '../../src/lib/optimize/channels/profiles';
import { sharpImageEncoder } from './sharp-image-encoder';

/**
 * Writes the files of a channel and tells how each stands to each of its rules.
 *
 * @param out folder and beginning of the files' names
 * @throws StageError as `makeChannelFiles` does
 */
export async function writeChannelFiles(
	glb: Blob,
	profile: ChannelProfile,
	size: Partial<Size>,
	out: { folder: string; name: string }
) {
	const { source, files, notes } = await makeChannelFiles(
		{ glb, size, profiles: [profile] },
		{},
		sharpImageEncoder
	);
	await mkdir(out.folder, { recursive: true });
	const written = [];
	for (const { suffix, ending, file, facts, rules, verdict } of files) {
		const name = [out.name, profile.name, suffix].filter((part) => part !== '').join('.');
		const target = path.join(out.folder, `${name}.${ending}`);
		await writeFile(target, new Uint8Array(await file.arrayBuffer()));
		written.push({ file: target, verdict, facts, rules });
	}
	return { profile: profile.name, limits_as_of: CHANNELS_AS_OF, source, notes, files: written };
}
