import { writeFile } from 'node:fs/promises';
import prettier from 'prettier';
import type { BenchLine } from './bench-model';

/** Writes docs/optimize.md: what the bench measured, as a table. */
export async function writeOptimizeDoc(lines: BenchLine[], summary: object): Promise<void> {
	const rows = lines.map(({ model, tool, ratio, how, reached, score, seconds }) => {
		const cells = score
			? [
					`${score.triangles}${reached ? '' : ' (missed)'}`,
					`${Math.round(score.bytes / 1000)} KB`,
					`${Math.round(score.texture_bytes / 1000)} KB`,
					score.psnr.toFixed(1),
					score.ssim.toFixed(3),
					score.silhouette_iou.toFixed(4),
					(score.mean_distance * 1e4).toFixed(2),
					(score.hausdorff * 1e3).toFixed(2)
				]
			: ['none', '', '', '', '', '', '', ''];
		return [model, `${ratio * 100} %`, tool, how, ...cells, `${seconds.toFixed(1)} s`].join(' | ');
	});
	const text = `# How small and how true optimized models are

Written by \`npm run bench -- optimize --doc\`. Every tool gets the same files and the same number of triangles to reach;
gltfpack's textures go through glTF-Transform's WebP step. A tool that misses by more than 2 % is asked again with looser
settings, and its best result stands. Pictures are eight views of 512 pixels drawn by our own rasterizer with base color,
normal, roughness, metalness, occlusion and emission; PSNR and SSIM count only where the product is. Distances are shares
of the diagonal (mean in 1/10,000, Hausdorff in 1/1,000), measured against what can be seen of the source. Our seconds
are those of all ratios of a model together; all depend on the machine and what ran beside.

| Model | Triangles asked | Tool | How | Triangles | File | Textures | PSNR | SSIM | Silhouette | Mean distance | Hausdorff | Time |
|---|---|---|---|---|---|---|---|---|---|---|---|---|
${rows.map((row) => `| ${row} |`).join('\n')}

\`\`\`json
${JSON.stringify(summary, null, 2)}
\`\`\`
`;
	const options = await prettier.resolveConfig('docs/optimize.md');
	await writeFile(
		'docs/optimize.md',
		await prettier.format(text, { ...options, parser: 'markdown' })
	);
}
