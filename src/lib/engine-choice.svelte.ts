/** The engines as the studio offers them: what each costs to use, what runs here, which is proposed. */
import type { EngineName } from './artifacts';
import type { EngineRow } from './cutout/engines';
import {
	allEngines,
	changePreferences,
	readPreferences,
	type CutoutPreferences
} from './cutout/preferences';
import { mostInputSide } from './networks/device-facts';
import type { Device, Processor } from './networks/network';
import { weightsStatus, type WeightsStatus } from './networks/weights';
import { runTask } from './threads/run-task';

/** An engine to choose. `status` is null for the one without weights, and until it is known. */
export interface EngineOffer extends EngineRow {
	status: WeightsStatus | null;
	/** Needs more memory than this device has. */
	too_large: boolean;
}

export class EngineChoice {
	#preferences = $state.raw<CutoutPreferences>(readPreferences());
	#offers = $state.raw<EngineOffer[]>([]);
	/** What `auto` runs on; null until it was measured. */
	#faster = $state.raw<Processor | null>(null);

	get device(): Device {
		return this.#preferences.device;
	}
	/** What the owner calls their own network. */
	get own_title(): string | undefined {
		return this.#preferences.own?.title;
	}
	get offers() {
		return this.#offers;
	}
	get faster() {
		return this.#faster;
	}

	/** What to propose: the owner's default, else the best that is here, else the built-in one. */
	get proposed(): EngineName {
		const usable = this.#offers.filter((offer) => isUsable(offer));
		const wanted = usable.find(({ name }) => name === this.#preferences.engine);
		return (wanted ?? usable.find(({ status }) => status?.cached))?.name ?? 'backdrop';
	}

	/** The first engine that may be used for business and runs here, for those who must not take the one they chose. */
	get free(): EngineOffer | null {
		return (
			this.#offers.find((offer) => offer.network?.license.commercial && isUsable(offer)) ?? null
		);
	}

	/** Reads what is on this device. Never rejects: what cannot be read is not here. */
	async load(): Promise<void> {
		// Not read from the state it is written to: an effect that loads would run for ever.
		const preferences = readPreferences();
		const { device } = preferences;
		this.#preferences = preferences;
		this.#offers = await Promise.all(
			allEngines(preferences).map(async (row) => ({
				...row,
				status: row.network ? await weightsStatus(row.network, { device }) : null,
				too_large: (row.network?.side ?? 0) > mostInputSide()
			}))
		);
	}

	/** Where networks are to run from now on, for all products of this device. */
	async runOn(device: Device): Promise<void> {
		this.#preferences = changePreferences({ device });
		await this.load();
	}

	/** Finds out which processor is faster here: measured on a thread, once per adapter. */
	async measure(): Promise<void> {
		this.#faster = await runTask('faster_processor', {}).catch(() => null);
	}
}

/** It can run here. */
export function isUsable({ network, status, too_large }: EngineOffer): boolean {
	return !network || (!too_large && status?.runs === true);
}
