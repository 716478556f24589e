/** Keeps a product's work on this device (IndexedDB), so that a reload finds it where it stood. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import {
	StageError,
	type Cutout,
	type DraftAxis,
	type DraftConstruction,
	type EngineName,
	type OptimizedModel,
	type Photo,
	type PhotoChoice,
	type ShadowChoice,
	type Share,
	type Size,
	type SourceModel,
	type Turns,
	type View
} from './artifacts';
import type { Edit } from './cutout/edit/edits';
import type { OptimizeSettings } from './optimize/optimize-model';
import {
	meshySettings,
	type MeshySettings,
	type Provider,
	type ReworkRequest
} from '../../worker/contract';

export const DATABASE = 'vitrine';

export type Decision = 'pending' | 'approved' | 'rejected';

/** Where an approved cut-out was stored. */
export interface StoredCutout {
	photo_id: string;
	processed_url: string;
	mask_url: string;
}

/** A request for a paid model that was sent, or was about to be: repeating it with the same key gives the same task. */
export interface PendingGeneration {
	idempotency_key: string;
	image_urls: string[];
	settings: MeshySettings;
	task_id: string | null;
	/** Of an upgrade: the model is optimized at once, to this texture side in pixels, so that links show it. */
	optimize_to?: number;
	/** Given: this change of the model that is there was asked for. */
	rework?: ReworkRequest;
	/** It is not known what became of it: a person has to look. */
	unknown?: boolean;
	/** Of one like that: it was accepted, and so charged, and is not finished. */
	accepted?: boolean;
}

/** How a draft's shape is to be made. */
export interface ShapeChoice {
	construction: DraftConstruction | 'auto';
	/** From where each photo shows the product, by photo id, as far as it is said. */
	views: Record<string, View>;
	/** Times the depth that is guessed; not set: 1. */
	thickness?: number;
	/** Whether depth is read from the front photo; not set: no. */
	read_depth?: boolean;
	/** What a turned shape turns around, on the front photo; not set: found in its outline. */
	axis?: DraftAxis;
}

/** The product's fields a person edits in the studio. */
export interface ProductFields extends Partial<Size> {
	/** Empty until it is given. */
	name: string;
}

/** Everything one job holds, on this device. */
export interface JobRecord {
	/** Null until the first photo is in: then the product exists on the server. */
	product_id: string | null;
	fields: ProductFields;
	photos: Photo[];
	choices: PhotoChoice[];
	/** How long choosing them took, seconds. */
	selection_time: number;
	/** Null: not chosen yet, the cut-out stage proposes one. */
	engine: EngineName | null;
	cutouts: Cutout[];
	/** Of all its cut-outs. */
	shadow: ShadowChoice;
	decisions: Record<string, Decision>;
	stored_cutouts: StoredCutout[];
	/** What makes the next model. */
	provider: Exclude<Provider, 'own'>;
	shape: ShapeChoice;
	meshy: MeshySettings;
	/** A paid model on its way. */
	pending: PendingGeneration | null;
	source: SourceModel | null;
	/** Quarter turns that let its front face +Z. */
	turns: Turns;
	/** How its files are to be made. */
	fitting: OptimizeSettings;
	/** Set once its files are stored and recorded on the server. */
	optimized: OptimizedModel | null;
	/** Newest first. Their addresses are known on this device only. */
	shares: Share[];
	/** The owner's rating, 1 to 5. */
	rating: number | null;
}

export const EMPTY_JOB: JobRecord = {
	product_id: null,
	fields: { name: '' },
	photos: [],
	choices: [],
	selection_time: 0,
	engine: null,
	cutouts: [],
	shadow: 'remove',
	decisions: {},
	stored_cutouts: [],
	provider: 'draft',
	shape: { construction: 'auto', views: {} },
	meshy: meshySettings.parse({}),
	pending: null,
	source: null,
	turns: 0,
	fitting: {},
	optimized: null,
	shares: [],
	rating: null
};

/** What was done to a cut-out by hand. Apart from its job, so that a stroke does not write all photos again. */
export interface KeptEdits {
	product_id: string;
	photo_id: string;
	edits: Edit[];
	/** False while the cut-out in the job does not show them yet. */
	applied: boolean;
}

interface Schema extends DBSchema {
	jobs: { key: string; value: JobRecord };
	edits: { key: [product_id: string, photo_id: string]; value: KeptEdits };
}

let database: Promise<IDBPDatabase<Schema>> | null = null;

function open(): Promise<IDBPDatabase<Schema>> {
	database ??= openDB<Schema>(DATABASE, 2, {
		upgrade: (db, version) => {
			if (version < 1) db.createObjectStore('jobs', { keyPath: 'product_id' });
			if (version < 2) db.createObjectStore('edits', { keyPath: ['product_id', 'photo_id'] });
		},
		// Another tab deletes the data: let it.
		blocking: (_current, _blocked, event) => {
			(event.target as IDBDatabase).close();
			database = null;
		},
		terminated: () => (database = null)
	}).catch((error) => {
		database = null;
		throw error;
	});
	return database;
}

/**
 * Keeps a job under its product's id; a job without one has nothing worth keeping yet.
 * @throws DOMException when the device refuses (private mode, no space left)
 */
export async function saveJob(record: JobRecord): Promise<void> {
	if (record.product_id) await (await open()).put('jobs', record);
}

export async function loadJob(product_id: string): Promise<JobRecord | null> {
	const kept = await (await open()).get('jobs', product_id);
	// What is newer than the record begins as in a new one.
	return kept ? { ...EMPTY_JOB, ...kept } : null;
}

export async function deleteJob(product_id: string): Promise<void> {
	await (await open()).delete('jobs', product_id);
	await dropEdits(product_id);
}

/** @throws DOMException when the device refuses (private mode, no space left) */
export async function saveEdits(kept: KeptEdits): Promise<void> {
	await (await open()).put('edits', kept);
}

/** The edits of all cut-outs of a product. */
export async function loadEdits(product_id: string): Promise<KeptEdits[]> {
	return (await open()).getAll('edits', editsOf(product_id));
}

export async function dropEdits(product_id: string): Promise<void> {
	await (await open()).delete('edits', editsOf(product_id));
}

/** @throws StageError `no_cutout` while the product does not exist yet */
export function productId({ product_id }: Pick<JobRecord, 'product_id'>): string {
	if (!product_id) throw new StageError('no_cutout');
	return product_id;
}

/** In IndexedDB's order arrays come after strings. https://www.w3.org/TR/IndexedDB/#key-construct */
const editsOf = (product_id: string) => IDBKeyRange.bound([product_id], [product_id, []]);
