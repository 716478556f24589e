import { readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { StageError } from '../../src/lib/artifacts';
import { buildLevels, type BuildLevelsInput } from '../../src/lib/optimize/build-levels';
import { ownProfile, profileOf } from '../../src/lib/optimize/channels/own-profiles';
import { CHANNELS, type ChannelProfile } from '../../src/lib/optimize/channels/profiles';
import { joinLevels } from '../../src/lib/optimize/join-levels';
import {
	DEFAULT_LEVELS,
	levelsFor,
	limitBytes,
	TEXTURE_SIDE,
	type LevelTarget
} from '../../src/lib/optimize/levels';
import { writeChannelFiles } from './channel-files';
import { sharpImageEncoder } from './sharp-image-encoder';

/** `web` means the studio's own levels, with the plain file beside them. */
const CHANNEL_NAMES = CHANNELS.map(({ name }) => name).filter((name) => name !== 'web');
const HELP = `npm run optimize -- IN.glb [options]

  --profile web|screen|plain  four levels of detail by triangles (default) or by size on the screen, or one plain GLB
  --profile NAME  the files of a channel within its limits, with a report on every rule; NAME is one of
                  ${CHANNEL_NAMES.join(', ')}
  --profile FILE.json  likewise, of a profile of your own: {"label": "Our shop", "format": "plain" (or web, usdz),
                  "max_megabytes": 5, "max_triangles": 50000, "max_texture_side": 2048, "one_material": true}; what
                  is left out is not limited
  --out DIR                   where to write; default: beside the input
  --ratio R[,R...]            a level with this share of the triangles, instead of a profile; several make a chain
  --triangles N[,N...]        likewise, by triangles
  --max-mb N[,N...]           likewise, by megabytes: triangles and textures go down until the file is no larger; with
                              --ratio or --triangles it limits those levels
  --texture webp|avif|jpeg|ktx2  how levels store their textures; default webp
  --single-file               also one file with all levels (MSFT_lod)
  --method auto|keep|rebake   keep the texture layout, or paint a fresh one; default: what looks better
  --texture-size N            longest texture side, pixels; default 2048
  --height M                  real height in metres; stands the model on the ground
  --ground                    stands the model on y = 0, centered; default: it stays where it is
  --keep-hidden               keeps triangles that cannot be seen from outside
`;
const METHODS = { auto: 'auto', keep: 'keep_layout', rebake: 'new_layout' } as const;
const FORMATS = ['webp', 'avif', 'jpeg', 'ktx2'] as const;
const PROFILES = ['web', 'screen', 'plain'];

/** Optimizes one file as the arguments say. @returns the exit code: 0, 1 for a refused model, 2 for wrong arguments. */
export async function main(args: string[]): Promise<number> {
	let request: ReturnType<typeof read>;
	try {
		request = read(args);
	} catch (error) {
		console.error(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
		return 2;
	}
	if (request === null) {
		console.log(HELP);
		return 0;
	}
	const { file, out, profile, channel, single_file, options } = request;
	const print = console.log;
	// The KTX2 encoder talks on what is the report's alone.
	console.log = console.error;
	const started = performance.now();
	try {
		const glb = new Blob([new Uint8Array(await readFile(file))]);
		if (channel) {
			const name = path.basename(file).replace(/\.glb$/i, '');
			const report = await writeChannelFiles(glb, channel, options.size ?? {}, {
				folder: out,
				name
			});
			print(JSON.stringify({ ...report, seconds: (performance.now() - started) / 1000 }));
			return 0;
		}
		const built = await buildLevels({ ...options, glb }, {}, sharpImageEncoder);
		await mkdir(out, { recursive: true });
		const name = path.basename(file).replace(/\.glb$/i, '');
		const files = [
			{ name: `${name}.plain.glb`, blob: built.plain, triangles: null as number | null }
		];
		if (profile !== 'plain') {
			files.unshift(
				...built.lods.map(({ level, glb: blob, triangles }) => ({
					name: `${name}.lod${level}.glb`,
					blob,
					triangles
				}))
			);
		}
		if (single_file) {
			const joined = { name: `${name}.lods.glb`, blob: await joinLevels(built.lods) };
			files.push({ ...joined, triangles: null });
		}
		for (const one of files) {
			await writeFile(path.join(out, one.name), new Uint8Array(await one.blob.arrayBuffer()));
		}
		const { source, size, notes, report } = built;
		const cpu = process.cpuUsage();
		const seconds = (performance.now() - started) / 1000;
		print(
			JSON.stringify({
				source,
				files: files.map(({ name: file_name, blob, triangles }) => ({
					file: path.join(out, file_name),
					bytes: blob.size,
					triangles
				})),
				size,
				notes,
				report,
				seconds: Math.round(seconds * 1000) / 1000,
				cpu_seconds: Math.round((cpu.user + cpu.system) / 1000) / 1000,
				peak_mb: Math.round(process.resourceUsage().maxRSS / 1024)
			})
		);
		return 0;
	} catch (error) {
		if (!(error instanceof StageError) && !isMissing(error)) throw error;
		const code = error instanceof StageError ? error.code : 'file_missing';
		const detail = error instanceof StageError ? error.detail : { file };
		print(JSON.stringify({ error: { code, ...detail } }));
		return 1;
	} finally {
		console.log = print;
	}
}

function read(args: string[]) {
	const { values, positionals } = parseArgs({
		args,
		allowPositionals: true,
		options: {
			profile: { type: 'string', default: 'web' },
			out: { type: 'string' },
			ratio: { type: 'string' },
			triangles: { type: 'string' },
			'max-mb': { type: 'string' },
			texture: { type: 'string', default: 'webp' },
			'single-file': { type: 'boolean', default: false },
			method: { type: 'string', default: 'auto' },
			'texture-size': { type: 'string', default: '2048' },
			height: { type: 'string' },
			ground: { type: 'boolean', default: false },
			'keep-hidden': { type: 'boolean', default: false },
			help: { type: 'boolean', default: false }
		}
	});
	if (values.help) return null;
	const [file, ...more] = positionals;
	if (!file || more.length > 0) throw new Error('Name one GLB.');
	const channel = values.profile.endsWith('.json')
		? readProfile(values.profile)
		: CHANNELS.find(({ name }) => name === values.profile && name !== 'web');
	if (!channel && !PROFILES.includes(values.profile))
		throw new Error(`No profile ${values.profile}.`);
	const method = Object.entries(METHODS).find(([name]) => name === values.method)?.[1];
	if (!method) throw new Error(`No method ${values.method}.`);
	const texture_format = FORMATS.find((name) => name === values.texture);
	if (!texture_format) throw new Error(`No texture format ${values.texture}.`);
	const height_m = number('height', values.height);
	const texture_size = number('texture-size', values['texture-size']) ?? TEXTURE_SIDE;
	const options: Omit<BuildLevelsInput, 'glb'> = {
		levels: levelsOf(values.profile, texture_size, {
			ratio: numbers('ratio', values.ratio),
			triangles: numbers('triangles', values.triangles),
			megabytes: numbers('max-mb', values['max-mb'])
		}),
		texture_format,
		texture_size,
		method,
		hidden: values['keep-hidden'] ? 'keep' : 'remove',
		place: values.ground || height_m !== undefined ? 'ground' : 'keep',
		size: { height_m }
	};
	return {
		file,
		out: values.out ?? path.dirname(file),
		profile: values.profile,
		channel,
		single_file: values['single-file'],
		options
	};
}

/** A person's own profile. @throws Error that names the part that is wrong */
function readProfile(file: string): ChannelProfile {
	const read = ownProfile.safeParse(JSON.parse(readFileSync(file, 'utf8')));
	if (!read.success) throw new Error(`${file}:\n${z.prettifyError(read.error)}`);
	return profileOf(read.data);
}

function number(name: string, text: string | undefined): number | undefined {
	if (text === undefined) return undefined;
	const value = Number(text);
	if (!(value > 0 && value < Infinity)) throw new Error(`--${name} needs a number above 0.`);
	return value;
}

function numbers(name: string, text: string | undefined): number[] {
	return text === undefined ? [] : text.split(',').map((one) => number(name, one) ?? 1);
}

/** One level per number given; a list shorter than another goes on with its last. */
function levelsOf(
	profile: string,
	texture_size: number,
	{ ratio, triangles, megabytes }: Record<'ratio' | 'triangles' | 'megabytes', number[]>
): LevelTarget[] {
	const count = Math.max(ratio.length, triangles.length, megabytes.length);
	if (count === 0)
		return levelsFor({ by: profile === 'screen' ? 'screen' : 'share', texture_size });
	const at = (list: number[], level: number) => list[Math.min(level, list.length - 1)];
	return Array.from({ length: count }, (_, level): LevelTarget => {
		const usual = DEFAULT_LEVELS[Math.min(level, DEFAULT_LEVELS.length - 1)] ?? DEFAULT_LEVELS[0]!;
		const asked = ratio.length + triangles.length > 0;
		return limitBytes(
			{
				...usual,
				ratio: at(ratio, level) ?? (asked ? 1 : usual.ratio),
				max_triangles: at(triangles, level) ?? (asked ? Infinity : usual.max_triangles),
				min_triangles: 0,
				max_error: 1,
				texture_size: level === 0 ? texture_size : usual.texture_size,
				max_bytes: undefined
			},
			(at(megabytes, level) ?? Infinity) * 1e6
		);
	});
}

function isMissing(error: unknown): boolean {
	return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
