import type { MeshySettings, ReworkRequest } from '../../../worker/contract';
import type {
	Cutout,
	DraftAxis,
	DraftConstruction,
	Provider,
	Size,
	SourceModel,
	StageContext,
	View
} from '../artifacts';
import { DraftProvider } from './providers/draft';
import { generateWithMeshy } from './providers/meshy';

export interface DraftOptions {
	provider: 'draft';
	/** What is known of the real size, metres: the height rules, else the width; a depth alone stretches along z. */
	size: Partial<Size>;
	/** From where each photo shows the product, by photo id, as far as it is known; the front leads. */
	views?: Record<string, View>;
	/** How the shape is made; default `auto`: chosen by the views or the outline. */
	construction?: DraftConstruction | 'auto';
	/** Times the depth that is guessed, where none is known; 0.1 to 10, default 1. */
	thickness?: number;
	/** What a turned shape turns around, on the front photo; default: estimated from its outline. */
	axis?: DraftAxis;
	/** Whether a depth that is estimated of the front shapes soft things; its network must be here. Default false. */
	read_depth?: boolean;
	/** `preview`: coarse, in a fraction of a second; default `full`. */
	detail?: 'full' | 'preview';
	/** Longest side of the texture, pixels; 64 to 8192, default 2048, of a preview 512. */
	texture_size?: number;
}

export interface MeshyOptions {
	provider: 'meshy';
	product_id: string;
	/** The stored cut-outs, the front first. */
	image_urls: string[];
	settings: MeshySettings;
	/** Given: not a new model, but this change of the one that is there. */
	rework?: ReworkRequest;
	/** Keep it before calling: the same key never pays twice. */
	idempotency_key: string;
	/** A task that was started before; nothing is posted then. */
	task_id?: string;
	/** Called once with the id of the task that was started. */
	ontask?: (task_id: string) => void;
}

export type GenerateOptions = DraftOptions | MeshyOptions;

/** What makes models; a person's own file is made by none. */
type Maker = Exclude<Provider, 'own'>;
/** One row per provider. */
type Providers = {
	[P in Maker]: (
		cutouts: Cutout[],
		options: Extract<GenerateOptions, { provider: P }>,
		context: StageContext
	) => Promise<SourceModel>;
};
const engine = new DraftProvider();
const PROVIDERS: Providers = {
	draft: (cutouts, options, context) => engine.make(cutouts, options, context),
	meshy: generateWithMeshy
};

/**
 * Makes a 3D model of a product's cut-outs.
 *
 * Aborting stops waiting at once; a paid task goes on at its provider and can be resumed by its id.
 *
 * @throws StageError `no_cutout`, `nothing_found`, `generation_failed`, `model_corrupt`; ApiError; AbortError
 */
export function generate3DModel(
	cutouts: Cutout[],
	options: GenerateOptions,
	context: StageContext = {}
): Promise<SourceModel> {
	return runProvider(options.provider, cutouts, options, context);
}

function runProvider<P extends Maker>(
	provider: P,
	cutouts: Cutout[],
	options: Extract<GenerateOptions, { provider: P }>,
	context: StageContext
): Promise<SourceModel> {
	return PROVIDERS[provider](cutouts, options, context);
}
