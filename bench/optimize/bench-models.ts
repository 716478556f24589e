import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { editGlb, makeModel, type ModelRecipe } from '../../tests/fixtures/models';

export interface BenchModel {
	name: string;
	read: () => Promise<Blob>;
	/** Part of `--quick`. */
	quick: boolean;
}

/** What the quick run takes of a folder: an artist's product, and one with hundreds of charts. */
const QUICK = new Set(['mixer', 'meshy_mixer_30k', 'water_bottle']);

const make = (recipe: ModelRecipe) => async () => (await makeModel(recipe)).glb;

/** Models whose difficulty is known: each is what one kind of tool stumbles over. */
const GENERATED: BenchModel[] = [
	{
		name: 'sphere 200k',
		read: make({ shape: 'sphere', segments: 316, noise: 0.04, texture: 1024, normal_map: true }),
		quick: false
	},
	{
		name: 'flat soup 32k',
		read: make({ shape: 'vase', segments: 126, noise: 0.05, layout: 'flat', texture: 512 }),
		quick: true
	},
	{
		name: 'atlas of 3,600 charts',
		read: make({ shape: 'vase', segments: 240, noise: 0.05, layout: 'seamy', texture: 1024 }),
		quick: false
	},
	{ name: 'half hidden 40k', read: halfHidden, quick: true }
];

/** The models of a folder (when there is one) and those made here. */
export async function benchModels(
	folder: string | null,
	only_quick: boolean
): Promise<BenchModel[]> {
	const names = folder === null ? [] : await readdir(folder).catch(() => []);
	const found = names
		.filter((name) => name.endsWith('.glb'))
		.sort()
		.map((file) => ({
			name: file.replace(/\.glb$/, ''),
			read: async () => new Blob([new Uint8Array(await readFile(path.join(folder ?? '', file)))]),
			quick: QUICK.has(file.replace(/\.glb$/, ''))
		}));
	return [...found, ...GENERATED].filter(({ quick }) => quick || !only_quick);
}

/** A vase in a vase: the inner one is half of all triangles, and nobody sees it. */
async function halfHidden(): Promise<Blob> {
	const { glb } = await makeModel({ shape: 'sphere', segments: 100, noise: 0.03, texture: 512 });
	return editGlb(glb, (json) => {
		json.scenes = [{ nodes: [0, 1] }];
		json.nodes = [{ mesh: 0 }, { mesh: 0, scale: [0.7, 0.7, 0.7] }];
	});
}
