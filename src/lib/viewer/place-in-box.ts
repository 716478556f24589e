import type { ModelPin } from '../../../worker/contract';
import type { Triple } from './pick-point';

/** A model's lowest and highest corner, metres. */
export interface ModelBox {
	min: Readonly<Triple>;
	max: Readonly<Triple>;
}

/** A pin in shares of a model's box, 0 to 1 from its lowest corner, as one in metres. */
export function fromBox<P extends ModelPin>(pin: P, { min, max }: ModelBox): P {
	return moved(pin, (share, axis) => min[axis] + share * (max[axis] - min[axis]));
}

/** A pin in metres as one in shares of the model's box. Along an axis without any length it is in the middle. */
export function toBox<P extends ModelPin>(pin: P, { min, max }: ModelBox): P {
	return moved(pin, (metres, axis) => {
		const length = max[axis] - min[axis];
		return length > 0 ? (metres - min[axis]) / length : 0.5;
	});
}

function moved<P extends ModelPin>(pin: P, along: (value: number, axis: 0 | 1 | 2) => number): P {
	const place = ([x, y, z]: Readonly<Triple>): Triple => [along(x, 0), along(y, 1), along(z, 2)];
	const { position, view } = pin;
	return { ...pin, position: place(position), view: { ...view, target: place(view.target) } };
}
