/** What the stages say: their steps, their refusals, their remarks. */
import type { CutoutNote, OptimizeNote, PhotoReason, StageErrorCode, StepName } from '../artifacts';

export const steps: Record<StepName, string> = {
	starting: 'Starting',
	reading: 'Reading photos',
	scoring: 'Comparing photos',
	downloading: 'Downloading the model',
	checking: 'Checking the download',
	loading_engine: 'Starting the engine',
	warming_up: 'Warming up',
	cutting_out: 'Cutting out',
	looking_closer: 'Looking closer at the product',
	refining: 'Refining edges',
	seeing_depth: 'Reading depth',
	shaping: 'Shaping',
	texturing: 'Putting the photo on',
	submitting: 'Sending to Meshy',
	waiting_in_queue: 'Waiting in Meshy’s queue',
	queued_behind: 'Waiting in Meshy’s queue, {ahead} before it',
	waiting_for_turn: 'Waiting for a free place at Meshy, {ahead} of yours before it',
	queue_full: 'Meshy’s queue is full; asked again by itself. Nothing was charged yet',
	slowed_down: 'Meshy asks to slow down; asked again by itself. Nothing was charged yet',
	looking_for_outcome: 'Meshy did not answer; looking whether it took the model',
	generating: 'Meshy is modeling',
	finishing: 'Meshy is finishing (this can take two minutes)',
	saving: 'Saving the model in your storage',
	not_saved_yet:
		'Paid, not saved yet: {reason}. Tried again by itself; Meshy keeps it for another {hours} hours',
	reading_model: 'Reading the 3D file',
	cleaning_mesh: 'Cleaning the mesh',
	simplifying: 'Making levels of detail',
	comparing: 'Comparing the models',
	comparing_photos: 'Finding from where each photo was taken',
	making_channel_file: 'Making the files of {label} ({n} of {total})',
	packing: 'Packing the files',
	compressing: 'Compressing',
	drawing_poster: 'Drawing the preview picture',
	uploading: 'Uploading',
	linking: 'Making the link'
};

export const errors: Record<StageErrorCode, string> = {
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
	out_of_memory:
		'The cut-out engine needs more memory than this device has. Choose the built-in engine, or close other tabs and try again.',
	own_engine_unfit: 'This network cannot be used ({reason}). Check it in the settings.',
	nothing_found:
		'No product was found in “{name}”. Use a photo where the product stands out from its background.',
	no_cutout: 'There is no approved cut-out yet. Approve at least one, then try again.',
	model_empty: 'The 3D file has nothing to show. Generate the model again, or export it again.',
	model_corrupt: 'The 3D file is damaged ({what}). Generate or export it again.',
	model_unsupported:
		'The 3D file has {what}, which cannot be used here. Export it again without, then add it.',
	model_not_glb:
		'“{name}” is not a GLB. Export the model as GLB (glTF binary, one file), then add it.',
	upload_failed: 'The upload did not finish. Check your connection, then try again.',
	generation_failed: '{message}',
	outcome_unknown: '{message}',
	not_finished: '{message}',
	thread_crashed:
		'This step ran out of memory or crashed ({message}). Close other tabs or use smaller photos, then try again.'
};

export const reasons: Record<PhotoReason, string> = {
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

export const cutout_notes: Record<CutoutNote, string> = {
	weights_unreachable:
		'A better engine could not be downloaded, so the built-in one made this cut-out.',
	gpu_failed: 'The GPU failed, so this ran on your CPU.',
	smaller_engine:
		'This device has too little memory for the engine you chose: a smaller one did it.',
	background_not_plain:
		'Not for this photo: its background is not plain enough to be sure. Take another engine, mend it by hand with Edit, or take the photo before a plain wall.',
	nothing_found: 'Hardly anything was found in this photo.',
	touches_edge: 'The product touches the edge of the photo.'
};

export const optimize_notes: Record<OptimizeNote, string> = {
	normals_made: 'Surface normals were missing and were made.',
	welded: 'Duplicate points were welded.',
	target_missed: 'One level kept more triangles than planned, because less would have shown.',
	no_texture: 'The model has no texture.',
	parts_left_out: 'Points, lines, lights, cameras or further scenes in the file were left out.',
	extensions_left_out:
		'The file uses glTF extensions that are not known here: what they add was left out. Compare the result with the original.',
	hidden_removed: 'Triangles that nobody can see from outside were taken out.',
	floaters_removed: 'Small loose pieces beside the model were taken out.',
	layout_kept: 'A material of this model cannot be painted anew, so it keeps its texture layout.',
	motion_kept:
		'The model moves, so its shape stays as it is: only its textures and the way it is packed change. Links show it standing still.',
	size_missed:
		'One file is larger than planned, because smaller textures would have spoiled the model.',
	gpu_failed: 'The GPU failed, so the new textures were painted on your CPU.'
};
