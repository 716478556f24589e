/** Per vertex the first vertex that stands in the same place. */
export function placeIds(positions: Float32Array, indices: Uint32Array): Uint32Array {
	const words = new Uint32Array(positions.map((value) => value + 0).buffer);
	const size = 2 ** Math.ceil(Math.log2(Math.max(16, positions.length / 2)));
	const table = new Int32Array(size).fill(-1);
	const ids = new Uint32Array(positions.length / 3).fill(0xffffffff);
	for (const vertex of indices) {
		if (ids[vertex] !== 0xffffffff) continue;
		const [x, y, z] = [words[vertex * 3]!, words[vertex * 3 + 1]!, words[vertex * 3 + 2]!];
		let slot = Math.imul(x, 0x9e3779b1) ^ Math.imul(y, 0x85ebca6b) ^ Math.imul(z, 0xc2b2ae35);
		slot = (slot ^ (slot >>> 15)) & (size - 1);
		for (;;) {
			const other = table[slot]!;
			if (other < 0) {
				table[slot] = ids[vertex] = vertex;
				break;
			}
			if (words[other * 3] === x && words[other * 3 + 1] === y && words[other * 3 + 2] === z) {
				ids[vertex] = other;
				break;
			}
			slot = (slot + 1) & (size - 1);
		}
	}
	return ids;
}
