import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { openWholePage } from './open-whole-page';
import { RMBG_SHAPE } from './whole-path';
import { drawTile } from './write-sheet';

/**
 * Cuts the photos of a folder in Chromium by a network of RMBG's or IS-Net's kind, the whole way of the app: for looking at.
 *
 * @param network path of the ONNX file
 */
export async function cutByNetwork(
	folder: string,
	network: string
): Promise<{ line: object; tile: Buffer }[]> {
	const names = (await readdir(folder)).filter(
		(name) => /\.(jpe?g|png|webp)$/.test(name) && !name.includes('mask')
	);
	const page = await openWholePage();
	try {
		await page.takeNetwork(page.serve('network.onnx', { path: network }), RMBG_SHAPE);
		const results = [];
		for (const name of names.sort()) {
			// Some photos come with a transparency of their own, which would be kept.
			const photo = await sharp(await readFile(join(folder, name)))
				.flatten({ background: '#fff' })
				.jpeg({ quality: 95 })
				.toBuffer();
			const { image, ...line } = await page.ours(page.serve(`${name}.jpg`, photo), true);
			console.error(`${name}: ${JSON.stringify(line)}`);
			const png = sharp(Buffer.from(image ?? '', 'base64'));
			const { data, info } = await png.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
			const { width, height } = info;
			const cutout = new Uint8ClampedArray(data);
			const tile = await drawTile({ photo, cutout, width, height, label: name, bad: false });
			results.push({ line: { photo: name, ...line }, tile });
		}
		return results;
	} finally {
		await page.close();
	}
}
