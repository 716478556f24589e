import type { Surface } from './surface';

/**
 * Per triangle the number of the connected piece it belongs to; corners in one place connect. Union-find.
 *
 * @param place made by `placeIds`.
 */
export function findPieces(
	{ indices }: Pick<Surface, 'indices'>,
	place: Uint32Array
): { piece_of: Uint32Array; pieces: number } {
	const parent = new Int32Array(place.length).fill(-1);
	let pieces = 0;
	const root = (vertex: number): number => {
		if (parent[vertex]! < 0) {
			pieces++;
			return (parent[vertex] = vertex);
		}
		let at = vertex;
		while (parent[at] !== at) at = parent[at] = parent[parent[at]!]!;
		return at;
	};
	for (let i = 0; i < indices.length; i += 3) {
		const a = root(place[indices[i]!]!);
		for (let corner = i + 1; corner < i + 3; corner++) {
			const other = root(place[indices[corner]!]!);
			if (other === a) continue;
			parent[other] = a;
			pieces--;
		}
	}
	const piece_of = new Uint32Array(indices.length / 3);
	if (pieces === 1) return { piece_of, pieces };
	const number = new Int32Array(place.length).fill(-1);
	let numbered = 0;
	for (let t = 0; t < piece_of.length; t++) {
		const own = root(place[indices[t * 3]!]!);
		if (number[own]! < 0) number[own] = numbered++;
		piece_of[t] = number[own]!;
	}
	return { piece_of, pieces };
}
