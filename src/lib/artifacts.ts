/**
 * The whole product on one page: Photo -> Cutout -> SourceModel -> OptimizedModel -> Share.
 *
 * Every stage is one verb with one shape: `verb(input, options, context): Promise<Output>`.
 * Blobs are immutable; nothing here is transferred or consumed. Lengths metres, durations seconds, sizes bytes.
 */
import type { PhotoScore, Provider } from '../../worker/contract';

export type { PhotoScore, Provider };

/** What every stage takes last. */
export interface StageContext {
	/** Cancels the stage: its promise rejects with an AbortError and its thread is ended. */
	signal?: AbortSignal;
	onprogress?: (progress: Progress) => void;
}

export interface Progress {
	/** What is being done now, a key of the string catalog (`strings.steps`). */
	step: StepName;
	/** 0 to 1, or null while it cannot be known. */
	fraction: number | null;
	/** Fills the placeholders of the step's sentence. */
	detail?: Record<string, string | number>;
	/** For work that goes on elsewhere, also without this page: when it was begun, Unix epoch milliseconds. */
	since?: number;
	/** How long such work usually takes, seconds. */
	usual_s?: { from: number; to: number };
}

export type StepName =
	| 'starting'
	| 'reading'
	| 'scoring'
	| 'downloading'
	| 'checking'
	| 'loading_engine'
	| 'warming_up'
	| 'cutting_out'
	| 'looking_closer'
	| 'refining'
	| 'seeing_depth'
	| 'shaping'
	| 'texturing'
	| 'submitting'
	| 'waiting_in_queue'
	| 'queued_behind'
	| 'waiting_for_turn'
	| 'queue_full'
	| 'slowed_down'
	| 'looking_for_outcome'
	| 'generating'
	| 'finishing'
	| 'saving'
	| 'not_saved_yet'
	| 'reading_model'
	| 'cleaning_mesh'
	| 'simplifying'
	| 'comparing'
	| 'comparing_photos'
	| 'making_channel_file'
	| 'packing'
	| 'compressing'
	| 'drawing_poster'
	| 'uploading'
	| 'linking';

/** Width (x), height (y), depth (z). */
export interface Size {
	width_m: number;
	height_m: number;
	depth_m: number;
}

/** Quarter turns about the upright axis: one brings what faced +Z to +X. */
export type Turns = 0 | 1 | 2 | 3;

/** A photo on this device: upright, without any metadata. */
export interface Photo {
	id: string;
	/** The file's name. Stays on the device. */
	name: string;
	/** JPEG, or PNG if the file had transparency. */
	image: Blob;
	width: number;
	height: number;
}

/** What `selectImages` thinks of one photo. */
export interface PhotoChoice {
	photo_id: string;
	score: PhotoScore;
	/** What is wrong with it or speaks for it, most important first; keys of the string catalog. */
	reasons: PhotoReason[];
	/** The better photo this one nearly repeats. */
	duplicate_of: string | null;
	selected: boolean;
}

export type PhotoReason =
	| 'sharp'
	| 'well_exposed'
	| 'subject_fills_frame'
	| 'different_view'
	| 'blurry'
	| 'low_resolution'
	| 'too_dark'
	| 'too_bright'
	| 'subject_small'
	| 'subject_cut_off'
	| 'near_duplicate';

/** What cuts out: the rows of `cutout/engines.ts`, and the owner's own network. */
export type EngineName =
	'rmbg-1.4' | 'isnet-general-use' | 'birefnet-lite' | 'u2netp' | 'backdrop' | 'own';

/** A photo without its background, at the photo's full size. */
export interface Cutout {
	photo_id: string;
	/** PNG with straight (not premultiplied) alpha; edge colors are the product's, not the background's. */
	image: Blob;
	/** The alpha alone: gray PNG, white = product. */
	mask: Blob;
	/** The soft shadow under the product, to be kept or left: a black PNG with alpha, smaller than the image. Absent without one. */
	shadow?: Blob;
	width: number;
	height: number;
	engine: EngineName;
	device: 'gpu' | 'cpu';
	/** Share of the frame that is product, 0 to 1. */
	coverage: number;
	/** How sure the engine is, 0 to 1. */
	confidence: number;
	/** The product's box in pixels. */
	bounds: { x: number; y: number; width: number; height: number };
	/** Wall-clock seconds. */
	processing_time: number;
	notes: CutoutNote[];
	/** The automatic cut-out that this one was made of by hand; absent where nothing was edited. */
	automatic?: Cutout;
}

/** What becomes of the soft shadow under a cut-out. */
export type ShadowChoice = 'remove' | 'keep';

export type CutoutNote =
	| 'weights_unreachable'
	| 'gpu_failed'
	/** The engine asked for needed more memory than there is: a smaller one did it. */
	| 'smaller_engine'
	| 'background_not_plain'
	| 'nothing_found'
	| 'touches_edge';

/** A 3D model as its provider made it, or as a person brought it. */
export interface SourceModel {
	provider: Provider;
	glb: Blob;
	triangles: number;
	size: Size;
	/** True when sides were guessed from a single view. */
	sides_guessed: boolean;
	/** USD actually spent. */
	cost: number;
	/** The Worker's task, for models that were made there. */
	task_id: string | null;
	/** Our address of the stored GLB, for models that are already stored. */
	model_url: string | null;
	/** Our addresses of the stored cut-outs it was made of; absent when that is not known. */
	image_urls?: string[];
	processing_time: number;
	/** How a draft was made, and why so: keys of the string catalog. */
	draft?: DraftShape;
	/** Of a person's own file: what was found in it. */
	own?: OwnModel;
}

export interface OwnModel {
	/** The file's name. Stays on the device. */
	name: string;
	/** What optimizing mends; the file itself stays as it is. */
	repairs: Repairs;
	notes: OptimizeNote[];
}

