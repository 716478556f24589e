/** How the owner wants photos cut out on this device: remembered in the browser, by all products. */
import { z } from 'zod';
import type { EngineName } from '../artifacts';
import { ENGINES, type EngineRow } from './engines';
import { ownEngine, ownNetwork } from './own-engine';

const NAMES = [
	'rmbg-1.4',
	'isnet-general-use',
	'birefnet-lite',
	'u2netp',
	'backdrop',
	'own'
] as const;

const preferences = z.object({
	/** Proposed for new products; null: the built-in one until the weights of a better one are here. */
	engine: z.enum(NAMES satisfies readonly EngineName[]).nullable(),
	device: z.enum(['auto', 'gpu', 'cpu']),
	own: ownEngine.nullable()
});
export type CutoutPreferences = z.infer<typeof preferences>;

const KEY = 'vitrine-cutout';
const DEFAULTS: CutoutPreferences = { engine: null, device: 'auto', own: null };

/** What is remembered; the defaults where nothing is, or nothing that can be read. */
export function readPreferences(): CutoutPreferences {
	try {
		const kept = preferences.safeParse(JSON.parse(localStorage.getItem(KEY) ?? 'null'));
		return kept.success ? kept.data : DEFAULTS;
	} catch {
		return DEFAULTS;
	}
}

/** Remembers what changed. @returns all of it. Where storage is refused it holds for nobody: the defaults come back. */
export function changePreferences(change: Partial<CutoutPreferences>): CutoutPreferences {
	const next = { ...readPreferences(), ...change };
	try {
		localStorage.setItem(KEY, JSON.stringify(next));
	} catch {
		// A private window: nothing is remembered there.
	}
	return next;
}

/** All engines, the owner's own included. */
export function allEngines({ own }: Pick<CutoutPreferences, 'own'>): EngineRow[] {
	const rows: EngineRow[] = Object.values(ENGINES);
	return own ? [...rows, { name: 'own', network: ownNetwork(own) }] : rows;
}

/** An engine's row; null for a name that is not known (any more). */
export function findEngine(name: string | null, own: CutoutPreferences['own']): EngineRow | null {
	return allEngines({ own }).find((row) => row.name === name) ?? null;
}
