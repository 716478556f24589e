import type { Look } from './appearance';
import { askOnCpu, LookNumber, PointNumber } from './ask-looks';
import { askOnGpu, type GpuUse } from './ask-on-gpu';
import { BakeCanvas, type BakedTextures } from './bake-canvas';
import type { LayoutPlan } from './layout-plan';
import { faceFrame } from './sample-look';
import { offsetOf, trianglesOf, type Surface } from './surface';
import { buildTriangleTree, type TriangleTree } from './triangle-tree';

export interface BakeOptions {
	/** Default `where_fast`: no GPU that is a program on the CPU. */
	gpu?: GpuUse;
	onprogress?: (fraction: number) => void;
}

export interface Bake extends BakedTextures {
	/** A GPU was asked and did not do it all, for want of memory or because it was lost: the CPU did. */
	gpu_failed: boolean;
}

/** From here up, one sample per texel would miss what stands between: four are averaged. */
const SUPERSAMPLE_FROM = 1.4;
/** Points asked about at once: enough for every core of a GPU, little enough for no driver to think that it hangs. */
const BATCH = 1 << 17;

/**
 * Paints the textures of a freshly unwrapped surface: each texel takes on what its own parts of the source are like in
 * their nearest point that faces the same way, colors, alpha, roughness, metalness, occlusion, emission, normal, grain. On
 * the GPU where there is one.
 *
 * @param target the parts that stay, which are left alone, and then the painted ones with NORMAL, TANGENT and TEXCOORD_0.
 * @param size of the textures, pixels.
 */
export async function bakeTextures(
	source: Surface,
	looks: Look[],
	target: Surface,
	{ kept, painted }: LayoutPlan,
	{ width, height }: { width: number; height: number },
	{ gpu = 'where_fast', onprogress }: BakeOptions = {}
): Promise<Bake> {
	const asked = painted.flat().map((part) => looks[part]!);
	const canvas = new BakeCanvas(width, height, {
		alpha: asked.some(({ opaque }) => !opaque),
		grain: asked.some(({ grained }) => grained)
	});
	const normal_at = offsetOf(target, 'NORMAL');
	const uv_at = offsetOf(target, 'TEXCOORD_0');
	const tangent_at = offsetOf(target, 'TANGENT');
	const { indices, positions, attributes, stride, part_of } = target;
	const uv = new Float64Array(6);
	const axes = new Float64Array(10);

	// A row of texels may come on top of a batch.
	const room = BATCH + width * 4;
	const points = new Float32Array(room * PointNumber.COUNT);
	const frames = new Float32Array(room * 6);
	const texels = new Uint32Array(room);
	const weights = new Float32Array(room);
	let count = 0;
	const flush = async (asker: Asker) => {
		if (count === 0) return;
		const answers = await asker.ask(points, count);
		for (let i = 0; i < count; i++) {
			const at = i * LookNumber.COUNT;
			if (answers[at + LookNumber.FOUND] === 0) continue;
			const facing_at = i * PointNumber.COUNT + PointNumber.FACING;
			canvas.add(texels[i]!, answers, at, weights[i]!, frames, i * 6, points, facing_at);
		}
		count = 0;
	};

	const total = indices.length / 3;
	let done = 0;
	let gpu_failed = false;
	for (const [group, parts] of painted.entries()) {
		const part = kept.length + group;
		const own = trianglesOf(source, (one) => parts.includes(one));
		const asker = await openAsker(own, looks, buildTriangleTree(own), gpu);
		const spacing = texelSpacing(own, looks);
		for (let t = 0; t < total; t++) {
			const i = indices[t * 3]!;
			if (part_of[i] !== part) continue;
			if ((done++ & 0x3ff) === 0) onprogress?.((done / total) * 0.9);
			const j = indices[t * 3 + 1]!;
			const k = indices[t * 3 + 2]!;
			[i, j, k].forEach((vertex, corner) => {
				uv[corner * 2] = attributes[vertex * stride + uv_at]!;
				uv[corner * 2 + 1] = attributes[vertex * stride + uv_at + 1]!;
			});
			const density = faceFrame(positions, indices, t, uv, axes) * Math.sqrt(width * height);
			if (!(density > 0)) continue;
			const footprint = 1 / density;
			const grid = footprint > spacing * SUPERSAMPLE_FROM ? 2 : 1;
			const sign = attributes[i * stride + tangent_at + 3]!;
			const paint = (x: number, y: number, b: number, c: number, weight: number) => {
				const a = 1 - b - c;
				const mix = (values: Float32Array, step: number, at: number) =>
					a * values[i * step + at]! + b * values[j * step + at]! + c * values[k * step + at]!;
				const nx = mix(attributes, stride, normal_at);
				const ny = mix(attributes, stride, normal_at + 1);
				const nz = mix(attributes, stride, normal_at + 2);
				const scale = 1 / (Math.sqrt(nx * nx + ny * ny + nz * nz) || 1);
				const tx = mix(attributes, stride, tangent_at);
				const ty = mix(attributes, stride, tangent_at + 1);
				const tz = mix(attributes, stride, tangent_at + 2);
				const point = count * PointNumber.COUNT;
				for (let axis = 0; axis < 3; axis++) points[point + axis] = mix(positions, 3, axis);
				points[point + 3] = nx * scale;
				points[point + 4] = ny * scale;
				points[point + 5] = nz * scale;
				points[point + PointNumber.FOOTPRINT] = footprint / grid;
				const frame = count * 6;
				frames[frame] = tx;
				frames[frame + 1] = ty;
				frames[frame + 2] = tz;
				frames[frame + 3] = (ny * tz - nz * ty) * scale * sign;
				frames[frame + 4] = (nz * tx - nx * tz) * scale * sign;
				frames[frame + 5] = (nx * ty - ny * tx) * scale * sign;
				texels[count] = y * width + x;
				weights[count++] = weight;
			};
			const ys = [uv[1]! * height, uv[3]! * height, uv[5]! * height];
			const last = Math.min(height - 1, Math.floor(Math.max(...ys) + 0.5));
			for (let y = Math.max(0, Math.floor(Math.min(...ys) - 0.5)); y <= last; y++) {
				eachTexelOfRow(uv, width, height, grid, y, paint);
				if (count >= BATCH) await flush(asker);
			}
		}
		await flush(asker);
		asker.close();
		gpu_failed ||= asker.gpu_failed();
	}
	const baked = canvas.finish();
	onprogress?.(1);
	return { ...baked, gpu_failed };
}

