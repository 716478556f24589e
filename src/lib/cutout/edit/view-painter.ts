import { fitInside, type Raster } from '../raster';
import { adjustBox, edgeReach } from './adjust-box';
import { composeView } from './compose-view';
import { estimateEdgeColors, type EdgeColors } from './edge-colors';
import type { Adjustments } from './edits';
import { around, clip, isEmpty, type Box, type Mask } from './mask';
import type { View } from './messages';
import type { PhotoSource } from './photo-source';
import { sampleMask } from './sample-mask';

/** Longest side at which edge colors are estimated, pixels: as for the automatic cut-out. */
const COLOR_SIDE = 512;
/** Rest after the last change before edge colors are estimated anew, milliseconds. */
const COLOR_REST = 350;

/** Draws the part of the cut-out that is in view, as little of it as changed. */
export class ViewPainter {
	adjustments: Adjustments;
	/** While true, edge colors are left as they are, so that a stroke never waits for them. */
	painting = false;
	#view: View | null = null;
	#photo: Raster | null = null;
	#dirty: Box | null = null;
	#frame = false;
	#colors: EdgeColors | null = null;
	#small: Raster | null = null;
	#rest: ReturnType<typeof setTimeout> | undefined;
	#pen: OffscreenCanvasRenderingContext2D | null;

	constructor(
		private readonly canvas: OffscreenCanvas,
		private readonly photo: PhotoSource,
		private readonly mask: Mask,
		adjustments: Adjustments
	) {
		this.adjustments = adjustments;
		this.#pen = canvas.getContext('2d', { alpha: false });
		this.#refreshColors();
	}

	show(view: View): void {
		const before = this.#view;
		const moved =
			!before ||
			before.left !== view.left ||
			before.top !== view.top ||
			before.scale !== view.scale ||
			before.width !== view.width ||
			before.height !== view.height;
		this.#view = view;
		if (moved) this.#photo = null;
		this.#demand({ left: 0, top: 0, right: view.width, bottom: view.height });
	}

	/** Something changed in this box of the photo. */
	change(box: Box): void {
		clearTimeout(this.#rest);
		this.#rest = setTimeout(() => this.#refreshColors(), COLOR_REST);
		if (!this.#view) return;
		const { left, top, scale } = this.#view;
		const reach = edgeReach(this.adjustments) + 1;
		this.#demand({
			left: (box.left - reach - left) * scale,
			top: (box.top - reach - top) * scale,
			right: (box.right + reach - left) * scale,
			bottom: (box.bottom + reach - top) * scale
		});
	}

	/** Edge colors of the mask as it is now. */
	estimateColors(): EdgeColors {
		const size = fitInside(this.photo, COLOR_SIDE);
		const small = (this.#small ??= this.photo.shrunk(size));
		const scale = size.width / this.photo.width;
		const box = { left: 0, top: 0, right: size.width, bottom: size.height };
		const sampled = { ...size, alpha: sampleMask(this.mask, { ...size, left: 0, top: 0, scale }) };
		const alpha = adjustBox(sampled, box, scaled(this.adjustments, scale));
		return estimateEdgeColors(
			small,
			Float32Array.from(alpha, (value) => value / 255)
		);
	}

	stop(): void {
		clearTimeout(this.#rest);
		this.#view = null;
	}

	#refreshColors(): void {
		if (this.painting) {
			this.#rest = setTimeout(() => this.#refreshColors(), COLOR_REST);
			return;
		}
		this.#colors = this.estimateColors();
		if (this.#view) this.show({ ...this.#view });
	}

	#demand(box: Box): void {
		this.#dirty = around(this.#dirty, box);
		if (this.#frame) return;
		this.#frame = true;
		requestAnimationFrame(() => {
			this.#frame = false;
			this.#draw();
		});
	}

	#draw(): void {
		const view = this.#view;
		const dirty = view && this.#dirty && clip(this.#dirty, view);
		this.#dirty = null;
		if (!view || !dirty || isEmpty(dirty) || !this.#pen) return;
		if (this.canvas.width !== view.width || this.canvas.height !== view.height) {
			this.canvas.width = view.width;
			this.canvas.height = view.height;
		}
		this.#photo ??= this.photo.view(view);
		const part = cut(this.#photo, dirty);
		const at = {
			width: part.width,
			height: part.height,
			x: dirty.left,
			y: dirty.top,
			left: view.left + dirty.left / view.scale,
			top: view.top + dirty.top / view.scale,
			scale: view.scale
		};
		const { halo } = this.adjustments;
		composeView(part, this.#alpha(at), at, this.photo, this.#colors, { ...view, halo });
		this.#pen.putImageData(part, dirty.left, dirty.top);
	}

	/** The treated mask in a part of the view: at the photo's size when enlarged, at the view's when made smaller. */
	#alpha(at: { left: number; top: number; width: number; height: number; scale: number }) {
		const { left, top, width, height, scale } = at;
		const reach = edgeReach(this.adjustments);
		if (reach === 0) return sampleMask(this.mask, at);
		if (scale >= 1) {
			const box = clip(
				{ left, top, right: left + width / scale + 1, bottom: top + height / scale + 1 },
				this.mask
			);
			if (isEmpty(box)) return new Uint8Array(width * height);
			const alpha = adjustBox(this.mask, box, this.adjustments);
			const region = { width: box.right - box.left, height: box.bottom - box.top, alpha };
			return sampleMask(region, { ...at, left: left - box.left, top: top - box.top });
		}
		const margin = Math.ceil(reach * scale) + 1;
		const wide = { width: width + 2 * margin, height: height + 2 * margin };
		const corner = { left: left - margin / scale, top: top - margin / scale };
		const sampled = { ...wide, alpha: sampleMask(this.mask, { ...at, ...wide, ...corner }) };
		const inner = { left: margin, top: margin, right: margin + width, bottom: margin + height };
		return adjustBox(sampled, inner, scaled(this.adjustments, scale));
	}
}

const scaled = ({ shift, feather }: Adjustments, scale: number) => ({
	shift: shift * scale,
	feather: feather * scale
});

function cut({ data, width }: Raster, { left, top, right, bottom }: Box): ImageData {
	const out = new ImageData(right - left, bottom - top);
	for (let y = top; y < bottom; y++) {
		const row = data.subarray((y * width + left) * 4, (y * width + right) * 4);
		out.data.set(row, (y - top) * out.width * 4);
	}
	return out;
}
