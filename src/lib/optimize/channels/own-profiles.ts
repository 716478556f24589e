/** Which channels a person makes files for, and profiles of their own: remembered in the browser, by all products. */
import { z } from 'zod';
import { CHANNELS, type ChannelProfile } from './profiles';

const count = z.number().int().positive();
/** A profile of a person's own. Null, or left out: not limited. */
export const ownProfile = z.object({
	/** Unique among their own; also names the files. */
	label: z.string().trim().min(1).max(60),
	format: z.enum(['web', 'plain', 'usdz']),
	max_megabytes: z.number().positive().max(500).nullable().default(null),
	max_triangles: count.min(200).max(5_000_000).nullable().default(null),
	max_texture_side: count.min(16).max(8192).nullable().default(null),
	one_material: z.boolean().default(false)
});
export type OwnProfile = z.infer<typeof ownProfile>;

const preferences = z.object({
	/** Names of profiles. */
	chosen: z.array(z.string().max(80)).max(100),
	own: z.array(ownProfile).max(40)
});
export type ChannelPreferences = z.infer<typeof preferences>;

const KEY = 'vitrine-channels';
const DEFAULTS: ChannelPreferences = { chosen: ['web', 'android-ar', 'ios-ar'], own: [] };

/** What is remembered; the defaults where nothing is, or nothing that can be read. */
export function readChannelPreferences(): ChannelPreferences {
	try {
		const kept = preferences.safeParse(JSON.parse(localStorage.getItem(KEY) ?? 'null'));
		return kept.success ? kept.data : DEFAULTS;
	} catch {
		return DEFAULTS;
	}
}

/** Remembers what changed. @returns all of it, also where the browser keeps nothing */
export function changeChannelPreferences(
	before: ChannelPreferences,
	change: Partial<ChannelPreferences>
): ChannelPreferences {
	const next = { ...before, ...change };
	try {
		localStorage.setItem(KEY, JSON.stringify(next));
	} catch {
		// A private window: it holds until the page is closed.
	}
	return next;
}

/** All profiles, a person's own at the end. */
export const allProfiles = ({ own }: Pick<ChannelPreferences, 'own'>): ChannelProfile[] => [
	...CHANNELS,
	...own.map(profileOf)
];

/** A person's own limits as a profile. */
export function profileOf(own: OwnProfile): ChannelProfile {
	const { label, format, max_megabytes, max_triangles, max_texture_side, one_material } = own;
	return {
		name: `own-${label.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`,
		label,
		files: [
			{
				suffix: '',
				format,
				limits: {
					max_bytes: max_megabytes === null ? undefined : max_megabytes * 1e6,
					max_triangles: max_triangles ?? undefined,
					max_texture_side: max_texture_side ?? undefined,
					max_materials: one_material ? 1 : undefined,
					plain: format === 'plain',
					real_size: true
				}
			}
		]
	};
}
