/** A level of detail as an address. */
export interface LodSource {
	url: string;
	bytes: number;
	triangles: number;
}

export interface Screen {
	/** The viewer's size, CSS pixels. */
	width: number;
	height: number;
	pixel_ratio: number;
	/** The person asked for less data (navigator.connection.saveData). Default false. */
	save_data?: boolean;
	/** Memory in GiB, where the browser says it (navigator.deviceMemory: 0.25 to 8). */
	device_memory?: number;
	/** A slow connection (navigator.connection.effectiveType of 2g or 3g). Default false. */
	slow?: boolean;
}

/** More than one triangle per so many device pixels does not show. */
const PIXELS_PER_TRIANGLE = 6;
const MAX_PIXEL_RATIO = 2;
/** Triangle budgets that do not depend on the screen. */
const SAVE_DATA_TRIANGLES = 20_000;
const SLOW_TRIANGLES = 50_000;
/** Phones with this much memory (GiB) or less drop tabs with larger models. */
const SMALL_MEMORY = { gib: 2, triangles: 50_000 };
/** A first level that is not clearly smaller than the finest only costs time. The Worker's preload knows this too. */
const FIRST_LOD_SHARE = 0.6;

/** Memory (GiB, at most) of a device and the longest texture side it is given, pixels. */
const TEXTURE_SIDES = [
	{ gib: 2, side: 1024 },
	{ gib: 4, side: 2048 }
] as const;
const LARGEST_TEXTURE_SIDE = 4096;

/** Longest texture side for a device's memory in GiB; undefined where the browser does not say. */
export function textureSideFor(gib: number | undefined): number {
	if (gib === undefined) return LARGEST_TEXTURE_SIDE;
	return TEXTURE_SIDES.find((row) => gib <= row.gib)?.side ?? LARGEST_TEXTURE_SIDE;
}

/** Memory in GiB, 0.25 to 8, where the browser says it. */
export function deviceMemory(): number | undefined {
	// Not in every browser, so not in TypeScript's DOM types.
	const says = 'deviceMemory' in navigator ? navigator.deviceMemory : undefined;
	return typeof says === 'number' ? says : undefined;
}

/**
 * Which levels to show, in order: the smallest as a first picture, then the one this screen can make use of.
 * One entry when the first would save too little. Empty only for an empty list.
 */
export function chooseLods<L extends LodSource>(lods: readonly L[], screen: Screen): L[] {
	const fine_to_coarse = [...lods].sort((a, b) => b.triangles - a.triangles);
	const coarsest = fine_to_coarse.at(-1);
	if (!coarsest) return [];
	const budget = triangleBudget(screen);
	const right = fine_to_coarse.find((lod) => lod.triangles <= budget) ?? coarsest;
	const first = lods.reduce((least, lod) => (lod.bytes < least.bytes ? lod : least), coarsest);
	const finest = Math.max(...lods.map(({ bytes }) => bytes));
	return first === right || first.bytes > finest * FIRST_LOD_SHARE ? [right] : [first, right];
}

function triangleBudget({
	width,
	height,
	pixel_ratio,
	save_data,
	device_memory,
	slow
}: Screen): number {
	const ratio = Math.min(pixel_ratio, MAX_PIXEL_RATIO);
	let budget = (width * height * ratio * ratio) / PIXELS_PER_TRIANGLE;
	if (save_data) budget = Math.min(budget, SAVE_DATA_TRIANGLES);
	if (slow) budget = Math.min(budget, SLOW_TRIANGLES);
	if (device_memory !== undefined && device_memory <= SMALL_MEMORY.gib) {
		budget = Math.min(budget, SMALL_MEMORY.triangles);
	}
	return budget;
}
