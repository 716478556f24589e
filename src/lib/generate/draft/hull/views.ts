import type { View } from '../../../artifacts';

export type Axis = 0 | 1 | 2;

/** An axis of the product, or its opposite: x right, y up, z to the front. */
export interface Direction {
	axis: Axis;
	sign: 1 | -1;
}

/** How a photo from a view shows the product; from above and below its front is toward the photo's edge nearest to it. */
export const VIEWS: Record<View, { right: Direction; down: Direction; toward: Direction }> = {
	front: {
		right: { axis: 0, sign: 1 },
		down: { axis: 1, sign: -1 },
		toward: { axis: 2, sign: 1 }
	},
	back: {
		right: { axis: 0, sign: -1 },
		down: { axis: 1, sign: -1 },
		toward: { axis: 2, sign: -1 }
	},
	right: {
		right: { axis: 2, sign: -1 },
		down: { axis: 1, sign: -1 },
		toward: { axis: 0, sign: 1 }
	},
	left: { right: { axis: 2, sign: 1 }, down: { axis: 1, sign: -1 }, toward: { axis: 0, sign: -1 } },
	top: { right: { axis: 0, sign: 1 }, down: { axis: 2, sign: 1 }, toward: { axis: 1, sign: 1 } },
	bottom: {
		right: { axis: 0, sign: 1 },
		down: { axis: 2, sign: -1 },
		toward: { axis: 1, sign: -1 }
	}
};

/** Whether photos from these views show the product along two axes at least, so that it can be carved. */
export function canCarve(views: View[]): boolean {
	return new Set(views.map((view) => VIEWS[view].toward.axis)).size > 1;
}

/**
 * The product's box by its photos: each is scaled so that they agree.
 *
 * @returns width, height, depth in pixels of the first photo
 */
export function measureBox(
	photos: { view: View; width: number; height: number }[]
): [number, number, number] {
	const box: [number, number, number] = [0, 0, 0];
	const [first] = photos;
	if (!first) return box;
	box[VIEWS[first.view].right.axis] = first.width;
	box[VIEWS[first.view].down.axis] = first.height;
	const missing = box.indexOf(0);
	const lengths = photos.flatMap(({ view, width, height }) => {
		const { right, down } = VIEWS[view];
		if (right.axis === missing) return [(width / height) * box[down.axis]];
		return down.axis === missing ? [(height / width) * box[right.axis]] : [];
	});
	if (lengths.length > 0) {
		box[missing] = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
	}
	return box;
}