interface Asker {
	ask: (points: Float32Array<ArrayBuffer>, count: number) => Promise<Float32Array>;
	close: () => void;
	gpu_failed: () => boolean;
}

/** Asks the GPU as long as it answers, then the CPU. */
async function openAsker(
	source: Surface,
	looks: Look[],
	tree: TriangleTree,
	use: GpuUse
): Promise<Asker> {
	const on_cpu = askOnCpu(source, looks, tree);
	let gpu_failed = false;
	const failed = () => {
		gpu_failed = true;
		return null;
	};
	let on_gpu = await askOnGpu(source, looks, tree, use).catch(failed);
	return {
		async ask(points, count) {
			const answers = await on_gpu?.ask(points, count).catch(failed);
			if (answers) return answers;
			on_gpu?.close();
			on_gpu = null;
			return on_cpu(points, count);
		},
		close: () => on_gpu?.close(),
		gpu_failed: () => gpu_failed
	};
}

/**
 * Calls for the texels of a triangle in one row: those whose middle it covers, and with a small weight those it only
 * touches, so that its rim is painted too. `grid` squared samples per texel.
 */
function eachTexelOfRow(
	uv: Float64Array,
	width: number,
	height: number,
	grid: number,
	y: number,
	paint: (x: number, y: number, b: number, c: number, weight: number) => void
): void {
	const [ax, ay] = [uv[0]! * width, uv[1]! * height];
	const [bx, by] = [uv[2]! * width - ax, uv[3]! * height - ay];
	const [cx, cy] = [uv[4]! * width - ax, uv[5]! * height - ay];
	const area = bx * cy - cx * by;
	if (area === 0) return;
	const x0 = Math.max(0, Math.floor(ax + Math.min(0, bx, cx) - 0.5));
	const x1 = Math.min(width - 1, Math.floor(ax + Math.max(0, bx, cx) + 0.5));
	const inverse = 1 / area;
	for (let x = x0; x <= x1; x++) {
		for (let s = 0; s < grid * grid; s++) {
			const px = x + ((s % grid) + 0.5) / grid - ax;
			const py = y + (Math.floor(s / grid) + 0.5) / grid - ay;
			let b = (px * cy - cx * py) * inverse;
			let c = (bx * py - px * by) * inverse;
			const a = 1 - b - c;
			if (a >= 0 && b >= 0 && c >= 0) paint(x, y, b, c, 1);
			else if (grid === 1) {
				// The nearest point of the triangle, if it is within the texel.
				b = Math.max(0, b);
				c = Math.max(0, c);
				if (b + c > 1) {
					const sum = b + c;
					b /= sum;
					c /= sum;
				}
				const dx = Math.abs(b * bx + c * cx - px);
				const dy = Math.abs(b * by + c * cy - py);
				if (dx <= 0.75 && dy <= 0.75) paint(x, y, b, c, RIM);
			}
		}
	}
}

/** A texel that a triangle only touches counts for so much, so that one it covers wins. */
const RIM = 1e-3;

/** The length one source texel covers: the median over a thousand triangles, 0 without textures. */
function texelSpacing(source: Surface, looks: Look[]): number {
	const { indices, positions, attributes, stride, part_of } = source;
	const total = indices.length / 3;
	const step = Math.max(1, Math.floor(total / 1000));
	const found: number[] = [];
	const uv = new Float64Array(6);
	const frame = new Float64Array(10);
	for (let t = 0; t < total; t += step) {
		const look = looks[part_of[indices[t * 3]!]!];
		const use = look?.base ?? look?.normal ?? look?.metal_rough;
		const image = use?.mips[0];
		if (!use || !image) continue;
		for (let corner = 0; corner < 3; corner++) {
			const at = indices[t * 3 + corner]! * stride + use.offset;
			uv[corner * 2] = attributes[at]!;
			uv[corner * 2 + 1] = attributes[at + 1]!;
		}
		const density =
			faceFrame(positions, indices, t, uv, frame) * Math.sqrt(image.width * image.height);
		if (density > 0) found.push(1 / density);
	}
	return found.sort((a, b) => a - b)[found.length >> 1] ?? 0;
}
