/**
 * Every sentence the app shows, in one place. `{name}` is filled from the values given to `fill`.
 * The Worker's own refusals arrive as sentences.
 */
import type {
	CutoutNote,
	OptimizeNote,
	PhotoReason,
	StageErrorCode,
	StepName
} from './artifacts';

const steps: Record<StepName, string> = {
	reading: 'Reading photos',
	scoring: 'Comparing photos',
	downloading: 'Downloading the model',
	checking: 'Checking the download',
	loading_engine: 'Starting the engine',
	warming_up: 'Warming up',
	cutting_out: 'Cutting out',
	refining: 'Refining edges',
	shaping: 'Shaping',
	texturing: 'Putting the photo on',
	submitting: 'Sending to Meshy',
	waiting_in_queue: 'Waiting in Meshy’s queue',
	generating: 'Meshy is modeling',
	finishing: 'Meshy is finishing (this can take two minutes)',
	saving: 'Saving the model in your storage',
	cleaning_mesh: 'Cleaning the mesh',
	simplifying: 'Making levels of detail',
	compressing: 'Compressing',
	drawing_poster: 'Drawing the preview picture',
	uploading: 'Uploading',
	linking: 'Making the link'
};

const errors: Record<StageErrorCode, string> = {
	photo_empty: '“{name}” is empty (0 bytes). Export or copy the photo again, then add it.',
	photo_too_large:
		'“{name}” is {megabytes} MB; the limit is {limit} MB. Export it smaller, then add it again.',
	photo_too_many_pixels:
		'“{name}” has {megapixels} megapixels; the limit is {limit}. Export it smaller, then add it again.',
	photo_not_an_image:
		'“{name}” is not a photo this app can read. Use a JPEG, PNG, WebP or AVIF file.',
	photo_heic:
		'“{name}” is a HEIC photo, which this browser cannot open. Export it as JPEG (on iPhone: Settings, Camera, Formats, Most Compatible), or use Safari.',
	photo_corrupt: '“{name}” is damaged and cannot be opened. Copy it again from where it came from.',
	photo_too_many: 'A product takes up to {limit} photos. Remove some, then add “{name}” again.',
	weights_unreachable:
		'The cut-out model could not be downloaded from {host}. Check your connection and try again, or go on with the built-in engine.',
	weights_wrong:
		'The downloaded cut-out model is not the expected file and was thrown away. Try again; if it happens twice, check MODEL_BASE_URL.',
	weights_missing: 'The cut-out model is not on this device yet. Download it first.',
	engine_failed:
		'The cut-out engine failed on this device ({message}). Try the built-in engine instead.',
	nothing_found:
		'No product was found in this photo. Use a photo where the product stands out from its background.',
	no_cutout: 'There is no approved cut-out yet. Approve at least one, then try again.',
	model_empty: 'The 3D file is empty (0 bytes). Generate the model again.',
	model_corrupt: 'The 3D file is damaged ({what}). Generate or export it again.',
	model_unsupported: 'The 3D file uses {what}, which cannot be optimized here yet.',
	upload_failed: 'The upload did not finish. Check your connection, then try again.',
	generation_failed: '{message}',
	thread_crashed:
		'This step ran out of memory or crashed ({message}). Close other tabs or use smaller photos, then try again.'
};

const reasons: Record<PhotoReason, string> = {
	sharp: 'Sharp',
	well_exposed: 'Well exposed',
	subject_fills_frame: 'Product fills the frame',
	different_view: 'A different view',
	blurry: 'Blurry',
	low_resolution: 'Low resolution',
	too_dark: 'Too dark',
	too_bright: 'Too bright',
	subject_small: 'Product is small',
	subject_cut_off: 'Cut off at the edge',
	near_duplicate: 'Nearly the same as a better photo'
};

const cutout_notes: Record<CutoutNote, string> = {
	weights_unreachable: 'RMBG could not be reached, so the built-in engine made this cut-out.',
	gpu_failed: 'The GPU failed, so this ran on your CPU.',
	background_not_plain: 'The background is not plain: look closely before you approve.',
	nothing_found: 'Hardly anything was found in this photo.',
	touches_edge: 'The product touches the edge of the photo.'
};

const optimize_notes: Record<OptimizeNote, string> = {
	normals_made: 'Surface normals were missing and were made.',
	welded: 'Duplicate points were welded.',
	target_missed: 'One level kept more triangles than planned, because less would have shown.',
	no_texture: 'The model has no texture.'
};

