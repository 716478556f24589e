/** The step that makes the model's files. */
export const optimize = {
	outdated:
		'The model was made from an earlier cut-out. Generate it again in the step before, then optimize it.',
	title: 'Optimize',
	lead: 'Smaller files and levels of detail for phones, web and AR.',
	start: 'Optimize',
	again: 'Optimize again',
	settings: 'All settings: textures, triangles, file size',
	texture_size: 'Largest texture',
	texture_format: 'Textures as',
	texture_formats: {
		webp: 'WebP',
		avif: 'AVIF (smaller, slower)',
		ktx2: 'KTX2 (small in graphics memory; slow)'
	},
	levels: 'Coarser levels by',
	levels_by: {
		share: 'Share of the triangles',
		screen: 'Size on the screen'
	},
	max_triangles: 'Most triangles',
	max_mb: 'Largest file, MB',
	max_mb_any: 'any',
	single: {
		label: 'All levels in one GLB',
		make: 'Put all levels in one file',
		hint: 'For engines that change levels by themselves (MSFT_lod); others show the finest.'
	},
	method: 'Triangles are made fewer by',
	methods: {
		auto: { label: 'Whatever looks best', hint: 'Both ways are tried; pictures decide.' },
		keep_layout: {
			label: 'Keeping the texture layout',
			hint: 'Fast; best for models made by hand.'
		},
		new_layout: {
			label: 'Painting a new texture',
			hint: 'Best for generated models with many seams.'
		}
	},
	remove_hidden: 'Take out what nobody sees from outside',
	variants: 'Ways that were tried, compared with the source from eight sides',
	variant: 'Level {n}, {method}',
	chosen: 'Used',
	psnr: 'Likeness (PSNR)',
	silhouette: 'Outline',
	done_hidden: '{n} hidden triangles taken out.',
	done_broken: '{n} broken triangles taken out.',
	done_duplicates: '{n} repeated triangles taken out.',
	done_floaters: '{n} floating pieces taken out.',
	done_welded: '{n} repeated points welded.',
	table: 'Before and after',
	file: 'File',
	triangles: 'Triangles',
	bytes: 'Size',
	change: 'Change',
	before: 'Source model',
	lod: 'Web, level {n}',
	plain: 'Plain GLB (AR and other programs)',
	get: 'Download',
	download: 'Download {file}'
};
