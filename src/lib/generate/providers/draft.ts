import type {
	AssetsOutcome,
	Input,
	ModelProvider,
	Order,
	PollOutcome,
	ProviderAsset,
	SubmitOutcome,
	TaskRef
} from '../../../../worker/clients/provider';
import { DRAFT_CAPABILITIES } from '../../../../worker/contract';
import { StageError, type Cutout, type SourceModel, type StageContext } from '../../artifacts';
import { runTask } from '../../threads/run-task';
import { estimateDepth } from '../estimate-depth';
import type { DraftOptions } from '../generate-3d-model';

/** Longest side of a draft's texture, pixels. */
const TEXTURE_SIZE = { full: 2048, preview: 512 };
const TEXTURE_LIMITS = { min: 64, max: 8192 };

/** What a draft needs of a cut-out. */
type DraftCutout = Pick<Cutout, 'photo_id' | 'image' | 'bounds'>;

interface DraftTask {
	created_at: number;
	/** 0 to 99 while it is made. */
	progress: number;
	/** Null while it is made. */
	ended: { model: SourceModel } | { failure: string } | null;
	abort: AbortController;
}

/**
 * The draft engine: makes models on this device, at no cost. In the app a draft is one call (`make`); as a
 * `ModelProvider` it is also a task like any other, kept in this page until it is removed.
 */
export class DraftProvider implements ModelProvider<DraftOptions> {
	readonly name = 'draft';
	readonly label = 'Draft';
	readonly capabilities = DRAFT_CAPABILITIES;
	readonly #tasks = new Map<string, DraftTask>();

	/**
	 * Makes a draft of the front cut-out (the first, if none is known to be it), or of several whose views are known.
	 *
	 * @throws StageError `no_cutout`, `nothing_found`, `thread_crashed`, and with depth what `estimateDepth` throws; AbortError
	 */
	async make(
		cutouts: DraftCutout[],
		{ size, views = {}, detail = 'full', texture_size, read_depth, ...shape }: DraftOptions,
		context: StageContext
	): Promise<SourceModel> {
		context.signal?.throwIfAborted();
		const front = cutouts.find(({ photo_id }) => views[photo_id] === 'front') ?? cutouts[0];
		if (!front) throw new StageError('no_cutout');
		const started = performance.now();
		// Plain copies of what is needed: what goes to a thread is cloned.
		const plain = ({ image, bounds }: DraftCutout) => ({ image, bounds: { ...bounds } });
		const { width_m, height_m, depth_m } = size;
		const { construction, thickness, axis } = shape;
		const depth = read_depth ? await estimateDepth(front, context) : undefined;
		const side = texture_size ?? TEXTURE_SIZE[detail];
		const draft = await runTask(
			'build_draft',
			{
				front: plain(front),
				views: cutouts.flatMap((cutout) => {
					const view = views[cutout.photo_id];
					return view ? [{ ...plain(cutout), view }] : [];
				}),
				construction,
				thickness,
				axis: axis && { ...axis },
				depth,
				detail,
				size: { width_m, height_m, depth_m },
				texture_size: Math.min(Math.max(side, TEXTURE_LIMITS.min), TEXTURE_LIMITS.max)
			},
			context
		);
		return {
			...draft,
			provider: 'draft',
			cost: 0,
			task_id: null,
			model_url: null,
			processing_time: (performance.now() - started) / 1000
		};
	}

	endpointFor = () => 'draft';
	estimate = () => ({ credits: 0, micro_usd: 0 });
	balance = async () => null;

	/** @param order its images inline; the photo ids of `views` are their numbers, from '0' */
	async submit({ request, inputs }: Order<DraftOptions>): Promise<SubmitOutcome> {
		const { max_images } = this.capabilities;
		if (inputs.length < 1 || inputs.length > max_images) {
			const message = `A draft is made of 1 to ${max_images} cut-outs. Nothing was charged.`;
			return { kind: 'refused', code: 'invalid_request', message };
		}
		const cutouts = await Promise.all(inputs.map(readInput)).catch(() => null);
		if (!cutouts) {
			const message =
				'A draft is made of pictures that are on this device; one of them cannot be read. Nothing was charged.';
			return { kind: 'refused', code: 'invalid_request', message };
		}
		const id = crypto.randomUUID();
		const abort = new AbortController();
		const task: DraftTask = { created_at: Date.now(), progress: 0, ended: null, abort };
		this.#tasks.set(id, task);
		const onprogress = ({ fraction }: { fraction: number | null }) => {
			task.progress = Math.max(task.progress, Math.min(99, Math.floor((fraction ?? 0) * 100)));
		};
		this.make(cutouts, request, { signal: abort.signal, onprogress }).then(
			(model) => (task.ended = { model }),
			(error: unknown) => (task.ended = { failure: whyNot(error) })
		);
		return { kind: 'accepted', provider_task_id: id };
	}

	async poll({ provider_task_id: id }: TaskRef): Promise<PollOutcome> {
		const task = this.#tasks.get(id);
		if (!task) return { kind: 'gone' };
		const { created_at, ended } = task;
		const failed = ended !== null && 'failure' in ended;
		return {
			kind: 'task',
			retry_after_s: null,
			task: {
				id,
				state: ended === null ? 'running' : failed ? 'failed' : 'succeeded',
				progress: ended === null || failed ? task.progress : 100,
				queue_position: null,
				created_at,
				expires_at: null,
				model: null,
				charged: this.estimate(),
				failure: failed ? { code: 'generation_failed', message: ended.failure } : null
			}
		};
	}

	async assets({ provider_task_id: id }: TaskRef): Promise<AssetsOutcome> {
		const task = this.#tasks.get(id);
		if (!task) return { kind: 'gone' };
		const made = task.ended !== null && 'model' in task.ended;
		return { kind: 'assets', assets: made ? [{ role: 'glb', url: `draft:${id}` }] : [] };
	}

	/** @throws StageError `model_empty` for an address that is not one of its models */
	async open({ url }: ProviderAsset) {
		const ended = this.#tasks.get(url.replace(/^draft:/, ''))?.ended;
		if (!ended || !('model' in ended)) throw new StageError('model_empty');
		const { glb } = ended.model;
		return { body: glb.stream(), bytes: glb.size };
	}

	/** Forgets a task and its model; one that is being made is stopped at once. */
	async remove({ provider_task_id: id }: TaskRef): Promise<boolean> {
		this.#tasks.get(id)?.abort.abort();
		this.#tasks.delete(id);
		return true;
	}
}

/** @throws when it is no picture that is here */
async function readInput({ source }: Input, index: number): Promise<DraftCutout> {
	if ('url' in source) throw new TypeError('not on this device');
	const image = new Blob([new Uint8Array(source.bytes)], { type: source.content_type });
	const bitmap = await createImageBitmap(image);
	const { width, height } = bitmap;
	bitmap.close();
	return { photo_id: String(index), image, bounds: { x: 0, y: 0, width, height } };
}

function whyNot(error: unknown): string {
	const code = error instanceof StageError ? error.code : String(error);
	return `The draft could not be made (${code}). Use a cut-out that shows the whole product. Nothing was charged.`;
}