export const strings = {
	app: { name: 'Vitrine', tagline: 'Product photos in, a 3D model behind a link out.' },
	nav: {
		label: 'Main',
		products: 'Products',
		new_product: 'New product',
		dashboard: 'Dashboard',
		settings: 'Settings',
		skip: 'Skip to content',
		sign_out: 'Sign out'
	},
	steps,
	errors,
	reasons,
	cutout_notes,
	optimize_notes,
	common: {
		cancel: 'Cancel',
		retry: 'Try again',
		dismiss: 'Dismiss',
		loading: 'Loading',
		copied: 'Copied',
		seconds: '{n} s',
		unexpected: 'Something went wrong that should not have ({message}). Reload the page and try again.',
		canceled: 'Canceled. Nothing was changed.',
		done: 'Done'
	},
	studio: {
		title_new: 'New product',
		untitled: 'Untitled product',
		name: 'Product name',
		steps_label: 'Steps',
		storage_failed:
			'This browser could not keep the work on this device ({message}). It will be lost on reload; free some space or leave private mode.',
		elsewhere:
			'The photos of this product are on the device they were added on. Its stored model and links work here too.',
		not_found: 'There is no product at this address. It may have been deleted.'
	},
	photos: {
		title: 'Photos',
		lead: 'One good photo is enough. Up to four angles make a better model.',
		add: 'Add photos',
		drop: 'Drop photos here, paste them, or choose files',
		formats: 'JPEG, PNG, WebP or AVIF, up to 25 MB each',
		privacy: 'Photos stay on this device. Only cut-outs you approve are uploaded.',
		samples: 'No photo at hand?',
		try_sample: 'Try a sample product',
		remove: 'Remove {name}',
		use: 'Use',
		chosen: 'Chosen',
		choose: 'Use photo {n}',
		count: '{n} of {total} photos chosen',
		too_many: 'At most four photos go into one model. Take one out first.',
		alt: 'Photo {n}'
	},
	cutouts: {
		title: 'Cut-outs',
		lead: 'The background is removed here, in your browser.',
		start: 'Remove backgrounds',
		again: 'Remove backgrounds again',
		list: 'Cut-outs',
		alt: 'Cut-out of {name}',
		photo_alt: 'Photo {n} before',
		approve: 'Approve',
		reject: 'Reject',
		approve_all: 'Approve all',
		approved: 'Approved',
		rejected: 'Rejected',
		compare: 'Compare before and after',
		backdrop_label: 'Preview background',
		checker: 'Checker',
		white: 'White',
		black: 'Black',
		engine: 'Engine',
		engine_rmbg: 'RMBG',
		engine_rmbg_hint: 'For any background. Needs a one-time download.',
		engine_backdrop: 'Built-in',
		engine_backdrop_hint: 'For plain and studio backgrounds. No download.',
		on_gpu: 'on your GPU',
		on_cpu: 'on your CPU',
		made_by: '{engine}, {device}, {seconds} s',
		consent_title: 'Download RMBG once?',
		consent_text:
			'{megabytes} MB from {host}, kept on this device and usable offline afterwards. Your photos are not sent anywhere.',
		consent_yes: 'Download {megabytes} MB',
		consent_no: 'Use the built-in engine',
		ready: 'On this device',
		size: '{megabytes} MB',
		fell_back: 'RMBG could not be downloaded, so the built-in engine was used. {reason}'
	},
	model: {
		title: '3D model',
		lead: 'Draft it on this device at once, or have Meshy model it.',
		provider: '3D provider',
		draft: 'Draft (on this device)',
		draft_hint: 'Free, in seconds. Sides and back are guessed from the front.',
		meshy: 'Meshy',
		meshy_hint: 'A full model in a few minutes. About ${usd} ({credits} credits).',
		meshy_off: 'Set MESHY_API_KEY on the server to use it.',
		size: 'Real size',
		size_hint: 'One measure is enough; the others follow from the shape.',
		height: 'Height',
		width: 'Width',
		depth: 'Depth',
		cm: 'cm',
		start: 'Generate 3D model',
		again: 'Generate again',
		upload_note: 'Approved cut-outs are uploaded to your storage now.',
		view: '3D preview of {name}',
		facts: '{triangles} triangles, {megabytes} MB, {size}',
		guessed: 'Draft, sides guessed'
	},
	optimize: {
		title: 'Optimize',
		lead: 'Smaller files and levels of detail for phones, web and AR.',
		start: 'Optimize',
		again: 'Optimize again',
		texture_size: 'Largest texture',
		table: 'Before and after',
		file: 'File',
		triangles: 'Triangles',
		bytes: 'Size',
		change: 'Change',
		before: 'As generated',
		lod: 'Web, level {n}',
		plain: 'Plain GLB (AR and other programs)',
		download: 'Download {file}'
	},
	share: {
		title: 'Share',
		lead: 'A link that shows the product in 3D to anyone, without an account.',
		start: 'Create share link',
		link: 'Share link',
		copy: 'Copy link',
		open: 'Open',
		another: 'Create another link',
		unnamed: 'Give the product a name first: people who open the link will see it.'
	},
	rating: { label: 'How good is this model?', star: '{n} of 5', thanks: 'Thank you, noted.' }
} as const;

/** Fills `{name}` placeholders; unknown ones are left as they are. */
export function fill(sentence: string, values: Record<string, string | number> = {}): string {
	return sentence.replace(/\{(\w+)\}/g, (whole, name: string) =>
		name in values ? String(values[name]) : whole
	);
}
