/** Pixels kept free around each chart, so that neighbors do not mix when the texture is filtered. */
const PADDING = 3;
/** The scale is lowered by this until all charts fit. */
const SHRINK = 0.96;

/**
 * Places rectangles on a square, in shelves of falling height.
 *
 * @param side of the square, pixels
 * @returns pixels per unit of the rectangles, and where the top left corner of each lies
 */
export function packCharts(
	charts: { width: number; height: number }[],
	side: number
): { scale: number; places: { x: number; y: number }[] } {
	const order = Array.from(charts.keys()).sort((a, b) => charts[b]!.height - charts[a]!.height);
	const area = charts.reduce((sum, { width, height }) => sum + width * height, 0);
	const longest = Math.max(...charts.map(({ width, height }) => Math.max(width, height)));
	let scale = Math.min(side / Math.sqrt(area), (side - 2 * PADDING) / longest);
	for (;;) {
		const places = charts.map(() => ({ x: 0, y: 0 }));
		let [x, y, shelf] = [PADDING, PADDING, 0];
		for (const number of order) {
			const { width, height } = charts[number]!;
			const [w, h] = [width * scale + PADDING, height * scale + PADDING];
			if (x + w > side) {
				[x, y, shelf] = [PADDING, y + shelf, 0];
			}
			places[number] = { x, y };
			x += w;
			shelf = Math.max(shelf, h);
		}
		if (y + shelf <= side) return { scale, places };
		scale *= SHRINK;
	}
}
