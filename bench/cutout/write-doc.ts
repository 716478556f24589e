import { writeFile } from 'node:fs/promises';
import prettier from 'prettier';
import type { SceneLine } from '../cutout';
import type { summarizeMasks } from './bench-masks';
import type { WholePathSummary } from './whole-path';

/** What the text draws on; all of it is printed below the table. */
export interface DocSummary {
	refine: ReturnType<typeof summarizeMasks>;
	whole_path: WholePathSummary;
}

/** Writes docs/cutout.md: what the bench measured, as a table. */
export async function writeDoc(lines: SceneLine[], summary: DocSummary): Promise<void> {
	const seconds = (line: SceneLine) => Object.values(line.seconds).reduce((p, q) => p + q);
	const rows = lines.map((line) =>
		[
			line.scene + (line.held_out ? ' *' : ''),
			line.engine,
			`${line.megapixels} MP`,
			line.refused ? 'refused' : line.iou.toFixed(3),
			line.boundary_f.toFixed(2),
			line.mae.toFixed(4),
			`${line.halo_black.toFixed(1)} / ${line.halo_white.toFixed(1)}`,
			line.holes ? `${line.holes_kept} of ${line.holes}` : '',
			line.confidence.toFixed(2),
			`${seconds(line).toFixed(1)} s`,
			`${line.peak_mb} MB`
		].join(' | ')
	);
	const text = `# How well backgrounds are removed

Written by \`npm run bench -- cutout --doc\`. Scenes are painted with exactly known alpha, stored as JPEG and cut out. Nobody
tuned anything on those marked * (every third).

- **IoU**: intersection over union at half opacity, 1 = the same. *Refused*: the engine says "not for this photo", which is
  right for the cluttered scenes at the end and wrong for the others.
- **Outline**: F measure of outline pixels found within 0.15 % of the diagonal. **Error**: mean error of alpha.
- **Halo**: mean color error near the outline on black / on white, 0 to 255, against the true cut-out.
- Time and memory are those of the whole way from JPEG to PNG, in Node on one thread; both hold for the machine the bench ran
  on and all that ran beside it.
- Every fourth scene mixes edge colors as light does; the others mix 8-bit values, as image editors do and cut-outs are put
  on a page.

| Scene | Engine | Size | IoU | Outline | Error | Halo | Holes kept | Confidence | Time | Memory |
|---|---|---|---|---|---|---|---|---|---|---|
${rows.map((row) => `| ${row} |`).join('\n')}

${masksText(summary.refine)}
${wholePathText(summary.whole_path)}
## All figures

\`\`\`json
${JSON.stringify(summary, null, 2)}
\`\`\`

The photo, its cut-out on black and on white; red where it is wrong or refused.

![Scenes and their cut-outs](cutout.jpg)
`;
	const options = await prettier.resolveConfig('docs/cutout.md');
	await writeFile(
		'docs/cutout.md',
		await prettier.format(text, { ...options, parser: 'markdown' })
	);
}

function masksText({ of_1024, of_320 }: DocSummary['refine']): string {
	type Means = (typeof of_1024)['raw'];
	const row = (name: string, { iou, boundary_f, mae, halo }: Means) =>
		`| ${name} | ${iou} | ${boundary_f} | ${mae} | ${halo} |`;
	const rows = [
		['1024 px', of_1024],
		['320 px', of_320]
	] as const;
	return `## Masks of networks

What a good network of so many pixels would say of every fourth scene (its truth, blurred, with wandering outlines), as it is
and refined; and of ${of_1024.small_products} scenes with the product small in a photo of 12 megapixels, looked at once and a second time (the
network sees the product's box alone; where the two looks differ by more than edges do, the first counts).

| Mask | IoU | Outline | Error | Halo |
|---|---|---|---|---|
${rows
	.flatMap(([name, of]) => [
		row(`${name}, as it is`, of.raw),
		row(`${name}, refined`, of.refined),
		row(`${name}, small product, one look`, of.looked_once),
		row(`${name}, small product, two looks`, of.looked_twice)
	])
	.join('\n')}
`;
}

function wholePathText(whole: WholePathSummary): string {
	const { ours, peer, editor } = whole;
	const phases = Object.entries(ours.phases)
		.map(([phase, seconds]) => `${phase} ${seconds} s`)
		.join(', ');
	return `## The whole path, beside transformers.js

From a photo of 1024 px to the cut-out's file in headless Chromium on the CPU (WASM), a network of RMBG-1.4's shape and size
(176 MB, weights never trained), ${whole.threads} threads for both, in turn in the same run. Ours also refines edges, cleans their colors,
finds the shadow and writes a mask.

- Ours **${ours.total} s** (${phases}); the pipeline \`background-removal\` of @huggingface/transformers **${peer.total} s** (network
  ${peer.infer} s): **${whole.vs_transformersjs}** of its time with equal threads, **${whole.vs_transformersjs_as_it_comes}** where its runtime chooses the threads
  (half of the cores).
- Everything but the network is **${Math.round(whole.overhead_share * 1000) / 10} %** of our time. Both run the network in the same ONNX Runtime, so with equal threads
  that part is equal.
- Tasks over 50 ms on the page's main thread while ours ran: **${whole.long_tasks_over_50ms}**. Memory after 20 photos over that after 2
  (a smaller network): **${whole.memory_ratio_20_over_2}**.
- The editor opens on ${editor.megapixels} megapixels in ${editor.open_seconds} s; a stroke is in the mask after ${editor.stroke_ms} ms.

**Mask to alpha stays on the CPU.** The picture becomes the network's input on the GPU (\`picture-on-gpu.ts\`). The way back is
not worth a shader: activation, stretching and checks of a mask of 1024 x 1024 take about 20 ms of processor time, resizing it
about as much, and the mask must be read back in any case, because edges are refined on the CPU.
`;
}
