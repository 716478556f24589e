import { readAppearance } from '../../src/lib/optimize/appearance';
import { askTree, type TreeQuestions } from '../../src/lib/optimize/ask-tree';
import { checkGlb } from '../../src/lib/optimize/check-glb';
import { compareViews, type Likeness } from '../../src/lib/optimize/compare-views';
import { drawViews, type View } from '../../src/lib/optimize/draw-views';
import { mendSurface } from '../../src/lib/optimize/mend-surface';
import { frameOf, type Frame } from '../../src/lib/optimize/rasterize';
import { readModel } from '../../src/lib/optimize/read-model';
import { removeHidden } from '../../src/lib/optimize/remove-hidden';
import { countTriangles, type Surface } from '../../src/lib/optimize/surface';
import { surfaceDistance } from '../../src/lib/optimize/surface-distance';
import { withLookTangents } from '../../src/lib/optimize/tangent-space';
import { buildTriangleTree } from '../../src/lib/optimize/triangle-tree';
import { sharpImageEncoder } from '../../scripts/optimize/sharp-image-encoder';
import { validateGltf } from '../../tests/fixtures/validate-gltf';

/** Side of the pictures, pixels, drawn at twice that. */
const PICTURE = 512;

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
	const { surface, looks } = await open(glb, 'remove');
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
		opened = await open(glb, 'keep');
	} catch {
		return null;
	}
	const { document, surface, looks } = opened;
	const { frame, views, visible, ask_visible } = reference;
	const there = surfaceDistance(surface, ask_visible);
	const back = surfaceDistance(visible, askTree(buildTriangleTree(surface)));
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

async function open(glb: Blob, floaters: 'remove' | 'keep') {
	const { document, surface: raw } = await readModel(await checkGlb(glb));
	const { surface } = await mendSurface(raw, floaters);
	const looks = await readAppearance(document, surface, sharpImageEncoder, 4096);
	return { document, surface: await withLookTangents(surface, looks), looks };
}
