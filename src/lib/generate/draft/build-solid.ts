import { StageError, type AutomaticShape, type DraftReason, type Size } from '../../artifacts';
import { opaqueArea, sumAlpha, type Alpha, type SummedAlpha } from './alpha';
import { bendSolid } from './bend-solid';
import { closeSheets } from './close-sheets';
import {
	chooseConstruction,
	type Construction,
	type ConstructionName,
	type Hints
} from './constructions/choose-construction';
import { inflate } from './constructions/inflate';
import type { Upright } from './constructions/turn-body';
import { findAxis, type Axis } from './find-axis';
import { meshSilhouette, type PlaneMesh } from './mesh-silhouette';
import { DEFAULT_HEIGHT } from './place-surface';
import { refineFront, type DepthAt } from './refine-front';
import type { Solid } from './solid';
import { straighten, turnBack, turnTo, type Turn } from './straighten';
import { traceSilhouette, type Silhouette } from './trace-silhouette';

export interface SolidOptions {
	/** Cells along the longer side at first; more for thin parts, fewer where that many triangles are not allowed. */
	cells?: number;
	/** Most triangles of the whole surface. */
	max_triangles?: number;
	/** Fewest, as far as the outline allows. */
	min_triangles?: number;
	/** How the unseen depth is guessed; chosen by the outline if not given. */
	construction?: ConstructionName;
	/** What a turned shape turns around; estimated if not given. */
	axis?: Axis;
	/** How near each place of the alpha image is: refines soft shapes. */
	depthAt?: DepthAt;
	/** What is known of the real size, metres: it helps to choose. */
	size?: Partial<Size>;
}

type Limits = Required<Pick<SolidOptions, 'cells' | 'max_triangles' | 'min_triangles'>>;

export const SOLID_DEFAULTS: Limits = {
	cells: 352,
	max_triangles: 50_000,
	min_triangles: 2_000
};

/** The outline is traced finer while the grid loses more than this share of the product. */
const LOST = 0.004;
/** More than this share of the product not shown at all calls for another way to draw it. */
const MISSED = 0.3;
/** Bounds the work on silhouettes without end, such as lace. */
const MOST_NODES = 1_500_000;
const ATTEMPTS = 6;

export interface BuiltSolid extends Solid {
	construction: ConstructionName;
	reason: DraftReason;
	/** What the outline speaks for, whatever was asked for. */
	automatic: AutomaticShape;
	/** Whether the depth that was given fitted to the outline and shaped the front. */
	refined: boolean;
	/** What it turns around, or would, on the alpha image. */
	axis: Axis;
	/** How the solid's plane lies on the alpha image, where the product leaned and was put upright. */
	turn: Turn | null;
}

/**
 * Makes a closed surface of a product's silhouette. One that turns around an axis is put upright by it.
 *
 * @throws StageError `nothing_found` when nothing is opaque
 */
export function buildSolid(
	alpha: Alpha,
	options: SolidOptions = {},
	onprogress?: (fraction: number) => void
): BuiltSolid {
	const summed = sumAlpha(alpha);
	if (opaqueArea(summed, 0, 0, alpha.width, alpha.height) === 0) {
		throw new StageError('nothing_found');
	}
	const axis = options.axis ?? findAxis(summed);
	const given = options.axis !== undefined;
	let automatic: Construction | null = null;
	if (axis.tilt !== 0) {
		const upright = straighten(alpha, summed, axis.tilt);
		const [x] = turnTo(upright.turn, axis.x, alpha.height / 2);
		const outline = readOutline(upright.alpha, sumAlpha(upright.alpha), { x, given }, options);
		if (outline && (given || turns(outline.automatic))) automatic = outline.automatic;
		if (outline && options.construction !== 'extrude' && (given || turns(outline.chosen))) {
			const { depthAt } = options;
			const turned: DepthAt | undefined =
				depthAt && ((x, y) => depthAt(...turnBack(upright.turn, x, y)));
			const solid = shapeOutline(outline, { ...options, depthAt: turned }, onprogress);
			return { ...solid, ...told(outline, automatic, options), axis, turn: upright.turn };
		}
	}
	const outline = readOutline(alpha, summed, { x: axis.x, given }, options);
	if (!outline) throw new StageError('nothing_found');
	const solid = shapeOutline(outline, options, onprogress);
	return { ...solid, ...told(outline, automatic, options), axis, turn: null };
}

/** A silhouette that stands upright, drawn, and how it is to be made into a solid. */
interface Outline extends Fitted {
	alpha: Alpha;
	summed: SummedAlpha;
	limits: Limits;
	hints: Hints;
	/** What it speaks for. */
	automatic: Construction;
	/** The one asked for, else the automatic one. */
	chosen: Construction;
}

const turns = ({ name, reason }: Construction) => name === 'lathe' || reason === 'parts_stick_out';

