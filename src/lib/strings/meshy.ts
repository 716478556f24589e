/** What the studio says about models by Meshy: settings, prices, and what happens to a paid one. */
import type { MeshyPreset } from '../../../worker/contract';

export const MESHY_STRINGS = {
	look: 'Look',
	presets: {
		draft: { label: 'Draft look', hint: 'One photo, light mesh, simple surface.' },
		product: { label: 'Product page', hint: 'True shape and materials for a shop.' },
		hero: { label: 'Hero', hint: 'Fine shape, 4K surface and USDZ for close-ups.' }
	} satisfies Record<MeshyPreset, { label: string; hint: string }>,
	custom: { label: 'Your own', hint: 'As set below.' },
	price: '{credits} credits, ${usd}',
	price_line: 'This model costs at most ${usd} ({credits} credits); nothing if it fails.',
	balance: 'Meshy balance: {credits} credits (${usd}).',
	balance_short: 'That is not enough for this model: buy credits at Meshy first.',
	balance_unknown: 'Meshy does not say its balance right now.',
	all: 'All settings',
	one_photo: '{label}, one photo only',
	with_price: '{label} ({credits} credits)',
	selects: {
		ai_model: 'Model',
		geometry_resolution: 'Geometry',
		texture_resolution: 'Texture',
		mesh: 'Mesh',
		topology: 'Faces',
		origin_at: 'Stands on',
		texture_image_url: 'Surface like'
	},
	geometry: { standard: 'Standard', '2k': '2K', '4k': '4K' },
	texture: { none: 'None, shape only', '2k': '2K', '4k': '4K', '8k': '8K' },
	mesh: {
		count: 'This many triangles',
		'1': 'Adaptive, finest',
		'2': 'Adaptive, fine',
		'3': 'Adaptive, medium',
		'4': 'Adaptive, coarse',
		raw: 'As made, up to 2 million'
	},
	polycount: 'Triangles',
	polycount_range: '{min} to {max}',
	topology: { triangle: 'Triangles', quad: 'Mostly quads' },
	origin: { bottom: 'Its base', center: 'Its middle' },
	as_in_photos: 'As in the photos',
	cutout: 'Cut-out {n}',
	prompt: 'Describe the surface',
	prompt_hint:
		'Optional, for example “matte walnut, brass feet”. Otherwise it is as in the photos.',
	checks: {
		enable_pbr: 'Material maps (metal, roughness, relief)',
		image_enhancement: 'Let Meshy retouch the photos first',
		auto_size: 'Let Meshy estimate the real size',
		usdz: 'USDZ file for Apple devices',
		alpha_thumbnail: 'Preview picture without background',
		multi_view_thumbnails: 'Preview pictures from four sides',
		moderation: 'Refuse offensive images'
	},
	rework: {
		title: 'Change this model',
		lead: 'Meshy makes a new model of this one, which takes its place here. It costs nothing if it fails.',
		remesh: 'New mesh',
		remesh_hint: 'The same product with other or fewer triangles.',
		retexture: 'New surface',
		retexture_hint: 'The same shape, painted anew.',
		style: 'Painted',
		styles: {
			words: 'As described in words',
			like: 'Like one of the cut-outs',
			views: 'From the cut-outs themselves ({n})'
		},
		no_cutouts: 'This model paints from pictures only, and no cut-out is stored here.',
		prompt_hint: 'For example “matte walnut, brass feet”.',
		keep_uv: 'Keep the UV layout',
		start: '{what} for ${usd} ({credits} credits)'
	},
	unknown: {
		title: 'Was this model charged?',
		text: 'Meshy did not answer when this model was asked for. It was not asked again, so that nothing is paid twice, and its price stays held. Look at the usage of the account at Meshy.',
		not_charged: 'It was not charged',
		look_again: 'Look again',
		settled: 'Noted: nothing was charged, and nothing is held. You can generate it again.',
		looking: 'Looking at Meshy’s list once more.'
	},
	unfinished: {
		title: 'Meshy is not done with this model',
		text: 'Meshy accepted it and has not finished it in 24 hours, so its price stays held. It is looked at again by itself for four days, and saved as soon as it is done.'
	},
	unsaved: {
		title: 'Paid, not saved yet',
		text: 'Meshy has made this model, but its file could not be saved so far: {reason}. It is tried again by itself ({next}); Meshy keeps it for another {hours} hours.',
		next: 'next at {time}',
		next_soon: 'now'
	},
	attention: {
		title: 'Needs attention',
		lead: 'Paid models that are not in your storage yet.',
		unknown: 'Not known whether it was charged',
		unfinished: 'Paid, not finished by Meshy',
		unsaved: 'Paid, not saved yet'
	},
	account: {
		title: 'Meshy account',
		balance_now: 'credits ({usd}) in the account now.',
		balance_then: 'credits ({usd}) in the account {when}; Meshy does not say more right now.',
		agrees: 'The ledger agrees with the account.',
		differs:
			'The account fell by {credits} credits more than this ledger explains. Another program or the Meshy website may have spent them.',
		added: '{credits} credits were added since the check before.',
		unchecked: 'Not compared yet; it is done every night.',
		checked: 'Compared {when}.'
	},
	account_tasks: {
		title: 'Tasks Meshy keeps',
		lead: 'The newest fifty of the account. Meshy deletes results by itself after three days at most.',
		loading: 'Reading Meshy’s list',
		none: 'Meshy keeps no tasks.',
		partial: 'A part of Meshy’s list could not be read right now.',
		again: 'Read again',
		foreign: 'Not from this studio',
		deleted_product: 'Deleted product',
		kinds: {
			'image-to-3d': 'from one picture',
			'multi-image-to-3d': 'from several pictures',
			remesh: 'new mesh',
			retexture: 'new surface'
		},
		states: {
			queued: 'waiting',
			running: '{progress} % done',
			succeeded: 'done',
			failed: 'failed',
			canceled: 'canceled'
		},
		credits: '{credits} credits',
		kept: 'kept for {hours} hours',
		delete: 'Delete at Meshy',
		delete_named: 'Delete at Meshy: {name}',
		delete_title: 'Delete “{name}” at Meshy?',
		delete_goes:
			'Meshy deletes the pictures it was sent and what it made of them, for good. Meshy can then no longer change this model.',
		delete_stays: 'The model stored here stays, and so does what it cost.',
		delete_confirm: 'Delete at Meshy'
	}
} as const;

/** Settings that are on or off. */
export type MeshyCheck = Exclude<keyof typeof MESHY_STRINGS.checks, 'usdz'>;
