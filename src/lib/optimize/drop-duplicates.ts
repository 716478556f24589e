import { withoutTriangles, type Surface } from './surface';

/**
 * Leaves out triangles of one part that stand in the same three places, wound the same way, as an earlier one: they
 * flicker, and no simplifier gets past them. Wound the other way they are the back of a thin wall, and stay.
 *
 * @param place made by `placeIds`.
 * @returns what stays, and which of its triangles are such backs of earlier ones.
 */
export function dropDuplicates(
	surface: Surface,
	place: Uint32Array
): { surface: Surface; backs: number[] } {
	const { indices, part_of } = surface;
	const total = indices.length / 3;
	const size = 2 ** Math.ceil(Math.log2(Math.max(16, total * 1.5)));
	const table = new Int32Array(size).fill(-1);
	// Each triangle's places from the lowest on, in their order around.
	const corners = new Uint32Array(total * 3);
	const repeated: number[] = [];
	const backs: number[] = [];
	for (let t = 0; t < total; t++) {
		const at = t * 3;
		const i = place[indices[at]!]!;
		const j = place[indices[at + 1]!]!;
		const k = place[indices[at + 2]!]!;
		const [first, second] = [i <= j && i <= k, j <= k];
		const a = first ? i : second ? j : k;
		const b = first ? j : second ? k : i;
		const c = first ? k : second ? i : j;
		corners[at] = a;
		corners[at + 1] = b;
		corners[at + 2] = c;
		// The same for both windings. Neighbors lie side by side in the table, which memory likes; what finds its slot taken
		// goes on in leaps of its own, so that a fan of a thousand triangles does not walk past itself.
		let mixed = Math.imul(b + c, 0x85ebca6b) ^ Math.imul(b ^ c, 0xc2b2ae35);
		mixed ^= mixed >>> 15;
		let slot = (a * 3 + (mixed & 3)) & (size - 1);
		const leap = (mixed >>> 2) | 1;
		let is_back = false;
		for (;;) {
			const other = table[slot]!;
			if (other < 0) {
				table[slot] = t;
				if (is_back) backs.push(t - repeated.length);
				break;
			}
			if (corners[other * 3] === a) {
				const [p, q] = [corners[other * 3 + 1]!, corners[other * 3 + 2]!];
				const same_part = part_of[indices[other * 3]!] === part_of[indices[at]!];
				if (p === b && q === c && same_part) {
					repeated.push(t);
					break;
				}
				if (p === c && q === b) is_back = true;
			}
			slot = (slot + leap) & (size - 1);
		}
	}
	return { surface: withoutTriangles(surface, repeated), backs };
}
