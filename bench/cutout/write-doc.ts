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
(176 MB, weights never trained), ${whole.threads} threads for both, in turn in the same run, the better of two runs of each photo. Ours also refines edges, cleans their colors,
finds the shadow and writes a mask; the shadow is looked for while the browser encodes, so those parts overlap.

- Ours **${ours.total} s** (${phases}); the pipeline \`background-removal\` of @huggingface/transformers **${peer.total} s** (network
  ${peer.infer} s): **${whole.vs_transformersjs}** of its time with equal threads, **${whole.vs_transformersjs_as_it_comes}** where its runtime chooses the threads
  (half of the cores).
- Everything but the network is **${Math.round(whole.overhead_share * 1000) / 10} %** of our time. Both run the network once (the photo has no more pixels than it
  takes, so there is no second look) in the same release of ONNX Runtime: ours in its build for the CPU alone, the pipeline in
  the one it takes by itself, with WebGPU. That is where the network's times differ. Four fifths of them are the runtime's product of
  matrices (by Chromium's profiler), the same loop in both: with all else gone, ours would still be ${(ours.phases.infer / peer.total).toFixed(2)} of the pipeline's time.
- Tasks over 50 ms on the page's main thread while ours ran: **${whole.long_tasks_over_50ms}**. Memory after 20 photos over that after 2
  (a smaller network): **${whole.memory_ratio_20_over_2}**.
- The editor opens on ${editor.megapixels} megapixels in ${editor.open_seconds.toFixed(1)} s; a stroke is in the mask after ${Math.round(editor.stroke_ms)} ms.

**Two builds of the runtime.** On the CPU networks run in ONNX Runtime's build without WebGPU (3.7 MB to download): on a page of its own
the same network took 5.7 to 6.1 s there and 6.5 to 7.3 s in the builds with WebGPU, the first run 8 s instead of 10 to 15 s. Beside
the pipeline, on a machine with other work, less of that was left.

**No tiles.** Where a photo has more pixels than the network and the product fills it, the network could be asked again for parts of
it. What that would give at best was measured with masks as above of 2048 px instead of 1024, refined at 2048 px, on the
brushes, whose bristles are the finest there are: at 24 megapixels the outline goes from 0.993 to 0.998, IoU from 0.996 to
0.998, the error from 0.0007 to 0.0004, the halo from 4.9 to 3.5; at 12 megapixels IoU stays and the halo goes from 4.9 to
4.0. Edges are placed by the photo's own pixels already. It would take at least four more runs of the network, and a real one sees less of
what a thing is in a part of it, which these masks do not show. So it is not done; a product that fills little of the photo
is looked at a second time, where the gain is larger (above).

**Mask to alpha stays on the CPU.** The picture becomes the network's input on the GPU (\`picture-on-gpu.ts\`). The way back is
not worth a shader: activation, stretching and checks of a mask of 1024 x 1024 take about 20 ms of processor time, resizing it
about as much, and the mask must be read back in any case, because edges are refined on the CPU.
`;
}
