/**
 * Everything that may run on a thread: a typed registry of plain functions. Each is loaded when first called,
 * so that a thread holds only what it uses. Tests call the same functions inline.
 */
import type { StageContext } from '../artifacts';

/** Handlers get progress; cancelling ends the thread, so they need no signal. */
export type TaskContext = Pick<StageContext, 'onprogress'>;

export const tasks = {
	normalize_photo: {
		lane: 'photo',
		load: async () => (await import('../intake/normalize-photo')).normalizePhoto
	},
	score_photos: {
		lane: 'photo',
		load: async () => (await import('../intake/score-photos')).scorePhotos
	},
	cut_out: { lane: 'cutout', load: async () => (await import('../cutout/cut-out')).cutOut },
	edit_mask: {
		lane: 'edit',
		load: async () => (await import('../cutout/edit/edit-mask')).editMask
	},
	faster_processor: {
		lane: 'cutout',
		load: async () => (await import('../networks/faster-processor')).fasterProcessor
	},
	build_draft: {
		lane: 'mesh',
		load: async () => (await import('../generate/draft/build-draft')).buildDraft
	},
	see_depth: {
		lane: 'cutout',
		load: async () => (await import('../generate/draft/depth/see-depth')).seeDepth
	},
	shrink_cutout: {
		lane: 'photo',
		load: async () => (await import('../generate/draft/shrink-cutout')).shrinkCutout
	},
	examine_model: {
		lane: 'mesh',
		load: async () => (await import('../optimize/examine-model')).examineModel
	},
	build_levels: {
		lane: 'mesh',
		load: async () => (await import('../optimize/build-levels')).buildLevels
	},
	make_channel_files: {
		lane: 'mesh',
		load: async () => (await import('../optimize/channels/make-channel-files')).makeChannelFiles
	},
	zip_files: {
		lane: 'mesh',
		load: async () => (await import('../optimize/channels/zip-files')).zipFiles
	},
	compare_models: {
		lane: 'mesh',
		load: async () => (await import('../optimize/compare-models')).compareModels
	},
	check_fidelity: {
		lane: 'mesh',
		load: async () => (await import('../fidelity/check-fidelity')).checkFidelity
	},
	join_levels: {
		lane: 'mesh',
		load: async () => (await import('../optimize/join-levels')).joinLevels
	},
	hash_file: { lane: 'photo', load: async () => (await import('../hash-file')).hashFile },
	render_stills: {
		lane: 'mesh',
		load: async () => (await import('../viewer/render-stills')).renderStills
	},
	write_usdz: {
		lane: 'mesh',
		load: async () => (await import('../optimize/write-usdz')).writeUsdz
	}
} as const;

export type TaskName = keyof typeof tasks;
export type Lane = (typeof tasks)[TaskName]['lane'];
type Handler<N extends TaskName> = Awaited<ReturnType<(typeof tasks)[N]['load']>>;
export type TaskInput<N extends TaskName> = Parameters<Handler<N>>[0];
export type TaskOutput<N extends TaskName> = Awaited<ReturnType<Handler<N>>>;
