/**
 * One product on its way through all stages, in the browser. The only place that knows all five.
 * Holds the state, runs one stage at a time, keeps everything on the device, and says what went wrong.
 */
import { LIMITS, type MeshySettings } from '../../worker/contract';
import { api, call } from './api';
import {
	StageError,
	type Cutout,
	type EngineName,
	type Photo,
	type ShadowChoice,
	type Turns
} from './artifacts';
import { readPreferences } from './cutout/preferences';
import { removeBackgrounds } from './cutout/remove-backgrounds';
import { drawStills } from './draw-stills';
import { readPhoto } from './intake/read-photo';
import { selectImages } from './intake/select-images';
import {
	dropEdits,
	EMPTY_JOB,
	loadJob,
	productId,
	saveJob,
	type Decision,
	type JobRecord,
	type ProductFields,
	type ShapeChoice
} from './job-store';
import {
	createProduct,
	meterStage,
	POSTER,
	STILLS,
	recordSelection,
	resumeJob,
	storeOptimized,
	updateProduct
} from './job-server';
import { ModelStage } from './model-stage';
import { optimizeModel, type OptimizeSettings } from './optimize/optimize-model';
import { prepareEngine } from './prepare-engine';
import { isAbort, sentenceOf } from './sentence-of';
import { createShare } from './share/create-share';
import { StageRunner } from './stage-runner.svelte';
import { fill, strings } from './strings';
import { runTask } from './threads/run-task';

export interface JobOptions {
	/** Where weights come from (MODEL_BASE_URL). */
	model_base_url: string;
	/** Called once, when the product exists on the server. */
	oncreate?: (product_id: string) => void;
}

export class Job {
	#record = $state.raw<JobRecord>(EMPTY_JOB);
	readonly stages = new StageRunner((stage, outcome, seconds) => {
		// A paid model is measured by the server, which also sees how it ends when nobody waits for it.
		const paid = this.#record.provider === 'meshy' || this.#record.pending !== null;
		if (stage !== 'model' || !paid) meterStage(stage, outcome, seconds);
	});
	/** The 3D model of this job. */
	readonly model: ModelStage;

	constructor(private readonly options: JobOptions) {
		this.model = new ModelStage({
			record: () => this.#record,
			update: (change) => this.#update(change),
			approved: () => this.approved,
			create: (fields) => this.#create(fields),
			stages: this.stages,
			optimize: (settings) => this.optimize(settings),
			model_base_url: options.model_base_url
		});
	}

