import type { Alpha, SummedAlpha } from './alpha';
import { opaqueArea } from './alpha';

/** How a straightened image lies on the one it was made of: turned around both images' middles. */
export interface Turn {
	/** Radians by which upright leaned to the right. */
	tilt: number;
	from: { width: number; height: number };
	to: { width: number; height: number };
}

/** Opacity below which a row or column is left out at the border, of 255. */
const FAINT = 24;

/** Turns an alpha image so that what leaned to the right by `tilt` stands upright; cropped evenly to what is opaque. */
export function straighten(
	{ width, height }: Alpha,
	summed: SummedAlpha,
	tilt: number
): { alpha: Alpha; turn: Turn } {
	const [cos, sin] = [Math.cos(tilt), Math.sin(tilt)];
	const across = Math.ceil(width * cos + height * Math.abs(sin));
	const down = Math.ceil(height * cos + width * Math.abs(sin));
	const data = new Uint8Array(across * down);
	let [side, end] = [0, 0];
	for (let v = 0, i = 0; v < down; v++) {
		const t = v + 0.5 - down / 2;
		for (let u = 0; u < across; u++, i++) {
			const s = u + 0.5 - across / 2;
			const x = width / 2 + s * cos - t * sin;
			const y = height / 2 + s * sin + t * cos;
			data[i] = 255 * opaqueArea(summed, x - 0.5, y - 0.5, x + 0.5, y + 0.5);
			if (data[i]! < FAINT) continue;
			side = Math.max(side, Math.abs(s) + 0.5);
			end = Math.max(end, Math.abs(t) + 0.5);
		}
	}
	const crop = (length: number, reach: number) => Math.max(0, Math.floor(length / 2 - reach));
	const [left, top] = [crop(across, side), crop(down, end)];
	const to = { width: across - 2 * left, height: down - 2 * top };
	const kept = new Uint8Array(to.width * to.height);
	for (let v = 0; v < to.height; v++) {
		const from = (v + top) * across + left;
		kept.set(data.subarray(from, from + to.width), v * to.width);
	}
	return { alpha: { ...to, data: kept }, turn: { tilt, from: { width, height }, to } };
}

/** Where a place of the straightened image lies on the one it was made of, pixels. */
export function turnBack({ tilt, from, to }: Turn, x: number, y: number): [number, number] {
	const [s, t] = [x - to.width / 2, y - to.height / 2];
	const [cos, sin] = [Math.cos(tilt), Math.sin(tilt)];
	return [from.width / 2 + s * cos - t * sin, from.height / 2 + s * sin + t * cos];
}

/** Where a place of the image lies on the straightened one, pixels. */
export function turnTo({ tilt, from, to }: Turn, x: number, y: number): [number, number] {
	const [s, t] = [x - from.width / 2, y - from.height / 2];
	const [cos, sin] = [Math.cos(tilt), Math.sin(tilt)];
	return [to.width / 2 + s * cos + t * sin, to.height / 2 - s * sin + t * cos];
}
