/** Everyday things of known size, drawn beside a product so that its size can be felt. */
export const FIGURES = ['coin', 'cup', 'bottle', 'chair', 'person'] as const;
export type FigureName = (typeof FIGURES)[number];

export interface Figure {
	/** Metres. */
	height_m: number;
	/** Width over height. */
	ratio: number;
	/** Its outline, 100 high, y down, as an SVG path. */
	path: string;
}

/** A 2 euro coin, a mug, a wine bottle, a dining chair, a grown person: usual sizes. */
export const FIGURE_TABLE: Record<FigureName, Figure> = {
	coin: { height_m: 0.0258, ratio: 1, path: 'M50 0a50 50 0 0 1 0 100a50 50 0 0 1 0-100z' },
	cup: {
		height_m: 0.095,
		ratio: 1.2,
		path: 'M4 0h78v20c22-4 36 8 36 28s-16 36-40 34c-2 10-8 18-18 18H26C12 100 4 90 4 70zM82 32v36c14 2 24-6 24-20s-10-18-24-16z'
	},
	bottle: {
		height_m: 0.3,
		ratio: 0.26,
		path: 'M8.500 0h9v4l-.5 24c0 6 9 10 9 22v46a4 4 0 0 1-4 4H4a4 4 0 0 1-4-4V50c0-12 9-16 9-22L8.500 4z'
	},
	chair: {
		height_m: 0.9,
		ratio: 0.52,
		path: 'M2 0h5l3 46h36a4 4 0 0 1 4 4v4h-1l3 46h-5l-4-46H11l-4 46H2l3-46z'
	},
	person: {
		height_m: 1.7,
		ratio: 0.3,
		path: 'M15 0a7 7.500 0 0 1 0 15a7 7.500 0 0 1 0-15zM8 17h14a7 7 0 0 1 7 7v24a2.600 2.600 0 0 1-5.200 0V27h-.8v69a3.700 3.700 0 0 1-7.400 0V58h-1.200v38a3.700 3.700 0 0 1-7.400 0V27h-.8v21a2.600 2.600 0 0 1-5.200 0V24a7 7 0 0 1 7-7z'
	}
};

/** How much larger or smaller than the product a thing may be and still help, and be seen whole. */
const USEFUL = { smallest: 1 / 6, largest: 2.2 };

/** The things that can stand beside a product, those nearest to it in size first. @param longest_m metres */
export function figuresFor(longest_m: number): FigureName[] {
	const share = (name: FigureName) => FIGURE_TABLE[name].height_m / longest_m;
	return FIGURES.filter(
		(name) => share(name) >= USEFUL.smallest && share(name) <= USEFUL.largest
	).sort((a, b) => Math.abs(Math.log(share(a))) - Math.abs(Math.log(share(b))));
}