	/** Everything that is kept. Immutable: each change makes a new one. */
	get record(): Readonly<JobRecord> {
		return this.#record;
	}
	/** Photos that go on. */
	get chosen(): Photo[] {
		const { photos, choices } = this.#record;
		return photos.filter(({ id }) =>
			choices.some(({ photo_id, selected }) => selected && photo_id === id)
		);
	}
	get approved(): Cutout[] {
		const { cutouts, decisions } = this.#record;
		return cutouts.filter(({ photo_id }) => decisions[photo_id] === 'approved');
	}
	/**
	 * Takes up a product where it stood on this device, and a paid model that was on its way.
	 * @throws ApiError when the product does not exist or the server cannot be reached
	 */
	async open(product_id: string): Promise<void> {
		const kept = await loadJob(product_id).catch(() => null);
		this.#record = await resumeJob(product_id, kept);
		if (!kept && this.#record.source) this.stages.say('photos', 'info', strings.studio.elsewhere);
		const { pending } = this.#record;
		if (pending && !pending.unknown) void this.model.generate();
	}

	/** Changes the product's name or size, here and (once it exists) on the server. */
	async edit(fields: Partial<ProductFields>): Promise<void> {
		this.#update({ fields: { ...this.#record.fields, ...fields } });
		const { product_id } = this.#record;
		if (!product_id) return;
		await updateProduct(product_id, this.#record.fields).catch((error) =>
			this.stages.say('model', 'error', sentenceOf(error))
		);
	}

	/** Reads files as photos, then proposes the best. Files that can't be read are named; the others go on. */
	addPhotos(files: File[], fields: Partial<ProductFields> = {}): Promise<void> {
		return this.stages.run('photos', async (context) => {
			const photos = [...this.#record.photos];
			for (const [index, file] of files.entries()) {
				context.onprogress({ step: 'reading', fraction: index / files.length });
				try {
					if (photos.length >= LIMITS.photos_per_product) {
						const limit = LIMITS.photos_per_product;
						throw new StageError('photo_too_many', { name: file.name, limit });
					}
					photos.push(await readPhoto(file, {}, { signal: context.signal }));
				} catch (error) {
					if (isAbort(error)) throw error;
					this.stages.say('photos', 'error', sentenceOf(error));
				}
			}
			if (photos.length === this.#record.photos.length) return;
			const started = performance.now();
			const choices = await selectImages(photos, {}, context);
			const selection_time = (performance.now() - started) / 1000;
			await this.#create(fields);
			this.#update({ photos, choices, selection_time });
		});
	}

	removePhoto(photo_id: string): void {
		const { photos, choices, cutouts } = this.#record;
		this.#update({
			photos: photos.filter((photo) => photo.id !== photo_id),
			choices: choices.filter((choice) => choice.photo_id !== photo_id),
			cutouts: cutouts.filter((cutout) => cutout.photo_id !== photo_id)
		});
	}

	/** Overrules the proposal. At most `images_per_draft` photos go on; of these Meshy takes `images_per_model`. */
	choosePhoto(photo_id: string, selected: boolean): void {
		if (selected && this.chosen.length >= LIMITS.images_per_draft) {
			this.stages.clear('photos');
			this.stages.say('photos', 'warn', strings.photos.too_many);
			return;
		}
		this.#update({
			choices: this.#record.choices.map((choice) =>
				choice.photo_id === photo_id ? { ...choice, selected } : choice
			)
		});
	}

	chooseEngine(engine: EngineName): void {
		this.#update({ engine });
	}

	chooseShadow(shadow: ShadowChoice): void {
		this.#update({ shadow });
	}

	/** Cuts out the chosen photos. Where an engine's weights can't be had, the built-in one does it and the person is told. */
	removeBackgrounds(engine: EngineName): Promise<void> {
		return this.stages.run('cutouts', async (context) => {
			await recordSelection(this.#record, this.chosen);
			const say = (tone: 'info' | 'warn', text: string) => this.stages.say('cutouts', tone, text);
			const used = await prepareEngine(engine, this.options.model_base_url, say, context);
			const { device, own } = readPreferences();
			const cutouts: Cutout[] = [];
			const results = await removeBackgrounds(this.chosen, { engine: used, device, own }, context);
			for (const result of results) {
				if ('cutout' in result) cutouts.push(result.cutout);
				else this.stages.say('cutouts', 'error', sentenceOf(result.error, this.#named(result)));
			}
			if (cutouts.length > 0) {
				await dropEdits(productId(this.#record)).catch(() => undefined);
				this.#update({ engine: used, cutouts, decisions: {}, stored_cutouts: [] });
			}
		});
	}

	/** Puts an edited cut-out in the place of the one it was made of: to be approved, and stored, anew. */
	replaceCutout(edited: Cutout): void {
		const { photo_id } = edited;
		const { cutouts, decisions, stored_cutouts } = this.#record;
		this.#update({
			cutouts: cutouts.map((cutout) => (cutout.photo_id === photo_id ? edited : cutout)),
			decisions: { ...decisions, [photo_id]: 'pending' },
			stored_cutouts: stored_cutouts.filter((stored) => stored.photo_id !== photo_id)
		});
	}

	decide(photo_id: string, decision: Decision): void {
		this.#update({ decisions: { ...this.#record.decisions, [photo_id]: decision } });
	}

	approveAll(): void {
		const all = this.#record.cutouts.map(({ photo_id }) => [photo_id, 'approved'] as const);
		this.#update({ decisions: Object.fromEntries(all) });
	}

	chooseProvider(provider: JobRecord['provider']): void {
		this.#update({ provider });
	}

	/** Lets another side of the model be its front. Optimizing applies it. */
	turn(turns: Turns): void {
		this.#update({ turns });
	}

	chooseShape(change: Partial<ShapeChoice>): void {
		this.#update({ shape: { ...this.#record.shape, ...change } });
	}

	chooseMeshy(meshy: MeshySettings): void {
		this.#update({ meshy });
	}

	chooseFitting(change: OptimizeSettings): void {
		this.#update({ fitting: { ...this.#record.fitting, ...change } });
	}

	/** Makes the web and plain files of the source model, draws the poster, stores all of them. */
	optimize(settings: OptimizeSettings): Promise<void> {
		return this.stages.run('optimize', async (context) => {
			const { source, fields, turns } = this.#record;
			if (!source) throw new StageError('model_empty');
			const optimized = await optimizeModel(source, { size: fields, turns, ...settings }, context);
			const glb = optimized.plain;
			const pictures = await drawStills({ glb, stills: [POSTER, ...STILLS] }, context);
			const [poster = new Blob(), ...stills] = pictures;
			const usdz = await runTask('write_usdz', { glb }, context);
			await storeOptimized(
				productId(this.#record),
				source,
				{ optimized, poster, stills, usdz },
				context
			);
			this.#update({ optimized });
		});
	}

	/** Makes a public link. */
	share(): Promise<void> {
		return this.stages.run('share', async (context) => {
			const share = await createShare(productId(this.#record), {}, context);
			this.#update({ shares: [share, ...this.#record.shares] });
		});
	}

	/** @param rating 1 to 5 */
	async rate(rating: number): Promise<void> {
		try {
			await call(api.feedback.$post({ json: { product_id: productId(this.#record), rating } }));
			this.#update({ rating });
		} catch (error) {
			this.stages.say('optimize', 'error', sentenceOf(error));
		}
	}

	/** Says that this device could not keep something. */
	storageFailed(error: unknown): void {
		const message = error instanceof Error ? error.message : String(error);
		this.stages.say('photos', 'warn', fill(strings.studio.storage_failed, { message }));
	}

	/** Makes the product on the server, unless it exists. */
	async #create(fields: Partial<ProductFields>): Promise<void> {
		if (this.#record.product_id) return;
		const all = { ...this.#record.fields, ...fields };
		const product_id = await createProduct(all);
		this.#update({ product_id, fields: all });
		this.options.oncreate?.(product_id);
	}

	#named({ photo_id }: { photo_id: string }): Record<string, string> {
		const photo = this.#record.photos.find(({ id }) => id === photo_id);
		return photo ? { name: photo.name } : {};
	}

	#update(change: Partial<JobRecord>): void {
		this.#record = { ...this.#record, ...change };
		saveJob(this.#record).catch((error: unknown) => this.storageFailed(error));
	}
}
