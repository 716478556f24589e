import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import sharp from 'sharp';
import type { ShapeResult } from './bench-shape';

const SHAPES_PER_ROW = 2;
const JPEG_QUALITY = 72;

/** Puts the pictures of all shapes on one image; the file's name says which format. */
export async function writeSheet(results: ShapeResult[], path: string): Promise<void> {
	const side = results[0]?.pictures[0]?.side ?? 1;
	const most = Math.max(...results.map(({ pictures }) => pictures.length));
	const layers = results.flatMap(({ pictures }, shape) =>
		pictures.map((picture, i) => ({
			input: Buffer.from(picture.pixels.buffer),
			raw: { width: side, height: side, channels: 4 as const },
			left: ((shape % SHAPES_PER_ROW) * most + i) * side,
			top: Math.floor(shape / SHAPES_PER_ROW) * side
		}))
	);
	const width = SHAPES_PER_ROW * most * side;
	const height = Math.ceil(results.length / SHAPES_PER_ROW) * side;
	await mkdir(dirname(resolve(path)), { recursive: true });
	const sheet = sharp({ create: { width, height, channels: 3, background: '#f2f1ee' } });
	const drawn = sharp(await sheet.composite(layers).png().toBuffer());
	if (/\.jpe?g$/.test(path)) drawn.jpeg({ quality: JPEG_QUALITY, mozjpeg: true });
	await drawn.toFile(path);
}
