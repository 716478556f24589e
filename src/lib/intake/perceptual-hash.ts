import type { Box, Pixels } from './pixels';

/** What a photo of a product looks like, small enough to compare all with all. */
export interface Look {
	/** dHash: 64 bits as 16 hexadecimal digits. */
	hash: string;
	/** Of 4 x 4 cells: brightness less the mean, so that exposure does not count, and two color differences, each -255 to 255: 48 numbers. */
	colors: number[];
}

const CELLS = 4;
/** A step of brightness below this is flat, so that noise on a plain background does not set bits. Of 255. */
const FLAT = 2;
/** Room around the subject, of its longer side. */
const MARGIN = 0.04;

/**
 * Hashes what the subject looks like, wherever it stands in the frame and however large.
 * dHash (N. Krawetz 2013, https://www.hackerfactor.com/blog/index.php?/archives/529-Kind-of-Like-That.html):
 * a 9 x 8 gray thumbnail, one bit per pair of neighbors in a row; here with a dead zone and on the subject's square.
 */
export function hashLook(pixels: Pixels, subject: Box): Look {
	const side = Math.max(subject.width, subject.height) * (1 + 2 * MARGIN);
	const square = {
		x: subject.x + subject.width / 2 - side / 2,
		y: subject.y + subject.height / 2 - side / 2,
		width: side,
		height: side
	};
	const gray = shrink(pixels, square, 9, 8).map(([r, g, b]) => 0.299 * r + 0.587 * g + 0.114 * b);
	let hash = '';
	for (let row = 0; row < 8; row++) {
		let byte = 0;
		for (let column = 0; column < 8; column++) {
			const step = (gray[row * 9 + column + 1] ?? 0) - (gray[row * 9 + column] ?? 0);
			byte = byte * 2 + (step > FLAT ? 1 : 0);
		}
		hash += byte.toString(16).padStart(2, '0');
	}
	const cells = shrink(pixels, square, CELLS, CELLS);
	const brightness = cells.reduce((sum, [r, g, b]) => sum + (r + g + b) / 3, 0) / cells.length;
	const colors = cells.flatMap(([r, g, b]) => [
		(r + g + b) / 3 - brightness,
		r - g,
		(r + g) / 2 - b
	]);
	return { hash, colors };
}

/** How different two looks are, 0 (the same) to about 1: bits and colors count alike. */
export function compareLooks(a: Look, b: Look): number {
	return Math.min(1, (bitsApart(a.hash, b.hash) / 24 + colorsApart(a.colors, b.colors) / 60) / 2);
}

/** Number of differing bits of two hashes, 0 to 64. */
export function bitsApart(a: string, b: string): number {
	let bits = 0;
	for (let i = 0; i < Math.max(a.length, b.length); i++) {
		let difference = parseInt(a[i] ?? '0', 16) ^ parseInt(b[i] ?? '0', 16);
		for (; difference; difference &= difference - 1) bits++;
	}
	return bits;
}

function colorsApart(a: number[], b: number[]): number {
	let sum = 0;
	for (let i = 0; i < a.length; i++) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
	return Math.sqrt((sum / Math.max(1, a.length)) * 3);
}

/** Mean colors of a grid of cells over a square of the picture; outside it the nearest pixel counts. */
function shrink(
	{ data, width, height }: Pixels,
	square: Box,
	columns: number,
	rows: number
): [number, number, number][] {
	const cells: [number, number, number][] = [];
	const clamp = (value: number, end: number) => Math.min(end - 1, Math.max(0, Math.floor(value)));
	for (let row = 0; row < rows; row++) {
		for (let column = 0; column < columns; column++) {
			let [r, g, b, count] = [0, 0, 0, 0];
			const x0 = square.x + (column / columns) * square.width;
			const y0 = square.y + (row / rows) * square.height;
			for (let y = y0; y < y0 + square.height / rows; y++) {
				for (let x = x0; x < x0 + square.width / columns; x++) {
					const i = (clamp(y, height) * width + clamp(x, width)) * 4;
					const alpha = (data[i + 3] ?? 255) / 255;
					r += (data[i] ?? 0) * alpha + 255 * (1 - alpha);
					g += (data[i + 1] ?? 0) * alpha + 255 * (1 - alpha);
					b += (data[i + 2] ?? 0) * alpha + 255 * (1 - alpha);
					count++;
				}
			}
			cells.push([r / count, g / count, b / count]);
		}
	}
	return cells;
}
