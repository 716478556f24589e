import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type OverlayOptions } from 'sharp';
import type { ChromiumBench } from './open-chromium';

export interface PhotoLine {
	photo: string;
	construction: string;
	reason: string;
	confidence: number;
	triangles: number;
	seconds: number;
	peak_mb: number;
}

const SIDE = 260;
const PER_ROW = 2;

/** Makes drafts of all photos of a folder as a person would get them, and puts them on one sheet. */
export async function benchPhotos(
	folder: string,
	chromium: ChromiumBench,
	sheet: string,
	print: (line: PhotoLine) => void
): Promise<PhotoLine[]> {
	const names = (await readdir(folder)).filter(
		(name) => /\.(jpe?g|png|webp)$/i.test(name) && !name.includes('mask')
	);
	const lines: PhotoLine[] = [];
	const layers: OverlayOptions[] = [];
	for (const name of names.sort()) {
		console.error(`${name} …`);
		const url = chromium.serve(name, await readFile(join(folder, name)));
		const { answer, peak_mb } = await chromium.photo(url, name);
		const { draft, confidence, triangles, seconds, pictures } = answer;
		const line = {
			photo: name,
			construction: draft?.construction ?? '',
			reason: draft?.reason ?? '',
			confidence: Math.round(confidence * 100) / 100,
			triangles,
			seconds: Math.round(seconds * 100) / 100,
			peak_mb
		};
		print(line);
		for (const [i, picture] of pictures.entries()) {
			const bytes = Buffer.from(picture.slice(picture.indexOf(',') + 1), 'base64');
			const input = await sharp(bytes)
				.resize(SIDE, SIDE, { fit: 'contain', background: '#f2f1ee' })
				.flatten({ background: '#f2f1ee' })
				.png()
				.toBuffer();
			const left = ((lines.length % PER_ROW) * pictures.length + i) * SIDE;
			layers.push({ input, left, top: Math.floor(lines.length / PER_ROW) * SIDE });
		}
		lines.push(line);
	}
	const width = PER_ROW * 4 * SIDE;
	const height = Math.max(1, Math.ceil(lines.length / PER_ROW)) * SIDE;
	await sharp({ create: { width, height, channels: 3, background: '#f2f1ee' } })
		.composite(layers)
		.jpeg({ quality: 78, mozjpeg: true })
		.toFile(sheet);
	return lines;
}
