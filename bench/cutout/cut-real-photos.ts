import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { cutPhoto } from './cut-photo';
import { drawTile } from './write-sheet';

export interface PhotoLine {
	photo: string;
	confidence: number;
	refused: boolean;
	/** Agreement with the mask beside the photo (NAME.u2net-mask.png), a network's opinion; null without one. */
	iou_with_network: number | null;
	seconds: number;
}

/** Cuts the photos of a folder, of which no truth is known: they are for looking at. */
export async function cutRealPhotos(folder: string): Promise<{ line: PhotoLine; tile: Buffer }[]> {
	const names = (await readdir(folder)).filter(
		(name) => /\.(jpe?g|png|webp)$/.test(name) && !name.includes('mask')
	);
	const results = [];
	for (const name of names.sort()) {
		const file = await sharp(await readFile(join(folder, name)))
			.removeAlpha()
			.png({ compressionLevel: 1 })
			.toBuffer();
		const cut = await cutPhoto(file);
		const mask = join(folder, name.replace(/\.\w+$/, '.u2net-mask.png'));
		const line: PhotoLine = {
			photo: name,
			confidence: Math.round(cut.confidence * 1000) / 1000,
			refused: cut.refused,
			iou_with_network: existsSync(mask) ? await agreement(cut.cutout, mask) : null,
			seconds: Math.round(Object.values(cut.phases).reduce((p, q) => p + q) * 100) / 100
		};
		console.error(JSON.stringify(line));
		const label = `${name}: confidence ${line.confidence}${cut.refused ? ' refused' : ''}`;
		const tile = await drawTile({
			photo: file,
			cutout: cut.cutout,
			...cut.size,
			label,
			bad: cut.refused
		});
		results.push({ line, tile });
	}
	return results;
}

async function agreement(cutout: Uint8ClampedArray, mask: string): Promise<number> {
	const gray = await sharp(mask).toColourspace('b-w').removeAlpha().raw().toBuffer();
	let both = 0;
	let any = 0;
	for (let i = 0; i < gray.length; i++) {
		const p = gray[i]! > 127;
		const q = cutout[i * 4 + 3]! > 127;
		if (p && q) both++;
		if (p || q) any++;
	}
	return any ? Math.round((1000 * both) / any) / 1000 : 0;
}
