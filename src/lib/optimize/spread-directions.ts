/** Directions on a sphere, evenly spread in the order of a golden spiral, then shuffled by a fixed stride. */
export function spreadDirections(count: number): [number, number, number][] {
	return Array.from({ length: count }, (_, i) => {
		const step = (i * 17) % count;
		const y = 1 - (2 * (step + 0.5)) / count;
		const radius = Math.sqrt(1 - y * y);
		const turn = step * Math.PI * (3 - Math.sqrt(5));
		return [radius * Math.cos(turn), y, radius * Math.sin(turn)];
	});
}
