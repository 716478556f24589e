/** A closed surface. */
export interface Surface {
	/** x, y, z in pixels of the alpha image: x right, y up (0 at the image's top, so negative inside), z to the viewer. */
	positions: Float32Array;
	normals: Float32Array;
	indices: Uint32Array;
}

/** A closed surface of a front and a back sheet that meet along the rim, which both have points of their own for. */
export interface Solid extends Surface {
	/** Front points first; from here on points of the back sheet. */
	back_start: number;
}