/** @param automatic of the silhouette put upright, where that counts */
function told(
	{ chosen, ...outline }: Outline,
	automatic: Construction | null,
	options: SolidOptions
) {
	const { name, reason } = automatic ?? outline.automatic;
	return {
		construction: chosen.name,
		reason: options.construction ? ('asked_for' as const) : chosen.reason,
		automatic: { construction: name, reason }
	};
}

/** Null when nothing of it can be drawn. */
function readOutline(
	alpha: Alpha,
	summed: SummedAlpha,
	axis: Upright,
	options: SolidOptions
): Outline | null {
	const limits = { ...SOLID_DEFAULTS, ...options };
	let fitted = fitGrid(limits, (cell) => traceSilhouette(summed, cell), alpha);
	if (!fitted || fitted.silhouette.missed > MISSED) {
		// Too fine to be drawn thread by thread, such as a net: drawn as a closed sheet.
		const opaque = opaqueArea(summed, 0, 0, alpha.width, alpha.height);
		const threshold = opaque / (alpha.width * alpha.height) / 2;
		const sheet = fitGrid(limits, (cell) => traceSilhouette(summed, cell, threshold), alpha);
		fitted = sheet ?? fitted;
	}
	if (!fitted) return null;
	const hints = { axis, depth: depthInPixels(options.size, alpha) };
	const automatic = chooseConstruction(fitted.silhouette, hints);
	const chosen = options.construction
		? chooseConstruction(fitted.silhouette, hints, options.construction)
		: automatic;
	return { ...fitted, alpha, summed, limits, hints, automatic, chosen };
}

function shapeOutline(
	outline: Outline,
	{ depthAt }: SolidOptions,
	onprogress?: (fraction: number) => void
) {
	const { alpha, summed, limits, hints } = outline;
	const { name, solve } = outline.chosen;
	onprogress?.(0.3);
	let fitted: Fitted = outline;
	if (name === 'extrude' && countTriangles(fitted.mesh, true) > limits.max_triangles) {
		const { threshold } = fitted.silhouette;
		const trace = (cell: number) => traceSilhouette(summed, cell, threshold);
		fitted = fitGrid(limits, trace, alpha, true) ?? fitted;
	}
	const { silhouette, mesh } = fitted;
	const thickness = solve(silhouette, summed, hints, (share) => onprogress?.(0.3 + 0.5 * share));
	const refined =
		solve === inflate && depthAt ? refineFront(silhouette, thickness.heights, depthAt) : null;
	const solid = closeSheets(mesh, refined ? { rim: 0, heights: refined.heights } : thickness);
	if (refined) bendSolid(solid, silhouette, refined.middle);
	onprogress?.(1);
	return { ...solid, refined: refined !== null };
}

/** The known depth in the scale of the photo. */
function depthInPixels(size: Partial<Size> = {}, { width, height }: Alpha): number | undefined {
	if (!size.depth_m) return undefined;
	if (size.height_m) return (size.depth_m / size.height_m) * height;
	return size.width_m
		? (size.depth_m / size.width_m) * width
		: (size.depth_m / DEFAULT_HEIGHT) * height;
}

interface Fitted {
	silhouette: Silhouette;
	mesh: PlaneMesh;
}

/** Triangles of both sheets, and of the wall between them where they do not meet. */
function countTriangles({ nodes, triangles }: PlaneMesh, walled: boolean): number {
	const sheets = (triangles.length / 3) * 2;
	// The contour has as many edges as points, each with two triangles to the front and two to the back.
	return walled ? sheets + 4 * nodes.reduce((sum, node) => sum + (node < 0 ? 1 : 0), 0) : sheets;
}

/** Looks for the grid that keeps thin parts within the limits on triangles. */
function fitGrid(
	limits: Limits,
	trace: (cell: number) => Silhouette,
	{ width, height }: Alpha,
	walled = false
): Fitted | null {
	const longest = Math.max(width, height);
	const finest = Math.max(Math.sqrt((width * height) / MOST_NODES), longest / 4096, 1 / 64);
	// Below two pixels a cell shows the pixels' stairs rather than the product.
	let cell = Math.max(Math.min(longest / 96, Math.max(longest / limits.cells, 2)), finest);
	let best: Fitted | null = null;
	for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
		const silhouette = trace(cell);
		const mesh = meshSilhouette(silhouette);
		const triangles = countTriangles(mesh, walled);
		if (triangles > limits.max_triangles) {
			if (best) break;
			// Triangles grow with the contour's length in cells.
			cell *= Math.max(1.08, (triangles / limits.max_triangles) * 1.04);
			continue;
		}
		if (triangles > 0) best = { silhouette, mesh };
		const fine = triangles >= limits.min_triangles && silhouette.lost <= LOST;
		if (fine || cell <= finest) break;
		cell = Math.max(cell / (triangles * 2 < limits.min_triangles ? 2 : 1.4), finest);
	}
	return best;
}
