import { writeFile } from 'node:fs/promises';
import prettier from 'prettier';
import type { ShapeResult } from './bench-shape';

/** Writes docs/draft.md: what the bench measured, as a table. */
export async function writeDoc(lines: ShapeResult['line'][], summary: object): Promise<void> {
	const share = (value: number) => value.toFixed(3);
	const rows = lines.map((line) =>
		[
			line.shape,
			`${line.construction}${line.right ? '' : ' (wrong)'}`,
			share(line.volume_iou),
			share(line.volume_iou_depth_unknown),
			share(line.input_iou),
			share(line.unseen_iou),
			share(line.hull_volume_iou),
			share(line.hull_unseen_iou),
			line.watertight && line.hull_watertight ? 'yes' : 'no',
			`${line.seconds.toFixed(1)} s`,
			`${line.hull_seconds.toFixed(1)} s`,
			`${line.peak_mb} MB`
		].join(' | ')
	);
	const text = `# How well drafts match the product

Written by \`npm run bench -- draft --doc\`. Solids of known shape are photographed without perspective and go the
automatic way; the models are compared with the solids. IoU is intersection over union, 1 = the same.

- **Volume**: one front photo, the real height and depth given. **Depth unknown**: only the height given.
- **Input**, **Unseen**: silhouettes from the front, and the mean of eight views that were not given.
- **Six views**: a model of front, back, left, right, top and bottom, the height given.
- Time is that of the mesh and its texture from a cut-out of 2048 pixels (six of 1024 for the six views), without reading
  and writing images; memory what the program held at most meanwhile. Both hold for the machine the bench ran on and all
  that ran beside it.

A chair cannot be guessed from its front, nor how deep a box is: a known depth or more views are what helps.

| Shape | Construction | Volume | Depth unknown | Input | Unseen | Six views: volume | Six views: unseen | Closed | Time | Time, six views | Memory |
|---|---|---|---|---|---|---|---|---|---|---|---|
${rows.map((row) => `| ${row} |`).join('\n')}

\`\`\`json
${JSON.stringify(summary, null, 2)}
\`\`\`

From left to right: the solid and its model from the front, both from the side, and the model of six views from there.

![Solids and the models made of their photos](draft.jpg)
`;
	const options = await prettier.resolveConfig('docs/draft.md');
	await writeFile('docs/draft.md', await prettier.format(text, { ...options, parser: 'markdown' }));
}
