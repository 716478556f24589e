/** The truth about a result: beside its source, beside the photos, and in what it weighs. */
import type { LighterFix } from '../optimize/lighter-fixes';
import type { InspectLook } from '../viewer/inspect-look';

const looks: Record<InspectLook, string> = {
	shaded: 'Shaded',
	wireframe: 'Wireframe',
	uv: 'UV',
	normals: 'Normals',
	density: 'Density'
};
const look_hints: Record<InspectLook, string> = {
	shaded: 'As people see it.',
	wireframe: 'Every triangle’s edges.',
	uv: 'A checker on the texture layout: squares of one size mean an even layout.',
	normals: 'Which way the surface faces, as colors.',
	density: 'Texture pixels per length: blue is few, white is even, red is many.'
};
const fixes: Record<LighterFix['fix'], string> = {
	halve_textures: 'Textures of half the side',
	halve_triangles: 'Half the triangles',
	drop_normal_map: 'No normal map'
};

export const truth = {
	open: 'Compare with the source',
	open_hint: 'Side by side, in numbers, and against your photos.',
	title: 'How true is it?',
	lead: 'The optimized model of {name} beside what it was made of. Everything is measured on this device.',
	close: 'Close the comparison',
	tabs: 'What to compare',
	tab: { source: 'With the source', photos: 'With the photos', weight: 'What is big' },
	level: 'Compared file',
	levels: 'Web, level {n}',
	plain: 'Plain GLB',
	look: 'Look',
	looks,
	look_hints,
	split: 'Share of the picture that shows the source',
	before: 'Source',
	after: 'Optimized',
	canvas:
		'3D model of {name}: source and optimized, seen from the same side. Arrow keys turn it, plus and minus zoom.',
	no_webgl: 'This browser gives no 3D picture here. The numbers below hold all the same.',
	numbers: 'In numbers',
	running: 'Comparing',
	psnr: 'Likeness (PSNR)',
	psnr_note: 'over 8 views; above 30 dB is hard to tell apart',
	ssim: 'Structure (SSIM)',
	ssim_note: '1 is the same',
	iou: 'Outline',
	iou_note: 'overlap of the silhouettes',
	mean_distance: 'Distance, mean',
	most_distance: 'Distance, most',
	distance_note: 'between the surfaces',
	millimetres: '{n} mm',
	weight_lead:
		'In the file and in the memory of a graphics card. Memory decides whether a phone shows it.',
	part: 'Part',
	parts: { geometry: 'Geometry', texture: 'Texture', rest: 'Description' },
	roles: { color: 'color', normal: 'normals', data: 'surface data' },
	texture_facts: '{type}, {width} × {height} px',
	in_file: 'In the file',
	on_gpu: 'On the GPU',
	total: 'All',
	fixes_title: 'What would make it lighter',
	fix: 'Change',
	saves_file: 'Saves in the file, about',
	saves_gpu: 'Saves on the GPU',
	fixes,
	fixes_hint:
		'Texture size is chosen in the step “Optimize”; a channel with a limit makes all of this by itself.',
	none_to_fix: 'Nothing in it is big.',
	no_photos:
		'There is no approved cut-out on this device to compare with. Add photos of the product and approve their cut-outs.',
	photos_lead:
		'Each photo’s angle is found by its outline; then the model is drawn from there, by its own colors.',
	photo: 'Photo {n}',
	model_there: 'The model from there',
	weak_there: 'Weak areas of photo {n}',
	from: 'Seen from {azimuth}, {elevation}',
	sides: {
		front: 'the front',
		right: '{n}° to the right',
		left: '{n}° to the left',
		back: 'the back'
	},
	heights: { level: 'level', above: '{n}° from above', below: '{n}° from below' },
	outline: 'Outline {n} %',
	colors: 'Colors {n} % off',
	weak: 'Weak {n} %',
	weak_hint: 'Red: another color than in the photo, or there is something in only one of the two.',
	unseen_title: 'Never seen in a photo: {n} %',
	unseen_lead:
		'Amber: no photo shows this part of the surface, so it was guessed. A photo from there makes the next model truer.',
	unseen_name: '{name}: what the photos show'
} as const;
