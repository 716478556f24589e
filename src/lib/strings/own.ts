/** A person's own 3D model: bringing it, and what was found in it. */
export const own = {
	question: 'Have a 3D model already?',
	add: 'Use a GLB file',
	replace: 'Use your own GLB',
	badge: 'Your file',
	untouched: '“{name}” is kept as it is. Optimizing mends what was found:',
	sound: '“{name}” is sound: nothing to mend was found.',
	broken: '{n} broken triangles',
	duplicates: '{n} repeated triangles',
	floaters: '{n} loose pieces',
	normals: '{n} triangles without surface normals',
	welded: '{n} repeated points',
	odd_size:
		'By its units this model is {size}. If that is not its real size, give its height, width or depth here.',
	replace_title: 'Put this file in the place of the model?',
	replace_goes: 'The product gets “{name}” as its 3D model; it has to be optimized again.',
	replace_stays: 'Links show the model as it is now until then.',
	replace_confirm: 'Use the file',
	one: 'One 3D model at a time: “{name}” was taken, the others were not.'
} as const;
