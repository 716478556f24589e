/** The channel passport: files for every place a model goes to, each held against what the place takes. */
import type { Outcome, RuleName } from '../optimize/channels/rules';

const rules: Record<RuleName, string> = {
	max_bytes: 'File size',
	advised_bytes: 'Advised file size',
	max_triangles: 'Triangles',
	advised_triangles: 'Advised triangles',
	max_vertices: 'Points',
	max_texture_side: 'Largest texture',
	texture_types: 'Texture formats',
	max_draw_calls: 'Draw calls',
	max_materials: 'Materials',
	max_uv_sets: 'Texture layouts (UV sets)',
	plain: 'Opens without a decoder',
	real_size: 'In meters, on the ground, centered',
	size_known: 'Real size is known',
	dimensions: 'Width, height and depth as in the listing',
	packed: 'USDZ: stored, aligned, in meters, textures inside',
	motion: 'Moves as the source does'
};

/** What to do about a rule that is not kept. */
const remedies: Record<RuleName, string> = {
	max_bytes: 'The model cannot be made that small and still be itself. Use a simpler model.',
	advised_bytes: 'It is taken, but loads slowly or is changed there. A simpler model helps.',
	max_triangles: 'Optimize with “Painting a new texture”, or use a simpler model.',
	advised_triangles: 'It is taken, but draws slowly on phones. A simpler model helps.',
	max_vertices: 'Optimize with “Painting a new texture”, or use a simpler model.',
	max_texture_side: 'Choose a smaller largest texture.',
	texture_types: 'Export the textures as JPEG or PNG.',
	max_draw_calls: 'Join the model’s parts into fewer materials, then bring it again.',
	max_materials:
		'A see-through or special material cannot be painted into one. Join the materials in the model itself.',
	max_uv_sets: 'Export the model with one UV set per mesh.',
	plain: 'Export the model without these extensions.',
	real_size: 'Give the real size in the step “3D model”, then make the files again.',
	size_known: 'Give the height, width or depth, or measure with the ruler, in the step “3D model”.',
	dimensions:
		'Give width, height and depth in the step “3D model”. If they are given: the model’s proportions are not the product’s.',
	packed: 'Make the files again. If it stays so, tell us.',
	motion: 'In a USDZ the model stands still, as it does at rest. Where it must move, use the GLB.'
};

/** Likewise, for a file that moves. */
const moving_remedy =
	'A model that moves keeps its shape and materials: make it simpler in the program it comes from.';

const outcomes: Record<Outcome, string> = {
	pass: 'Pass',
	fixed: 'Fixed by us',
	advice: 'Advice',
	fail: 'Fail'
};

export const passport = {
	open: 'Files for channels',
	open_hint: 'Shops, ads and AR each take something else: make and check all of them at once.',
	title: 'Channel passport',
	lead: 'Files for every place {name} goes to, each held against what the place takes. Everything is made on this device.',
	close: 'Close the channel passport',
	channels: 'Channels',
	as_of:
		'Limits as of {date}. Places change them; the rules here are checked again with every release.',
	make: 'Make {n} files',
	make_one: 'Make 1 file',
	make_none: 'Choose a channel',
	all: 'Choose all',
	none: 'Choose none',
	running: 'Making the files',
	results: 'Files',
	summary: '{pass} of {n} files keep every rule.',
	formats: { web: 'GLB for the web', plain: 'Plain GLB', usdz: 'USDZ' },
	facts: '{bytes}, {triangles} triangles',
	level: 'level {n}',
	download: 'Download {file}',
	zip: 'Download all as zip',
	report: 'Report',
	report_json: 'Report as JSON',
	details: 'Rules of {file}',
	col: {
		rule: 'Rule',
		allowed: 'Allowed',
		before: 'Source',
		after: 'This file',
		outcome: 'Outcome',
		remedy: 'What to do'
	},
	none_value: 'none',
	outdated: 'The model or its size has changed since: make the files again.',
	rules,
	remedies,
	moving_remedy,
	outcomes,
	own: {
		title: 'A profile of your own',
		label: 'Name',
		format: 'Format',
		megabytes: 'At most, MB',
		triangles: 'At most, triangles',
		texture_side: 'Largest texture, px',
		one_material: 'One material',
		add: 'Add profile',
		remove: 'Remove {label}',
		taken: 'There is a profile of that name. Give it another one.',
		name_missing: 'Give the profile a name.'
	},
	report_title: 'Channel passport of {name}',
	made_on: 'Made on {date} with Vitrine. Limits as of {as_of}.'
} as const;
