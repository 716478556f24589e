import type { OptimizeNote, Size, Turns } from '../../artifacts';
import type { TaskContext } from '../../threads/tasks';
import { canvasImageEncoder } from '../canvas-image-encoder';
import type { ImageEncoder } from '../image-encoder';
import { fitFile } from './fit-file';
import { fitMoving } from './fit-moving';
import { inspectFile, type FileFacts } from './inspect-file';
import { openSource } from './open-source';
import type { ChannelFile, ChannelProfile } from './profiles';
import { checkRules, verdictOf, type Outcome, type RuleResult } from './rules';

export interface ChannelFilesInput {
	/** The source model. */
	glb: Blob;
	/** What is known of the product's real size, metres. */
	size?: Partial<Size>;
	/** Which way its front faces. Default 0: as it is. */
	turns?: Turns;
	profiles: readonly ChannelProfile[];
}

/** One file for one place, held against its rules. */
export interface MadeFile {
	profile: string;
	/** Between the product's name and the ending. */
	suffix: string;
	ending: 'glb' | 'usdz';
	file: Blob;
	facts: FileFacts;
	rules: RuleResult[];
	verdict: Outcome;
}

export interface ChannelFiles {
	source: FileFacts;
	files: MadeFile[];
	/** What is worth telling of how they were made. */
	notes: OptimizeNote[];
}

/**
 * Makes every file of every profile from one source model, each within its limits, and holds each against its rules. A
 * model that moves does so in its GLBs, with every triangle it has; in a USDZ it stands in its rest pose.
 *
 * @param encoder makes the textures; the canvas one needs a browser.
 * @throws StageError `model_empty`, `model_corrupt`, `model_unsupported`
 */
export async function makeChannelFiles(
	{ glb, size = {}, turns = 0, profiles }: ChannelFilesInput,
	{ onprogress }: TaskContext = {},
	encoder: ImageEncoder = canvasImageEncoder
): Promise<ChannelFiles> {
	const plans = profiles.flatMap((profile) => profile.files.map((file) => ({ profile, file })));
	onprogress?.({ step: 'reading_model', fraction: 0 });
	const source = await inspectFile(glb, 'glb');
	const moves = ({ format }: ChannelFile) => source.motion.length > 0 && format !== 'usdz';
	const wanted = plans.map(({ file }) => file);
	const place = { size, turns };
	const onopening = (fraction: number) =>
		onprogress?.({ step: 'simplifying', fraction: fraction * 0.5 });
	const moving = await fitMoving(
		glb,
		{ ...place, files: wanted.filter(moves) },
		encoder,
		onopening
	);
	const still = wanted.filter((file) => !moves(file));
	// Nothing is simplified for nobody.
	const opened =
		still.length > 0 ? await openSource(glb, { ...place, files: still }, encoder, onopening) : null;
	const files: MadeFile[] = [];
	for (const [index, { profile, file }] of plans.entries()) {
		onprogress?.({
			step: 'making_channel_file',
			fraction: 0.5 + (0.5 * index) / plans.length,
			detail: { label: profile.label, n: index + 1, total: plans.length }
		});
		const made = moving.get(file) ?? (await fitFile(await opened!.modelOf(file), file, encoder));
		const rules = checkRules(made.facts, source, file.limits, size);
		const ending = file.format === 'usdz' ? 'usdz' : 'glb';
		files.push({
			profile: profile.name,
			suffix: file.suffix,
			ending,
			...made,
			rules,
			verdict: verdictOf(rules)
		});
	}
	const notes: OptimizeNote[] = moving.size > 0 ? ['motion_kept'] : [];
	if (opened?.gpu_failed()) notes.push('gpu_failed');
	return { source, files, notes };
}
