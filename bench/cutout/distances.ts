/** Signed distances to flat shapes, negative inside; after Quilez, https://iquilezles.org/articles/distfunctions2d/. */

export type Distance = (u: number, v: number) => number;

export const circle =
	(cu: number, cv: number, radius: number): Distance =>
	(u, v) =>
		Math.hypot(u - cu, v - cv) - radius;

/** Near enough for outlines: exact on the axes. */
export const ellipse =
	(cu: number, cv: number, ru: number, rv: number): Distance =>
	(u, v) => {
		const x = (u - cu) / ru;
		const y = (v - cv) / rv;
		const k = Math.hypot(x, y);
		const slope = Math.hypot(x / ru, y / rv);
		return slope < 1e-9 ? -Math.min(ru, rv) : (k * (k - 1)) / slope;
	};

export const box =
	(cu: number, cv: number, hu: number, hv: number, round = 0): Distance =>
	(u, v) => {
		const x = Math.abs(u - cu) - hu + round;
		const y = Math.abs(v - cv) - hv + round;
		return Math.hypot(Math.max(x, 0), Math.max(y, 0)) + Math.min(Math.max(x, y), 0) - round;
	};

/** A line of round ends through the points. */
export const line = (points: [u: number, v: number][], half: number): Distance => {
	const parts = points.slice(1).map((end, i) => ({ start: points[i] ?? end, end }));
	return (u, v) => {
		let least = Infinity;
		for (const { start, end } of parts) {
			const du = end[0] - start[0];
			const dv = end[1] - start[1];
			const along = ((u - start[0]) * du + (v - start[1]) * dv) / (du * du + dv * dv + 1e-12);
			const t = Math.min(1, Math.max(0, along));
			least = Math.min(least, Math.hypot(u - start[0] - t * du, v - start[1] - t * dv));
		}
		return least - half;
	};
};

/** The outline of a shape as a band. */
export const band =
	(shape: Distance, half: number): Distance =>
	(u, v) =>
		Math.abs(shape(u, v)) - half;

export const join =
	(...shapes: Distance[]): Distance =>
	(u, v) => {
		let least = Infinity;
		for (const shape of shapes) least = Math.min(least, shape(u, v));
		return least;
	};

export const without =
	(shape: Distance, ...cut: Distance[]): Distance =>
	(u, v) => {
		let most = shape(u, v);
		for (const other of cut) most = Math.max(most, -other(u, v));
		return most;
	};

export const both =
	(p: Distance, q: Distance): Distance =>
	(u, v) =>
		Math.max(p(u, v), q(u, v));

/** Points of an arc, angles in turns, clockwise from the right. */
export function arc(
	cu: number,
	cv: number,
	ru: number,
	rv: number,
	from: number,
	to: number,
	steps = 24
): [number, number][] {
	return Array.from({ length: steps + 1 }, (_, i) => {
		const angle = 2 * Math.PI * (from + ((to - from) * i) / steps);
		return [cu + ru * Math.cos(angle), cv + rv * Math.sin(angle)];
	});
}
