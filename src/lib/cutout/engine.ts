import type { CutoutNote } from '../artifacts';
import type { Raster, Size } from './raster';

/** What an engine makes of a picture: RGBA in, alpha out. Size of the alpha: the picture's. */
export interface Segmentation extends Size {
	/** 0 to 1, 1 = product. */
	alpha: Float32Array;
	/**
	 * `colors`: 1 and 0 are sure; in the band between, the refiner finds how transparent each pixel is by its color. `given`: a
	 * network's mask, soft and a little off, whose band the refiner finds itself. `exact`: nothing is to be refined.
	 */
	edges: 'colors' | 'given' | 'exact';
	/** How sure the engine is, 0 to 1. */
	confidence: number;
	device: 'gpu' | 'cpu';
	notes: CutoutNote[];
	/** What the network's run took, seconds; absent without one. */
	infer_seconds?: number;
}

/** Finds the product in a picture whose longer side is at most 1024 pixels. */
export type Engine = (picture: Raster) => Promise<Segmentation>;
