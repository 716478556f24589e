import { askTree } from './ask-tree';
import { findPieces } from './find-pieces';
import { boundsOf, type Bounds, type Surface } from './surface';
import { buildTriangleTree } from './triangle-tree';

/** A piece is dust when it is smaller than this share of the model's diagonal, */
const SMALL = 0.015;
/** and stands further from the rest than this many times its own size. */
const FAR = 1;
/** Where dust is more than this share of the triangles it is what the model is made of: confetti, gravel, a soup. */
const MOST = 0.05;

/**
 * Leaves out small pieces that float beside the model, as scans and generators leave them.
 *
 * @param place made by `placeIds`.
 */
export function dropFloaters(
	surface: Surface,
	place: Uint32Array
): { surface: Surface; pieces: number; triangles: number } {
	const { indices, positions } = surface;
	const untouched = { surface, pieces: 0, triangles: 0 };
	const { piece_of, pieces } = findPieces(surface, place);
	if (pieces === 1) return untouched;
	const bounds = Array.from({ length: pieces }, EMPTY);
	const counts = new Uint32Array(pieces);
	for (let t = 0; t < piece_of.length; t++) {
		const { min, max } = bounds[piece_of[t]!]!;
		counts[piece_of[t]!]!++;
		for (let corner = t * 3; corner < t * 3 + 3; corner++) {
			for (let axis = 0; axis < 3; axis++) {
				const value = positions[indices[corner]! * 3 + axis]!;
				if (value < min[axis]!) min[axis] = value;
				if (value > max[axis]!) max[axis] = value;
			}
		}
	}
	const limit = diagonal(boundsOf(surface)) * SMALL;
	const small = [...bounds.entries()].filter(([, box]) => diagonal(box) < limit);
	const dust_triangles = small.reduce((sum, [piece]) => sum + counts[piece]!, 0);
	if (small.length === 0 || dust_triangles > (indices.length / 3) * MOST) return untouched;
	const dust = new Set(small.map(([piece]) => piece));
	for (const piece of piecesOfTheirOwn(surface, piece_of, dust)) dust.delete(piece);
	const ask = askTree(buildTriangleTree(surface, (t) => !dust.has(piece_of[t]!)));
	for (const [piece, { min, max }] of small) {
		const middle = [0, 1, 2].map((axis) => (min[axis]! + max[axis]!) / 2);
		const reach = diagonal({ min, max }) * (0.5 + FAR);
		const near = ask.nearest(middle[0]!, middle[1]!, middle[2]!, reach * reach);
		if (near.triangle >= 0) dust.delete(piece);
	}
	if (dust.size === 0) return untouched;
	const kept = indices.filter((_, i) => !dust.has(piece_of[Math.floor(i / 3)]!));
	return {
		surface: { ...surface, indices: kept },
		pieces: dust.size,
		triangles: (indices.length - kept.length) / 3
	};
}

/** Of small pieces those whose material nothing larger has: an author gave it to them, no scanner. */
function piecesOfTheirOwn({ indices, part_of }: Surface, piece_of: Uint32Array, dust: Set<number>) {
	const part_at = (triangle: number) => part_of[indices[triangle * 3]!]!;
	const large = new Set<number>();
	piece_of.forEach((piece, t) => !dust.has(piece) && large.add(part_at(t)));
	return new Set([...piece_of].filter((piece, t) => dust.has(piece) && !large.has(part_at(t))));
}

const EMPTY = (): Bounds => ({
	min: [Infinity, Infinity, Infinity],
	max: [-Infinity, -Infinity, -Infinity]
});

const diagonal = ({ min, max }: Bounds) =>
	Math.hypot(max[0] - min[0], max[1] - min[1], max[2] - min[2]);
