import type { Color } from '../../tests/fixtures/images';
import { noiseField } from './noise-field';

/** Color behind the product at x, y in shares of the frame's longer side. */
export type Backdrop = (x: number, y: number) => Color;
type Make = (random: () => number) => Backdrop;

const gray = (v: number): Color => [v, v, v];
const add = ([r, g, b]: Color, v: number): Color => [r + v, g + v, b + v];

/** What a product stands before in a studio: an engine for plain backdrops must manage all of these. */
export const STUDIO = {
	white: () => () => gray(250),
	gray: (random) => {
		const v = 190 + 45 * random();
		return () => gray(v);
	},
	colored: (random) => {
		const base: Color = [90 + 130 * random(), 90 + 130 * random(), 90 + 130 * random()];
		return (x, y) => add(base, 10 * (x - y));
	},
	gradient: (random) => {
		const [top, low, side] = [150 + 60 * random(), 205 + 45 * random(), 30 * random()];
		return (x, y) => gray(top + (low - top) * y + side * (x - 0.5));
	},
	vignette: (random) => {
		const v = 215 + 30 * random();
		const fall = 60 + 50 * random();
		return (x, y) => gray(v - fall * ((x - 0.5) ** 2 + (y - 0.45) ** 2));
	},
	cove: (random) => {
		// A sheet that bends from wall to floor: a soft step of light.
		const line = 0.55 + 0.2 * random();
		const step = 14 + 18 * random();
		return (_, y) => gray(232 - step / (1 + Math.exp(-(y - line) / 0.05)) - 10 * y);
	},
	wall_and_floor: (random) => {
		const line = 0.66 + 0.08 * random();
		const floor: Color = [195 + 30 * random(), 180 + 20 * random(), 160];
		return (_, y) =>
			y < line ? [214 - 18 * y, 218 - 18 * y, 224 - 18 * y] : add(floor, 18 * (y - line));
	},
	paper: (random) => {
		const coarse = noiseField(random, 60);
		const fine = noiseField(random, 260);
		const v = 205 + 35 * random();
		return (x, y) => add([v, v - 2, v - 6], 5 * coarse(x, y) + 6 * fine(x, y) - 8 * y);
	},
	linen: (random) => {
		const uneven = noiseField(random, 40);
		const v = 190 + 30 * random();
		return (x, y) =>
			add(
				[v, v - 4, v - 12],
				4 * Math.sin(900 * x) * Math.sin(30 * y) + 4 * Math.sin(900 * y) + 6 * uneven(x, y)
			);
	},
	black: () => (x, y) => gray(30 - 22 * ((x - 0.5) ** 2 + (y - 0.5) ** 2))
} satisfies Record<string, Make>;

export type StudioName = keyof typeof STUDIO;
