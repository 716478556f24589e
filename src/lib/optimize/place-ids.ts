/** Per vertex the first vertex that stands in the same place; one that stands nowhere (NaN) is alone. */
export function placeIds(positions: Float32Array): Uint32Array {
	const count = positions.length / 3;
	const bits = new Uint32Array(positions.buffer, positions.byteOffset, positions.length);
	const size = 2 ** Math.ceil(Math.log2(Math.max(16, count * 1.5)));
	const table = new Int32Array(size).fill(-1);
	const ids = new Uint32Array(count);
	for (let vertex = 0; vertex < count; vertex++) {
		const at = vertex * 3;
		const x = positions[at]!;
		const y = positions[at + 1]!;
		const z = positions[at + 2]!;
		ids[vertex] = vertex;
		// All in one slot and equal to none, they would be searched through again and again.
		if (Number.isNaN(x) || Number.isNaN(y) || Number.isNaN(z)) continue;
		// Shifted left: -0 is where 0 is.
		let slot =
			Math.imul(bits[at]! << 1, 0x9e3779b1) ^
			Math.imul(bits[at + 1]! << 1, 0x85ebca6b) ^
			Math.imul(bits[at + 2]! << 1, 0xc2b2ae35);
		slot = (slot ^ (slot >>> 15)) & (size - 1);
		for (;;) {
			const other = table[slot]!;
			if (other < 0) {
				table[slot] = vertex;
				break;
			}
			const from = other * 3;
			if (positions[from] === x && positions[from + 1] === y && positions[from + 2] === z) {
				ids[vertex] = other;
				break;
			}
			slot = (slot + 1) & (size - 1);
		}
	}
	return ids;
}
