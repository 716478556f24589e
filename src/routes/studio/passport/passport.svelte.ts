import type { Size, Turns } from '$lib/artifacts';
import type { ChannelFiles } from '$lib/optimize/channels/make-channel-files';
import {
	allProfiles,
	changeChannelPreferences,
	readChannelPreferences,
	type ChannelPreferences,
	type OwnProfile
} from '$lib/optimize/channels/own-profiles';
import { profileOf } from '$lib/optimize/channels/own-profiles';
import type { ChannelProfile } from '$lib/optimize/channels/profiles';
import { fileName, passportHtml, passportJson, slugOf } from '$lib/passport-report';
import { StageRunner } from '$lib/stage-runner.svelte';
import { runTask } from '$lib/threads/run-task';
import { saveFile } from '$lib/ui/save-file';

/** What files are made of. */
export interface PassportSource {
	glb: Blob;
	size: Partial<Size>;
	turns: Turns;
	/** The product's name. */
	product: string;
}

/** The files of one product for the channels a person chose. Nothing of it leaves the device. */
export class Passport {
	readonly runner = new StageRunner(() => undefined);
	#preferences = $state.raw<ChannelPreferences>(readChannelPreferences());
	#made = $state.raw<{ files: ChannelFiles; source: PassportSource; at: number } | null>(null);

	readonly profiles = $derived(allProfiles(this.#preferences));
	/** Those that files are made for. */
	readonly chosen = $derived(
		this.profiles.filter(({ name }) => this.#preferences.chosen.includes(name))
	);
	/** How many files that is. */
	readonly count = $derived(this.chosen.reduce((sum, { files }) => sum + files.length, 0));

	get own() {
		return this.#preferences.own;
	}
	get made() {
		return this.#made;
	}

	/** True when what was made is of another model or size. */
	isOutdated(source: PassportSource): boolean {
		if (!this.#made) return false;
		const before = this.#made.source;
		const same = before.glb === source.glb && before.turns === source.turns;
		return !same || JSON.stringify(before.size) !== JSON.stringify(source.size);
	}

	choose(name: string, chosen: boolean): void {
		const others = this.#preferences.chosen.filter((one) => one !== name);
		this.#change({ chosen: chosen ? [...others, name] : others });
	}

	chooseAll(chosen: boolean): void {
		this.#change({ chosen: chosen ? this.profiles.map(({ name }) => name) : [] });
	}

	/** @returns false where there is a profile of that name */
	add(own: OwnProfile): boolean {
		const { name } = profileOf(own);
		if (this.profiles.some((one) => one.name === name)) return false;
		const { chosen } = this.#preferences;
		this.#change({ own: [...this.own, own], chosen: [...chosen, name] });
		return true;
	}

	remove({ name }: ChannelProfile): void {
		this.#change({ own: this.own.filter((one) => profileOf(one).name !== name) });
	}

	/** Makes the files of all chosen channels, on a thread. */
	make(source: PassportSource): Promise<void> {
		return this.runner.run('optimize', async (context) => {
			const { glb, turns } = source;
			const input = { glb, size: { ...source.size }, turns, profiles: this.chosen };
			const files = await runTask('make_channel_files', input, context);
			this.#made = { files, source, at: Date.now() };
		});
	}

	/** Saves all files with their report as one zip. */
	saveAll(): Promise<void> {
		return this.runner.run('optimize', async (context) => {
			const made = this.#made;
			if (!made) return;
			const name = slugOf(made.source.product);
			const files = made.files.files.map((one) => ({ name: fileName(name, one), file: one.file }));
			const report = new Blob([this.#html()], { type: 'text/html' });
			const all = [...files, { name: 'passport.html', file: report }];
			saveFile(await runTask('zip_files', { files: all }, context), `${name}-channels.zip`);
		});
	}

	saveReport(kind: 'html' | 'json'): void {
		const text = kind === 'html' ? this.#html() : this.#json();
		const type = kind === 'html' ? 'text/html' : 'application/json';
		const name = slugOf(this.#made?.source.product ?? '');
		saveFile(new Blob([text], { type }), `${name}-passport.${kind}`);
	}

	#html(): string {
		const facts = this.#facts();
		return facts ? passportHtml(facts) : '';
	}
	#json(): string {
		const facts = this.#facts();
		return facts ? passportJson(facts) : '';
	}
	#facts() {
		if (!this.#made) return null;
		const { files: made, source, at } = this.#made;
		return { product: source.product, made, profiles: this.profiles, at };
	}

	#change(change: Partial<ChannelPreferences>): void {
		this.#preferences = changeChannelPreferences(this.#preferences, change);
	}
}
