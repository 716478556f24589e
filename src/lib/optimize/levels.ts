/** What one level of detail aims at. Every limit is an aim except `max_error`, which is kept. */
export interface LevelTarget {
	/** Share of the source's triangles, 0 to 1. */
	ratio: number;
	/** Never more triangles than this. */
	max_triangles: number;
	/** A model that is already light is not cut below this many triangles. */
	min_triangles: number;
	/**
	 * The errors of all steps together, as a share of the model's longest side. A careful bound: the surface
	 * moves less, since steps undo part of each other.
	 */
	max_error: number;
	/**
	 * How large the model is on the screen when this level is shown, pixels along its longest side. Given, the surface
	 * moves at most about one pixel there, and triangles go until it would move more.
	 */
	screen_size?: number;
	/** Longest texture side, pixels. */
	texture_size: number;
	/** Quality of lossy textures, 0 to 1. */
	texture_quality: number;
	/** Aimed-at file size; triangles, then textures step down until it fits, the latter to a floor. */
	max_bytes?: number;
}

/** What Scene Viewer and Quick Look take. */
export const MOST_TRIANGLES = 100_000;
/** Of a product page's level, pixels. */
export const TEXTURE_SIDE = 2048;

/**
 * Close view, product page, list or small phone, first view. The last is what a phone shows within a second, hence its
 * 150 KB.
 */
export const DEFAULT_LEVELS: LevelTarget[] = [
	{
		ratio: 1,
		max_triangles: MOST_TRIANGLES,
		min_triangles: 0,
		max_error: 0.02,
		texture_size: TEXTURE_SIDE,
		texture_quality: 0.82
	},
	{
		ratio: 0.4,
		max_triangles: 36_000,
		min_triangles: 8_000,
		max_error: 0.06,
		texture_size: TEXTURE_SIDE,
		texture_quality: 0.8
	},
	{
		ratio: 0.2,
		max_triangles: 14_000,
		min_triangles: 5_000,
		max_error: 0.08,
		texture_size: 1024,
		texture_quality: 0.8
	},
	{
		ratio: 0.1,
		max_triangles: 5_000,
		min_triangles: 4_000,
		max_error: 0.1,
		texture_size: 512,
		texture_quality: 0.8,
		max_bytes: 150_000
	}
];

/** The same places by how large the model stands there: each moves its surface about one pixel at most. */
export const SCREEN_LEVELS: LevelTarget[] = [1600, 800, 400, 160].map((screen_size, index) => ({
	...(DEFAULT_LEVELS[index] ?? DEFAULT_LEVELS[0]!),
	ratio: 0,
	min_triangles: 0,
	max_error: 1,
	screen_size
}));

/** What levels of detail follow: a share of the source's triangles, or how large the model is on the screen. */
export type LevelsBy = 'share' | 'screen';

/** How a person may bend the usual levels. */
export interface LevelWishes {
	/** Default `share`. */
	by?: LevelsBy;
	/** By `share`: the finest level's triangles, whatever that costs in looks; coarser ones shrink along. Default 100,000. */
	max_triangles?: number;
	/** No level is larger than this, bytes, as far as its textures can bear it. */
	max_bytes?: number;
	/** Longest texture side, pixels; above 2048 in the finest level alone. Default 2048. */
	texture_size?: number;
}

/** The usual levels, from the finest to the coarsest, as a person wishes them. */
export function levelsFor({
	by = 'share',
	max_triangles,
	max_bytes = Infinity,
	texture_size = TEXTURE_SIDE
}: LevelWishes): LevelTarget[] {
	const usual = by === 'screen' ? SCREEN_LEVELS : DEFAULT_LEVELS;
	return usual.map((level, index) => {
		const most = by === 'share' ? max_triangles : undefined;
		const limited = index === 0 ? limitTriangles(level, most) : shrinkLevel(level, most);
		return limitBytes(index === 0 ? { ...limited, texture_size } : limited, max_bytes);
	});
}

function limitTriangles(level: LevelTarget, max_triangles: number | undefined): LevelTarget {
	return max_triangles === undefined ? level : { ...level, max_triangles, max_error: 1 };
}

/** A coarser level under a finest one of so many triangles. */
function shrinkLevel(level: LevelTarget, most: number = MOST_TRIANGLES): LevelTarget {
	const share = most / MOST_TRIANGLES;
	if (share >= 1) return level;
	return {
		...level,
		max_triangles: Math.ceil(level.max_triangles * share),
		min_triangles: Math.ceil(level.min_triangles * share),
		max_error: 1
	};
}

/** The level with a file of at most `max_bytes`. */
export function limitBytes(level: LevelTarget, max_bytes: number): LevelTarget {
	const limit = Math.min(level.max_bytes ?? Infinity, max_bytes);
	return limit < Infinity ? { ...level, max_bytes: limit } : level;
}

/** What a level may move its surface at most, as a share of the model's longest side. */
export function errorLimit({ max_error, screen_size }: LevelTarget): number {
	return screen_size ? Math.min(max_error, 1 / screen_size) : max_error;
}

/** How many triangles a level aims at for a source of `source_triangles`. */
export function targetTriangles(level: LevelTarget, source_triangles: number): number {
	const wanted = Math.max(source_triangles * level.ratio, level.min_triangles);
	return Math.max(1, Math.round(Math.min(wanted, level.max_triangles, source_triangles)));
}