export interface DraftShape {
	construction: DraftConstruction;
	reason: DraftReason;
	/** What would have been chosen, where a person chose. */
	automatic?: AutomaticShape;
	/** What its outline mirrors itself around best; null for one that is carved. */
	axis: DraftAxis | null;
	/** Whether an estimated depth shaped its front. */
	refined?: boolean;
}

/** What the photos speak for, and why. */
export interface AutomaticShape {
	construction: DraftConstruction;
	reason: DraftReason;
}

/** An axis on a cut-out. */
export interface DraftAxis {
	/** Where it crosses half the height of the cut-out's bounds: share of their width from the left. */
	x: number;
	/** How far its upper end leans to the right, degrees. */
	tilt: number;
}

/** How a draft's shape is made: turned, flat, soft, or carved from several views. */
export type DraftConstruction = 'lathe' | 'extrude' | 'inflate' | 'hull';

export type DraftReason =
	| 'turned_outline'
	| 'straight_outline'
	| 'parts_stick_out'
	| 'soft_outline'
	| 'several_views'
	| 'asked_for';

/** From where a photo shows the product; left and right as seen by who stands in front of it. */
export type View = 'front' | 'back' | 'left' | 'right' | 'top' | 'bottom';

/** One level of detail. */
export interface Lod {
	/** 0 is the finest. */
	level: number;
	/** GLB with EXT_meshopt_compression and WebP textures. */
	glb: Blob;
	triangles: number;
}

/** A model ready for the web, with a plain twin for everything else. */
export interface OptimizedModel {
	lods: Lod[];
	/** GLB without any required extension, JPEG or PNG textures. */
	plain: Blob;
	source: { bytes: number; triangles: number };
	size: Size;
	/** How it was turned, so that its front faces +Z; not set: as it came. */
	turns?: Turns;
	/** Longest texture side, pixels. */
	texture_size: number;
	processing_time: number;
	notes: OptimizeNote[];
	/** What was done, in numbers; null when the model was optimized on another device. */
	report: OptimizeReport | null;
}

export type OptimizeNote =
	| 'normals_made'
	| 'welded'
	| 'target_missed'
	| 'no_texture'
	| 'parts_left_out'
	/** The file uses glTF extensions that are not known here. */
	| 'extensions_left_out'
	| 'hidden_removed'
	| 'floaters_removed'
	| 'layout_kept'
	/** It moves: only textures and packing changed. */
	| 'motion_kept'
	/** A file is larger than asked for: less would have spoiled its textures. */
	| 'size_missed'
	/** The GPU could not paint a fresh texture, so the CPU did. */
	| 'gpu_failed';

/** How a level's textures are stored. `ktx2` stays small in graphics memory, and few viewers read it. */
export type TextureFormat = 'webp' | 'avif' | 'jpeg' | 'ktx2';

/** How triangles are made fewer: within the texture layout there is, or with a fresh one that is painted anew. */
export type SimplifyMethod = 'keep_layout' | 'new_layout';

export interface OptimizeReport {
	repairs: Repairs;
	/** Triangles that cannot be seen from outside, taken out. */
	hidden_triangles: number;
	/** Every level in every way that was tried, the chosen ones marked. */
	variants: Variant[];
	/** Why some part keeps its layout: the glTF name of what a fresh one cannot carry over. Null where none has to. */
	layout_kept_for: string | null;
	/** Names of glTF extensions in the file that are not known here. */
	extensions_left_out: string[];
}

/** What was wrong with a model's mesh, and is no longer. */
export interface Repairs {
	/** Triangles with impossible or repeated corners. */
	broken_triangles: number;
	duplicate_triangles: number;
	/** Small pieces that floated beside the model. */
	floating_pieces: number;
	floating_triangles: number;
	/** Triangles that came without usable normals. */
	triangles_given_normals: number;
	/** Vertices that repeated another one. */
	welded_vertices: number;
}

/** One way to make one level, judged against the source in eight views. */
export interface Variant {
	level: number;
	method: SimplifyMethod;
	triangles: number;
	/** Decibels, 100 for the same. */
	psnr: number;
	/** -1 to 1. */
	ssim: number;
	/** 0 to 1. */
	silhouette_iou: number;
	chosen: boolean;
}

/** A public link. */
export interface Share {
	id: string;
	product_id: string;
	/** The full address, known only to the device that made it. */
	url: string;
	expires_at: number | null;
}

/** Everything a stage can refuse, a key of the string catalog (`strings.errors`), which says what and what to do. */
export type StageErrorCode =
	| 'photo_empty'
	| 'photo_too_large'
	| 'photo_too_many_pixels'
	| 'photo_not_an_image'
	| 'photo_heic'
	| 'photo_corrupt'
	| 'photo_too_many'
	| 'weights_unreachable'
	| 'weights_wrong'
	| 'weights_missing'
	| 'engine_failed'
	| 'out_of_memory'
	| 'own_engine_unfit'
	| 'nothing_found'
	| 'no_cutout'
	| 'model_empty'
	| 'model_corrupt'
	| 'model_unsupported'
	| 'model_not_glb'
	| 'upload_failed'
	| 'generation_failed'
	/** Paid or not is not known: never to be repeated without asking. */
	| 'outcome_unknown'
	| 'not_finished'
	| 'thread_crashed';

/** An expected failure of a stage. `detail` fills the placeholders of the catalog's sentence. */
export class StageError extends Error {
	override name = 'StageError';
	constructor(
		readonly code: StageErrorCode,
		readonly detail: Record<string, string | number> = {},
		options?: ErrorOptions
	) {
		super(`${code} ${JSON.stringify(detail)}`, options);
	}
}
