import type { CutoutNote } from '../artifacts';
import type { Raster, Size } from './raster';

/** What an engine makes of a picture: RGBA in, alpha out. Size of the alpha: the picture's. */
export interface Segmentation extends Size {
	/** 0 to 1, 1 = product. */
	alpha: Float32Array;
	/**
	 * `given`: the alpha is as soft as the engine wants it. `colors`: edges are only roughly placed; the refiner finds how
	 * transparent each edge pixel is by its color.
	 */
	edges: 'given' | 'colors';
	/** How sure the engine is, 0 to 1. */
	confidence: number;
	device: 'gpu' | 'cpu';
	notes: CutoutNote[];
}

/** Finds the product in a picture whose longer side is at most 1024 pixels. */
export type Engine = (picture: Raster) => Promise<Segmentation>;
