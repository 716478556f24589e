import { remapSurface, UNUSED, type Surface } from './surface';

/**
 * Merges vertices of one part that are equal in every number, and leaves out unused ones.
 *
 * @param place made by `placeIds`: only what stands in one place is compared.
 */
export function weldSurface(surface: Surface, place: Uint32Array): Surface {
	const { indices, attributes, stride, part_of } = surface;
	const count = part_of.length;
	const at_place = new Uint32Array(count);
	const used = new Uint8Array(count);
	for (let i = 0; i < indices.length; i++) used[indices[i]!] = 1;
	for (let vertex = 0; vertex < count; vertex++) at_place[place[vertex]!]! += used[vertex]!;
	let shared = 0;
	for (let vertex = 0; vertex < count; vertex++)
		if (at_place[vertex]! > 1) shared += at_place[vertex]!;
	const bits = new Uint32Array(attributes.buffer, attributes.byteOffset, attributes.length);
	const size = 2 ** Math.ceil(Math.log2(Math.max(16, shared * 1.5)));
	const table = new Uint32Array(size).fill(UNUSED);
	const remap = new Uint32Array(count).fill(UNUSED);
	let kept = 0;
	for (let vertex = 0; vertex < count; vertex++) {
		if (!used[vertex]) continue;
		if (at_place[place[vertex]!] === 1) {
			remap[vertex] = kept++;
			continue;
		}
		let slot = hash(bits, vertex * stride, stride, place[vertex]!) & (size - 1);
		for (;;) {
			const other = table[slot]!;
			if (other === UNUSED) {
				table[slot] = vertex;
				remap[vertex] = kept++;
				break;
			}
			if (
				place[other] === place[vertex] &&
				part_of[other] === part_of[vertex] &&
				isSame(attributes, other * stride, vertex * stride, stride)
			) {
				remap[vertex] = remap[other]!;
				break;
			}
			slot = (slot + 1) & (size - 1);
		}
	}
	return kept === count ? surface : remapSurface(surface, remap, kept);
}

/** FNV-1a over 32-bit words, with a final mix. http://www.isthe.com/chongo/tech/comp/fnv/ */
function hash(bits: Uint32Array, from: number, length: number, place: number): number {
	let value = 0x811c9dc5 ^ place;
	// Shifted left: -0 is equal to 0.
	for (let i = from; i < from + length; i++) value = Math.imul(value ^ (bits[i]! << 1), 0x01000193);
	// Floats differ in their high bits, the table looks at low ones.
	value ^= value >>> 15;
	value = Math.imul(value, 0x2c1b3c6d);
	return (value ^ (value >>> 13)) >>> 0;
}

function isSame(attributes: Float32Array, a: number, b: number, length: number): boolean {
	for (let i = 0; i < length; i++) if (attributes[a + i] !== attributes[b + i]) return false;
	return true;
}
