/** What the settings page shows and changes: this device's data, the server's configuration, the session. */
import { deleteDB } from 'idb';
import { api, call } from './api';
import type { EngineName } from './artifacts';
import type { MaskNetwork } from './cutout/engines';
import { dropOwnEngine, type OwnEngine } from './cutout/own-engine';
import {
	allEngines,
	changePreferences,
	readPreferences,
	type CutoutPreferences
} from './cutout/preferences';
import { DEPTH_NETWORK } from './generate/draft/depth/depth-network';
import { DATABASE } from './job-store';
import type { Network } from './networks/network';
import { deleteWeights, weightsStatus, type WeightsStatus } from './networks/weights';
import { strings } from './strings';

type ServerConfig = Awaited<ReturnType<typeof readConfig>>;
type Costs = Awaited<ReturnType<typeof readCosts>>;
type Session = Awaited<ReturnType<typeof readSession>>;
/** An engine that needs weights; the built-in one is always there. */
type EngineStatus = WeightsStatus & { name: EngineName; network: MaskNetwork };
type DepthStatus = WeightsStatus & { network: Network };

export class Settings {
	#config = $state.raw<ServerConfig | null>(null);
	#costs = $state.raw<Costs | null>(null);
	#session = $state.raw<Session | null>(null);
	#preferences = $state.raw<CutoutPreferences>(readPreferences());
	#engines = $state.raw<EngineStatus[] | null>(null);
	#depth = $state.raw<DepthStatus | null>(null);
	#used_bytes = $state.raw<number | null>(null);

	get config() {
		return this.#config;
	}
	get costs() {
		return this.#costs;
	}
	get session() {
		return this.#session;
	}
	/** How photos are cut out on this device. */
	get preferences() {
		return this.#preferences;
	}
	get engines() {
		return this.#engines;
	}
	/** The network that reads depth for drafts. */
	get depth() {
		return this.#depth;
	}
	/** What this site keeps in the browser, bytes, roughly; null where the browser does not say. */
	get used_bytes() {
		return this.#used_bytes;
	}

	/** Reads what the server says. @throws ApiError */
	async loadServer(): Promise<void> {
		[this.#config, this.#costs, this.#session] = await Promise.all([
			readConfig(),
			readCosts(),
			readSession()
		]);
	}

	/** Reads what this device keeps. @throws when the browser refuses its storage */
	async loadDevice(): Promise<void> {
		this.#engines = await Promise.all(
			allEngines(this.#preferences).flatMap(({ name, network }) =>
				network ? weightsStatus(network).then((status) => ({ name, network, ...status })) : []
			)
		);
		this.#depth = { network: DEPTH_NETWORK, ...(await weightsStatus(DEPTH_NETWORK)) };
		this.#used_bytes = (await navigator.storage?.estimate())?.usage ?? null;
	}

	/** Changes how photos are cut out on this device; another processor may need other files. */
	async prefer(change: Partial<Pick<CutoutPreferences, 'engine' | 'device'>>): Promise<void> {
		this.#preferences = changePreferences(change);
		await this.loadDevice();
	}

	/** Takes the owner's own network in the place of the one before; null removes it. */
	async setOwnEngine(own: OwnEngine | null): Promise<void> {
		const { own: before, engine } = this.#preferences;
		if (before && before.path !== own?.path) await dropOwnEngine(before);
		const gone = !own && engine === 'own';
		this.#preferences = changePreferences({ own, ...(gone && { engine: null }) });
		await this.loadDevice();
	}

	/** Deletes a network's weights from this device. */
	async deleteNetwork(network: Network): Promise<void> {
		await deleteWeights(network);
		await this.loadDevice();
	}

	/**
	 * Deletes everything this site keeps in the browser: jobs with their photos, and downloaded weights.
	 * @throws Error with a sentence when another tab holds the data
	 */
	async deleteLocalData(): Promise<void> {
		await new Promise<void>((resolve, reject) => {
			deleteDB(DATABASE, {
				blocked: () => reject(new Error(strings.settings.delete_blocked))
			}).then(resolve, reject);
		});
		await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
		localStorage.clear();
		this.#preferences = readPreferences();
		sessionStorage.clear();
		await this.loadDevice();
	}

	/** Ends the session of this browser. @returns the address to go to, which at Cloudflare Access ends it @throws ApiError */
	async signOut(): Promise<string> {
		const by_access = this.#session?.ways.includes('access') && this.#session.user !== 'studio';
		await call(api.session.$delete());
		return by_access ? '/cdn-cgi/access/logout' : '/sign-in';
	}
}

const readConfig = () => call(api.config.$get());
const readCosts = () => call(api.costs.$get({ query: { limit: '1' } }));
const readSession = () => call(api.session.$get());
