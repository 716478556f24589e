import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import sharp from 'sharp';

/** A picture for the contact sheet. */
export interface Tile {
	/** Photo on the left, cut-out on black and on white beside it. */
	photo: Buffer;
	cutout: Uint8ClampedArray;
	width: number;
	height: number;
	label: string;
	/** Drawn in red. */
	bad: boolean;
}

const SIDE = 240;
const LINE = 18;
const PER_ROW = 3;
const QUALITY = 80;

/** Draws small pictures of a photo and its cut-out, which is all the sheet keeps. */
export async function drawTile({
	photo,
	cutout,
	width,
	height,
	label,
	bad
}: Tile): Promise<Buffer> {
	const fit = { width: SIDE, height: SIDE, fit: 'contain' as const };
	const raw = { raw: { width, height, channels: 4 as const } };
	const clear = { r: 0, g: 0, b: 0, alpha: 0 };
	const cut = await sharp(cutout, raw)
		.resize({ ...fit, background: clear })
		.png()
		.toBuffer();
	const on = (color: string) => sharp(cut).flatten({ background: color }).png().toBuffer();
	const escaped = label.replace(/[<&]/g, ' ');
	const text = Buffer.from(
		`<svg width="${3 * SIDE}" height="${LINE}"><text x="3" y="13" font-family="sans-serif" font-size="12" fill="${bad ? '#c01818' : '#222'}">${escaped}</text></svg>`
	);
	return sharp({
		create: { width: 3 * SIDE, height: SIDE + LINE, channels: 3, background: '#e9e7e2' }
	})
		.composite([
			{ input: await sharp(photo).resize(fit).png().toBuffer(), left: 0, top: LINE },
			{ input: await on('#000'), left: SIDE, top: LINE },
			{ input: await on('#fff'), left: 2 * SIDE, top: LINE },
			{ input: text, left: 0, top: 0 }
		])
		.png()
		.toBuffer();
}

/** Puts tiles on one image; the file's name says which format. */
export async function writeSheet(tiles: Buffer[], path: string): Promise<void> {
	await mkdir(dirname(resolve(path)), { recursive: true });
	const rows = Math.ceil(tiles.length / PER_ROW);
	const width = PER_ROW * 3 * SIDE;
	const height = rows * (SIDE + LINE);
	const sheet = sharp({ create: { width, height, channels: 3, background: '#e9e7e2' } }).composite(
		tiles.map((input, i) => ({
			input,
			left: (i % PER_ROW) * 3 * SIDE,
			top: Math.floor(i / PER_ROW) * (SIDE + LINE)
		}))
	);
	const drawn = sharp(await sheet.png().toBuffer());
	if (/\.jpe?g$/.test(path)) drawn.jpeg({ quality: QUALITY, mozjpeg: true });
	await drawn.toFile(path);
}
