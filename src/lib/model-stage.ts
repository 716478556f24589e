/** A job's 3D model: drafts on this device, paid models through the Worker, a person's own file, and what a person does about either. */
import { meshySettings, type MeshySettings, type ReworkChange } from '../../worker/contract';
import { StageError, type Cutout, type SourceModel, type StageContext } from './artifacts';
import { generate3DModel } from './generate/generate-3d-model';
import { isOutdated } from './is-outdated';
import { recordModel, storeCutouts } from './job-server';
import { productId, type JobRecord, type ProductFields, type StoredCutout } from './job-store';
import { meshyCutouts } from './meshy-cutouts';
import type { OptimizeSettings } from './optimize/optimize-model';
import { callOff, settleUnknown, waitForPaidModel, type PaidDesk } from './paid-model';
import { prepareDepth, withDepthIfPossible } from './prepare-depth';
import { readOwnModel } from './read-own-model';
import type { StageRunner } from './stage-runner.svelte';
import { strings } from './strings';

/** What is needed of the job. */
export interface ModelDesk {
	record: () => Readonly<JobRecord>;
	update: (change: Partial<JobRecord>) => void;
	approved: () => Cutout[];
	/** Makes the product on the server, unless it exists. */
	create: (fields: Partial<ProductFields>) => Promise<void>;
	stages: StageRunner;
	optimize: (settings: OptimizeSettings) => Promise<void>;
	/** Where weights come from (MODEL_BASE_URL). */
	model_base_url: string;
}

type Context = Required<StageContext>;

export class ModelStage {
	readonly #paid: PaidDesk;

	constructor(private readonly desk: ModelDesk) {
		this.#paid = { ...desk, images: (context) => this.#meshyImages(context) };
	}

	/** Ids of the photos whose cut-outs Meshy gets. */
	get sent_to_meshy(): string[] {
		return meshyCutouts(
			this.desk.record(),
			this.desk.approved().map(({ photo_id }) => photo_id)
		);
	}

	/** All stored cut-outs, the front first. */
	get stored_front_first(): StoredCutout[] {
		const { stored_cutouts, shape } = this.desk.record();
		const isFront = ({ photo_id }: StoredCutout) => shape.views[photo_id] === 'front';
		return stored_cutouts.toSorted((a, b) => Number(isFront(b)) - Number(isFront(a)));
	}

	/** True when the model was made of other cut-outs than would go into one now. */
	get outdated(): boolean {
		return isOutdated(this.desk.record(), this.desk.approved());
	}

	/** Reads depth for drafts from now on, or no more. Downloads the network for it, which the person consented to. */
	readDepth(read_depth: boolean): Promise<void> {
		const { stages, model_base_url, record, update } = this.desk;
		return stages.run('model', async (context) => {
			const say = (sentence: string) => stages.say('model', 'warn', sentence);
			const ready = read_depth && (await prepareDepth(model_base_url, say, context));
			update({ shape: { ...record().shape, read_depth: ready } });
		});
	}

	/** Uploads the approved cut-outs and makes a 3D model of them, or takes up the paid model that was on its way. */
	generate(): Promise<void> {
		return this.#make((context) => {
			const { provider, pending } = this.desk.record();
			const paid = provider === 'meshy' || pending !== null;
			return paid ? waitForPaidModel(this.#paid, context) : this.#draft(context);
		});
	}

	/** Takes a person's own GLB as the model, in place of one that is there; the product is made if there is none. */
	bring(file: File): Promise<void> {
		return this.#make(async (context) => {
			const source = await readOwnModel(file, context);
			await this.desk.create({ name: file.name.replace(/\.glb$/i, '').slice(0, 200) });
			return recordModel(productId(this.desk.record()), source, context);
		});
	}

	/** Has Meshy make a drafted product anew and optimizes that, so that the product's links show it. */
	upgrade(meshy: MeshySettings = meshySettings.parse({})): Promise<void> {
		const optimize_to = this.desk.record().optimized?.texture_size;
		this.desk.update({ provider: 'meshy', meshy });
		return this.#make((context) => waitForPaidModel(this.#paid, context, { optimize_to }));
	}

	/** Has Meshy change the source model; paid. */
	rework(change: ReworkChange): Promise<void> {
		return this.#make((context) => {
			const record = this.desk.record();
			const model_url = record.source?.model_url;
			if (!model_url) throw new StageError('model_empty');
			const rework = { ...change, product_id: productId(record), model_url };
			return waitForPaidModel(this.#paid, context, { rework });
		});
	}

	/** What a person saw at Meshy of a model of which it is not known whether it was charged. */
	async settleUnknown(decision: 'not_charged' | 'look_again'): Promise<void> {
		if (await settleUnknown(this.#paid, decision)) await this.generate();
	}

	/** Gives up a paid model that was on its way, and calls it off where that is still possible: the next one is a new request and may cost again. */
	async forgetPending(): Promise<void> {
		const off = await callOff(this.#paid);
		this.desk.stages.clear('model');
		if (off) this.desk.stages.say('model', 'info', strings.model.called_off);
		this.desk.update({ pending: null });
	}

	async #make(make: (context: Context) => Promise<SourceModel>): Promise<void> {
		const { stages, record, update, optimize } = this.desk;
		let texture_size: number | undefined;
		await stages.run('model', async (context) => {
			const source = await make(context);
			texture_size = record().pending?.optimize_to;
			update({ source, turns: 0, pending: null, optimized: null });
		});
		if (texture_size !== undefined) await optimize({ texture_size, ...record().fitting });
	}

	async #draft(context: Context): Promise<SourceModel> {
		const cutouts = this.desk.approved();
		if (cutouts.length === 0) throw new StageError('no_cutout');
		const { fields: size, shape } = this.desk.record();
		const options = { provider: 'draft', size, ...shape } as const;
		const source = await withDepthIfPossible(
			shape.read_depth,
			(read_depth) => generate3DModel(cutouts, { ...options, read_depth }, context),
			(sentence) => this.desk.stages.say('model', 'warn', sentence)
		);
		const image_urls = await this.#storedUrls(context);
		return recordModel(productId(this.desk.record()), { ...source, image_urls }, context);
	}

	async #meshyImages(context: Context): Promise<string[]> {
		const sent = this.sent_to_meshy;
		if (sent.length === 0) throw new StageError('no_cutout');
		if (this.desk.approved().length > 0) await this.#storedUrls(context);
		const { stored_cutouts } = this.desk.record();
		return sent.flatMap((id) =>
			stored_cutouts.filter(({ photo_id }) => photo_id === id).map((one) => one.processed_url)
		);
	}

	async #storedUrls(context: Context): Promise<string[]> {
		const { record, approved, update } = this.desk;
		const stored_cutouts = await storeCutouts(record(), approved(), context);
		update({ stored_cutouts });
		return stored_cutouts.map(({ processed_url }) => processed_url);
	}
}
