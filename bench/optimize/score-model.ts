import { readAppearance } from '../../src/lib/optimize/appearance';
import { askTree, type TreeQuestions } from '../../src/lib/optimize/ask-tree';
import { checkGlb } from '../../src/lib/optimize/check-glb';
import { compareViews, type Likeness } from '../../src/lib/optimize/compare-views';
import { drawViews, frameOf, type Frame, type View } from '../../src/lib/optimize/draw-views';
import { createGlbIo } from '../../src/lib/optimize/glb-io';
import { mendSurface } from '../../src/lib/optimize/mend-surface';
import { readModel } from '../../src/lib/optimize/read-model';
import { removeHidden } from '../../src/lib/optimize/remove-hidden';
import { countTriangles, type Surface } from '../../src/lib/optimize/surface';
import { withLookTangents } from '../../src/lib/optimize/tangent-space';
import { buildTriangleTree } from '../../src/lib/optimize/triangle-tree';
import { sharpImageEncoder } from '../../scripts/optimize/sharp-image-encoder';
import { validateGltf } from '../../tests/fixtures/validate-gltf';
import { seededRandom } from '../../tests/fixtures/models';

/** Side of the pictures, pixels, drawn at twice that. */
const PICTURE = 512;
/** Points per surface that distances are measured from. */
const POINTS = 20_000;

/** A model that others are measured against. */
export interface Reference {
	frame: Frame;
	views: View[];
	/** What can be seen of it: inner walls that were taken out are no error. */
	visible: Surface;
	ask_visible: TreeQuestions;
	triangles: number;
	warnings: number;
}

export interface Score extends Likeness {
	bytes: number;
	texture_bytes: number;
	triangles: number;
	/** Mean distance between the surfaces, both ways, as a share of the diagonal. */
	mean_distance: number;
	/** The largest distance, likewise. */
	hausdorff: number;
	validator_errors: number;
	/** Warnings that the source does not have. */
	new_warnings: number;
}

/** Draws the source once. */
export async function readReference(glb: Blob): Promise<Reference> {
	const { surface, looks } = await open(glb);
	const frame = frameOf(surface);
	const { warnings } = await validateGltf(glb);
	const visible = removeHidden(surface).surface;
	return {
		frame,
		views: drawViews(surface, looks, frame, PICTURE),
		visible,
		ask_visible: askTree(buildTriangleTree(visible)),
		triangles: countTriangles(surface),
		warnings: warnings.length
	};
}

/** Measures a file against its source; both stand in the same place. Null for a file without triangles. */
export async function scoreModel(reference: Reference, glb: Blob): Promise<Score | null> {
	let opened: Awaited<ReturnType<typeof open>>;
	try {
		opened = await open(glb);
	} catch {
		return null;
	}
	const { document, surface, looks } = opened;
	const { frame, views, visible, ask_visible } = reference;
	const there = distances(surface, ask_visible);
	const back = distances(visible, askTree(buildTriangleTree(surface)));
	const { errors, warnings } = await validateGltf(glb);
	return {
		bytes: glb.size,
		texture_bytes: document
			.getRoot()
			.listTextures()
			.reduce((sum, texture) => sum + (texture.getImage()?.byteLength ?? 0), 0),
		triangles: countTriangles(surface),
		mean_distance: (there.mean + back.mean) / 2 / (frame.radius * 2),
		hausdorff: Math.max(there.most, back.most) / (frame.radius * 2),
		...compareViews(views, drawViews(surface, looks, frame, PICTURE)),
		validator_errors: errors.length,
		new_warnings: Math.max(0, warnings.length - reference.warnings)
	};
}

async function open(glb: Blob) {
	const { document, surface: raw } = await readModel(await createGlbIo(), await checkGlb(glb));
	const { surface } = await mendSurface(raw);
	const looks = await readAppearance(document, surface, sharpImageEncoder, 4096);
	return { document, surface: await withLookTangents(surface, looks), looks };
}

/** From points spread evenly over one surface to the nearest of another. */
function distances(from: Surface, ask: TreeQuestions): { mean: number; most: number } {
	const { indices, positions } = from;
	const areas = new Float64Array(indices.length / 3);
	let total = 0;
	const corner = (t: number, i: number, axis: number) => positions[indices[t * 3 + i]! * 3 + axis]!;
	for (let t = 0; t < areas.length; t++) {
		const u = [0, 1, 2].map((axis) => corner(t, 1, axis) - corner(t, 0, axis));
		const v = [0, 1, 2].map((axis) => corner(t, 2, axis) - corner(t, 0, axis));
		total +=
			Math.hypot(
				u[1]! * v[2]! - u[2]! * v[1]!,
				u[2]! * v[0]! - u[0]! * v[2]!,
				u[0]! * v[1]! - u[1]! * v[0]!
			) / 2;
		areas[t] = total;
	}
	const random = seededRandom(1);
	let [sum, most, t] = [0, 0, 0];
	for (let i = 0; i < POINTS; i++) {
		const at = ((i + random()) / POINTS) * total;
		while (t < areas.length - 1 && areas[t]! < at) t++;
		let [b, c] = [random(), random()];
		if (b + c > 1) [b, c] = [1 - b, 1 - c];
		const point = [0, 1, 2].map(
			(axis) => (1 - b - c) * corner(t, 0, axis) + b * corner(t, 1, axis) + c * corner(t, 2, axis)
		);
		const distance = Math.sqrt(ask.nearest(point[0]!, point[1]!, point[2]!, Infinity).distance2);
		sum += distance;
		most = Math.max(most, distance);
	}
	return { mean: sum / POINTS, most };
}
