import { z } from 'zod';
import { download } from '../api';
import { StageError, type StageContext } from '../artifacts';

/** A product whose photos come with the app. */
export const sample = z.object({
	id: z.string().regex(/^[a-z0-9-]{1,40}$/),
	name: z.string().min(1).max(200),
	/** The product's real height, metres. */
	height_m: z.number().min(0.001).max(100),
	/** Addresses of its photos, on our own origin. */
	photos: z
		.array(z.string().regex(/^\/samples\/[a-z0-9/-]+\.jpg$/))
		.min(1)
		.max(24)
});
export type Sample = z.infer<typeof sample>;

const SAMPLES_URL = '/samples/samples.json';

/** The sample products, best first. @throws ApiError */
export async function listSamples({ signal }: StageContext = {}): Promise<Sample[]> {
	const list = await download(SAMPLES_URL, { signal });
	return z
		.array(sample)
		.min(1)
		.parse(JSON.parse(await list.text()));
}

/**
 * Downloads a sample product's photos as files, as if they had been picked from a disk.
 * @param id a sample's id
 * @throws ApiError; StageError photo_not_an_image when there is no such sample
 */
export async function loadSample(
	id: string,
	{ signal, onprogress }: StageContext = {}
): Promise<File[]> {
	const found = (await listSamples({ signal })).find((entry) => entry.id === id);
	if (!found) throw new StageError('photo_not_an_image', { name: id });
	onprogress?.({ step: 'downloading', fraction: 0 });
	let done = 0;
	return Promise.all(
		found.photos.map(async (url, i) => {
			const image = await download(url, { signal });
			onprogress?.({ step: 'downloading', fraction: ++done / found.photos.length });
			return new File([image], `${id}-${i + 1}.jpg`, { type: 'image/jpeg' });
		})
	);
}
