import type { Surface } from './surface';

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
	const corners = new Uint32Array(total * 3);
	const kept = new Uint32Array(indices.length);
	const backs: number[] = [];
	let length = 0;
	for (let t = 0; t < total; t++) {
		rotate(place, indices, t, corners);
		const a = corners[t * 3]!;
		const b = corners[t * 3 + 1]!;
		const c = corners[t * 3 + 2]!;
		// The same for both windings.
		let slot =
			Math.imul(a, 0x9e3779b1) ^ Math.imul(b + c, 0x85ebca6b) ^ Math.imul(b ^ c, 0xc2b2ae35);
		slot = (slot ^ (slot >>> 15)) & (size - 1);
		let is_back = false;
		for (;;) {
			const other = table[slot]!;
			if (other < 0) {
				table[slot] = t;
				if (is_back) backs.push(length / 3);
				for (let i = t * 3; i < t * 3 + 3; i++) kept[length++] = indices[i]!;
				break;
			}
			if (corners[other * 3] === a) {
				const [p, q] = [corners[other * 3 + 1]!, corners[other * 3 + 2]!];
				const same_part = part_of[indices[other * 3]!] === part_of[indices[t * 3]!];
				if (p === b && q === c && same_part) break;
				if (p === c && q === b) is_back = true;
			}
			slot = (slot + 1) & (size - 1);
		}
	}
	const single =
		length === indices.length ? surface : { ...surface, indices: kept.slice(0, length) };
	return { surface: single, backs };
}

/** A triangle's places from the lowest on, in their order around. */
function rotate(place: Uint32Array, indices: Uint32Array, t: number, out: Uint32Array): void {
	const a = place[indices[t * 3]!]!;
	const b = place[indices[t * 3 + 1]!]!;
	const c = place[indices[t * 3 + 2]!]!;
	const first = a <= b && a <= c ? 0 : b <= c ? 1 : 2;
	out[t * 3] = first === 0 ? a : first === 1 ? b : c;
	out[t * 3 + 1] = first === 0 ? b : first === 1 ? c : a;
	out[t * 3 + 2] = first === 0 ? c : first === 1 ? a : b;
}
