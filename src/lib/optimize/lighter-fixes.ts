import type { ModelWeight, PartWeight } from './weigh-glb';

/** What would make a file lighter, and by how much about. */
export interface LighterFix {
	fix: 'halve_textures' | 'halve_triangles' | 'drop_normal_map';
	saves_bytes: number;
	saves_gpu_bytes: number;
}

/** Half the side is a quarter of the pixels; lossy files shrink a little less. */
const HALF_SIDE = { bytes: 0.68, gpu: 0.75 };
/** Textures below this side are small already, pixels. */
const SMALL_SIDE = 512;

/** What would make a file lighter, what saves most memory first. Estimates: pixels and triangles are exact, bytes are not. */
export function lighterFixes({ parts }: ModelWeight): LighterFix[] {
	const sum = (some: readonly PartWeight[]) => ({
		bytes: some.reduce((total, { bytes }) => total + bytes, 0),
		gpu: some.reduce((total, { gpu_bytes }) => total + gpu_bytes, 0)
	});
	const textures = parts.filter(
		({ part, width = 0, height = 0 }) => part === 'texture' && Math.max(width, height) > SMALL_SIDE
	);
	const large = sum(textures);
	const normals = sum(parts.filter(({ role }) => role === 'normal'));
	const geometry = sum(parts.filter(({ part }) => part === 'geometry'));
	const fixes: LighterFix[] = [
		{
			fix: 'halve_textures',
			saves_bytes: large.bytes * HALF_SIDE.bytes,
			saves_gpu_bytes: large.gpu * HALF_SIDE.gpu
		},
		{
			fix: 'halve_triangles',
			saves_bytes: geometry.bytes / 2,
			saves_gpu_bytes: geometry.gpu / 2
		},
		{ fix: 'drop_normal_map', saves_bytes: normals.bytes, saves_gpu_bytes: normals.gpu }
	];
	return fixes
		.filter(({ saves_gpu_bytes }) => saves_gpu_bytes > 0)
		.sort((a, b) => b.saves_gpu_bytes - a.saves_gpu_bytes);
}
