import { writeFile } from 'node:fs/promises';
import prettier from 'prettier';
import type { SceneLine } from '../cutout';

/** Writes docs/cutout.md: what the bench measured, as a table. */
export async function writeDoc(lines: SceneLine[], summary: object): Promise<void> {
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
