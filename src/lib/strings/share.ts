/** Words of the share and embed pages. */
export const SHARE_STRINGS = {
	guessed: 'Draft, sides guessed',
	guessed_hint: 'Made from photos of one side: sides and back may differ from the real product.',
	download: 'Download 3D file',
	unavailable_title: 'This link is not available',
	unavailable:
		'It may have expired, been withdrawn, or been copied only in part. Ask the person who sent it for a new one.',
	unreachable_title: 'The product cannot be reached',
	retry: 'Try again',
	locked_title: 'This link is protected',
	locked: 'Enter the password that came with it.',
	password: 'Password',
	unlock: 'Open',
	unlocking: 'Opening',
	rate: 'How do you like it?',
	rate_star: '{n} of 5',
	rated: 'Thank you!'
} as const;
