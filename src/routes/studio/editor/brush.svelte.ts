/** The tool in hand, and how large and hard it is. */
export type Tool = 'keep' | 'erase' | 'hole' | 'move';
export const TOOLS: readonly Tool[] = ['keep', 'erase', 'hole', 'move'];

/** Diameter as it is seen, CSS pixels: zooming in paints finer. */
export const SIZES = { least: 2, most: 240 } as const;
/** A pen without pressure still paints with this share of the radius. */
const LIGHTEST = 0.25;

export class Brush {
	tool = $state<Tool>('erase');
	/** CSS pixels across. */
	size = $state(36);
	/** 0 to 1. */
	hardness = $state(0.8);

	/** Bigger (1) or smaller (-1), in steps that feel even. */
	step(sign: 1 | -1): void {
		const next = Math.round(this.size * (sign > 0 ? 1.2 : 1 / 1.2) + sign * 0.5);
		this.size = Math.min(SIZES.most, Math.max(SIZES.least, next));
	}

	/** Radius on the photo, its pixels. @param scale CSS pixels per photo pixel. @param pressure 0 to 1 */
	radius(scale: number, pressure: number): number {
		const share = LIGHTEST + (1 - LIGHTEST) * pressure;
		return Math.max(0.5, (this.size / 2 / scale) * share);
	}
}
