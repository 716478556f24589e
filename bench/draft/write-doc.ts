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
			line.right_unsized ? 'the same' : `${line.construction_unsized} (wrong)`,
			share(line.volume_iou),
			share(line.volume_iou_depth_unknown),
			share(line.input_iou),
			share(line.unseen_iou),
			share(line.hull_volume_iou),
			share(line.hull_unseen_iou),
			line.watertight && line.hull_watertight ? 'yes' : 'no',
			`${line.seconds.toFixed(1)} s`,
			`${line.hull_seconds.toFixed(1)} s`,
			`${line.peak_mb} MB`,
			`${line.hull_peak_mb} MB`
		].join(' | ')
	);
	const text = `# How well drafts match the product

Written by \`npm run bench -- draft --doc\`. Solids of known shape are photographed without perspective and go the
automatic way; the models are compared with the solids. IoU is intersection over union, 1 = the same.

- **Construction**: chosen with the real height and depth given; **unsized**: with the height alone, as most people go.
- **Volume**: one front photo, the real height and depth given. **Depth unknown**: only the height given.
- **Input**, **Unseen**: silhouettes from the front, and the mean of eight views that were not given.
- **Six views**: a model of front, back, left, right, top and bottom, the height given.
- Time is the app's own in Chromium, from cut-outs of 2048 pixels as PNG files to the GLB; memory what the page, its
  threads and the graphics process held at most meanwhile, more than before. Both hold for the machine the bench ran on
  and all that ran beside it.

A chair cannot be guessed from its front, nor how deep a box is: a known depth or more views are what helps.

| Shape | Construction | Unsized | Volume | Depth unknown | Input | Unseen | Six views: volume | Six views: unseen | Closed | Time | Time, six views | Memory | Memory, six views |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
${rows.map((row) => `| ${row} |`).join('\n')}

${refinedTable(lines)}
\`\`\`json
${JSON.stringify(summary, null, 2)}
\`\`\`

From left to right: the solid and its model from the front, both from the side, and the model of six views from there.

![Solids and the models made of their photos](draft.jpg)
`;
	const options = await prettier.resolveConfig('docs/draft.md');
	await writeFile('docs/draft.md', await prettier.format(text, { ...options, parser: 'markdown' }));
}

/** What depth changes, for the shapes that it refines. */
function refinedTable(lines: ShapeResult['line'][]): string {
	const rows = lines.flatMap(({ shape, refined }) =>
		refined
			? [
					`| ${shape} | ${refined.volume_iou_without.toFixed(3)} | ${refined.volume_iou.toFixed(3)} | ` +
						`${(100 * refined.error_without).toFixed(1)} % | ${(100 * refined.error).toFixed(1)} % | ` +
						`${refined.input_iou.toFixed(3)} | ${refined.watertight ? 'yes' : 'no'} |`
				]
			: []
	);
	return `## With depth

Soft shapes take a depth that a network reads from the photo. Here it is the true one, as a network would tell it: scale
and zero unknown, blurred over the outline, 1 % noise. Error is the mean distance of the front from the true one, as a share
of the height. Which network reads it, and how well, is not measured here.

| Shape | Volume | With depth | Error | With depth | Input | Closed |
|---|---|---|---|---|---|---|
${rows.join('\n')}
`;
}
