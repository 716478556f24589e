/**
 * Every sentence the app shows, in one place. `{name}` is filled from the values given to `fill`.
 * The Worker's own refusals arrive as sentences.
 */
import type { CutoutNote, OptimizeNote, PhotoReason, StageErrorCode, StepName } from '../artifacts';

const steps: Record<StepName, string> = {
	starting: 'Starting',
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
		'The cut-out engine failed on this device ({reason}). Try the built-in engine instead.',
	nothing_found:
		'No product was found in “{name}”. Use a photo where the product stands out from its background.',
	no_cutout: 'There is no approved cut-out yet. Approve at least one, then try again.',
	model_empty: 'The 3D file is empty (0 bytes). Generate the model again.',
	model_corrupt: 'The 3D file is damaged ({what}). Generate or export it again.',
	model_unsupported: 'The 3D file uses {what}, which cannot be optimized here yet.',
	upload_failed: 'The upload did not finish. Check your connection, then try again.',
	generation_failed: '{message}',
	outcome_unknown: '{message}',
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
	no_texture: 'The model has no texture.',
	parts_left_out: 'Points, lines, lights or cameras in the file were left out.'
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
		photo: 'The photo',
		no_reason: 'no reason given',
		copied: 'Copied',
		seconds: '{n} s',
		unexpected:
			'Something went wrong that should not have ({message}). Reload the page and try again.',
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
		license:
			'RMBG-1.4 by BRIA AI is free for non-commercial use only; commercial use needs an agreement with BRIA.',
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
		resume: 'Take up again',
		start_over: 'Start over',
		start_over_hint: 'A model is on its way. Starting over asks for a new one and may cost again.',
		still_running:
			'You stopped waiting, but Meshy goes on and the result will be saved. Press “Take up again” to wait for it.',
		upload_note: 'Approved cut-outs are uploaded to your storage now.',
		view: '3D preview of {name}',
		facts: '{triangles} triangles, {bytes}, {size}',
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
		get: 'Download',
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
	products: {
		title: 'Products',
		search: 'Search products by name',
		search_hint: 'Search',
		status_filter: 'Status',
		any_status: 'Any status',
		new_product: 'New product',
		list: 'Products',
		loading: 'Loading your products',
		load_more: 'Load more',
		loaded: '{n} products shown',
		loaded_one: '1 product shown',
		loaded_all: 'All {n} products shown',
		no_picture: 'No picture yet',
		empty_title: 'Turn a photo into a 3D model',
		empty_text:
			'Add a product photo, approve the cut-out, and send a link that shows the product in 3D. Photos stay on this device.',
		try_sample: 'Try a sample product',
		nothing_title: 'No product matches',
		nothing_text: 'Try another word or another status.',
		nothing_yet: 'Nothing among the newest products. Look further back?',
		look_further: 'Look further back',
		clear: 'Clear search and filter',
		delete: 'Delete {name}',
		delete_title: 'Delete “{name}”?',
		delete_goes:
			'Its photos on this device, its cut-outs, 3D models and pictures are deleted for good. Its share links stop working at once.',
		delete_stays: 'What it cost stays in the ledger, so that your totals and caps remain right.',
		delete_confirm: 'Delete product',
		deleted: '“{name}” was deleted.',
		status: {
			new: 'Just started',
			selected: 'Photos chosen',
			cut_out: 'Cut out',
			modeled: '3D model ready',
			optimized: 'Optimized',
			shared: 'Shared'
		}
	},
	dashboard: {
		title: 'Dashboard',
		lead: 'How the work goes, how long it takes and what it costs.',
		range: 'Period',
		days: '{n} days',
		refresh: 'Refresh',
		updated: 'Updated {when}',
		show_table: 'Show as a table',
		table_region: 'Table: {title}',
		loading: 'Loading the numbers',
		numbers: 'Key numbers',
		tasks: 'Tasks',
		tasks_note: '{succeeded} succeeded, {failed} failed',
		success_rate: 'Success rate',
		success_note: 'of tasks that ended',
		spend: 'Spent this month',
		spend_note: 'of {cap} cap',
		spend_note_held: 'and {held} held, of {cap} cap',
		spend_label: '{spent} spent and {held} held of a {cap} monthly cap',
		rating: 'Mean rating',
		rating_value: '{mean} of 5',
		rating_note: 'from {n} ratings',
		rating_note_one: 'from 1 rating',
		rating_none: 'Rate a finished model in the studio',
		tasks_title: 'Tasks per day',
		tasks_caption: 'Stages that ended, by outcome.',
		tasks_summary: '{tasks} tasks in {days} days: {succeeded} succeeded, {failed} failed.',
		times_title: 'Response times by stage',
		times_caption: 'Half of the runs are faster than the median; 95% are faster than p95.',
		times_summary: 'Median and 95th percentile of {n} stages. {list}.',
		times_item: '{stage}: median {p50}, 95% within {p95}',
		cost_title: 'Cost per day',
		cost_caption: 'US dollars, settled.',
		cost_summary: '{cost} spent in {days} days.',
		no_tasks_title: 'No tasks yet',
		no_tasks_text: 'Make a first product, and its numbers appear here.',
		no_cost: 'Nothing was spent in this period. Drafts made on your device are free.',
		no_errors: 'No failed tasks.',
		no_data: 'Nothing measured in this period.',
		stages: 'Stages',
		routes: 'Server routes',
		outbound: 'Outbound calls',
		cost_products: 'Cost per product',
		cost_products_lead: 'The ten that cost most in this period.',
		cost_months: 'Cost per month',
		cost_months_lead: 'The last twelve months, whatever the period above.',
		no_cost_year: 'Nothing was spent in the last twelve months.',
		errors: 'Recent errors',
		deleted_product: 'Deleted product',
		col: {
			day: 'Day',
			stage: 'Stage',
			runs: 'Runs',
			success: 'Success',
			p50: 'Median',
			p95: 'p95',
			route: 'Route',
			call: 'Call',
			count: 'Calls',
			errors: 'Errors',
			product: 'Product',
			cost: 'Cost',
			month: 'Month',
			when: 'When',
			what: 'What happened',
			succeeded: 'Succeeded',
			failed: 'Failed',
			canceled: 'Canceled',
			refused: 'Refused'
		},
		stage: {
			image_selection: 'Photo selection',
			background_removal: 'Background removal',
			'3d_generation': '3D generation',
			model_optimization: 'Optimization'
		}
	},
	settings: {
		title: 'Settings',
		loading: 'Loading the settings',
		engines: 'Cut-out engines',
		engines_lead: 'Models that remove backgrounds on this device. They download once.',
		engine_ready: 'On this device, {size}',
		engine_absent: 'Not downloaded, {size}',
		engine_builtin: 'Built-in',
		engine_builtin_note: 'For plain and studio backgrounds. Always here, no download.',
		engine_delete: 'Delete {name} from this device',
		engine_delete_short: 'Delete',
		engine_deleted: '{name} was deleted from this device. It downloads again when you next use it.',
		engine_error: 'What is stored on this device could not be read ({message}). Reload the page.',
		server: 'Server',
		server_lead: 'What this installation is set up for. Keys are never shown.',
		meshy: 'Meshy',
		meshy_on: 'Connected',
		meshy_off: 'Not set up. Set MESHY_API_KEY on the server to use it.',
		uploads: 'Uploads',
		uploads_presigned: 'Straight to your storage, with a signed address',
		uploads_worker: 'Through this server',
		models_from: 'Cut-out models from',
		spending: 'Spending',
		spending_lead: 'Paid work is refused before it would pass a cap. Days and months are UTC.',
		today: 'Today',
		this_month: 'This month',
		spent_of: '{spent} of {cap}',
		held: '{held} held for work under way',
		spend_label: '{period}: {spent} spent and {held} held of a {cap} cap',
		privacy: 'What leaves this device',
		privacy_items: [
			'Photos stay here. Backgrounds are removed in your browser; location and camera data never leave it.',
			'Cut-outs you approve, and the 3D files and preview pictures made from them, are stored in your own storage.',
			'When you choose Meshy, the approved cut-outs are sent to Meshy to be modeled. Drafts are made here and sent to nobody.',
			'People who open a share link see the model and the product’s name, brand and size. Views are counted without anything about the person.',
			'Cut-out models are downloaded from the host named below; nothing about your photos is sent there. There are no trackers and no outside analytics.'
		],
		data: 'Data on this device',
		data_lead: 'Photos, unfinished work and downloaded cut-out models live in this browser.',
		data_used: 'About {size} used',
		data_none: 'Nothing is kept yet',
		delete_data: 'Delete all data on this device',
		delete_title: 'Delete all data on this device?',
		delete_goes:
			'Photos, unfinished cut-outs and models that were not uploaded yet, and the downloaded cut-out models are deleted from this browser for good.',
		delete_stays: 'Products, files and share links on the server stay as they are.',
		delete_confirm: 'Delete from this device',
		delete_done: 'Everything Vitrine kept in this browser was deleted.',
		delete_blocked:
			'Another tab of Vitrine is using the data. Close the other tabs, then try again.',
		session: 'Session',
		signed_in: 'You are signed in on this browser.',
		sign_out: 'Sign out'
	},
	sign_in: {
		title: 'Sign in',
		lead: 'This studio is private. Enter its token to go on.',
		token: 'Studio token',
		hint: 'The value of STUDIO_TOKEN, set by whoever runs this server.',
		missing: 'Enter the studio token.',
		submit: 'Sign in',
		busy: 'Signing in',
		show: 'Show token',
		hide: 'Hide token'
	},
	not_found: {
		title: 'This page does not exist',
		text: 'The address may be mistyped, or what was here was deleted.',
		home: 'Go to products',
		error_title: 'Something went wrong',
		error_text: 'Reload the page. If it happens again, start from your products. ({message})',
		reload: 'Reload'
	},
	rating: { label: 'How good is this model?', star: '{n} of 5', thanks: 'Thank you, noted.' }
} as const;

/** Fills `{name}` placeholders; unknown ones are left as they are. */
export function fill(sentence: string, values: Record<string, string | number> = {}): string {
	return sentence.replace(/\{(\w+)\}/g, (whole, name: string) =>
		name in values ? String(values[name]) : whole
	);
}
