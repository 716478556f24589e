import {
	arc,
	band,
	both,
	box,
	circle,
	ellipse,
	join,
	line,
	without,
	type Distance
} from './distances';

/** A hair: from a point on the product outwards. Local units. */
export interface Strand {
	points: [number, number][];
	/** Width at the root; it tapers to a third. */
	width: number;
}

/** A flat product in local units: the frame's middle is 0, 0; u to the right, v down, about -1 to 1. */
export interface ProductShape {
	distance: Distance;
	/** Where it stands: the ground line and half its width there; null for what floats or lies. */
	foot: { v: number; half: number } | null;
	strands?: Strand[];
	/** How opaque it is, 0 to 1; default 1. */
	opacity?: (u: number, v: number) => number;
	/** Share of its own color that a pattern takes away, 0 to 1. */
	pattern?: (u: number, v: number) => number;
}

type Make = (random: () => number) => ProductShape;

/** Products by name; `random` varies their proportions. */
export const PRODUCTS = {
	ring: (random) => {
		const r = 0.6 + 0.1 * random();
		const thick = 0.05 + 0.09 * random();
		return {
			distance: join(
				band(ellipse(0, 0.1, r, r * (0.75 + 0.25 * random())), thick),
				circle(0, 0.1 - r, 0.16)
			),
			foot: null
		};
	},
	mug: (random) => {
		const wide = 0.42 + 0.12 * random();
		const handle = band(ellipse(wide + 0.1, 0.02, 0.26, 0.34), 0.06 + 0.03 * random());
		const body = box(-0.1, 0.05, wide, 0.66, 0.09);
		return {
			distance: join(body, both(handle, box(0.6, 0, 0.62, 1))),
			foot: { v: 0.71, half: wide },
			pattern: (u, v) => (Math.hypot(u + 0.1, v - 0.05) < 0.2 ? 0.4 : 0)
		};
	},
	bag: (random) => {
		const thin = 0.016 + 0.014 * random();
		const tall = 0.45 + 0.15 * random();
		return {
			distance: join(
				box(0, 0.35, 0.62, 0.42, 0.1),
				line(arc(-0.06, -0.04, 0.34, tall, 0.5, 1), thin),
				line(arc(0.08, -0.04, 0.36, tall + 0.14, 0.5, 1), thin)
			),
			foot: { v: 0.77, half: 0.6 },
			pattern: (u, v) => (Math.abs(v - 0.12) < 0.02 || Math.abs(u) < 0.015 ? 0.5 : 0)
		};
	},
	basket: (random) => {
		const holes: Distance[] = [];
		for (let row = 0; row < 2; row++)
			for (let i = -2; i <= 2; i++) holes.push(box(i * 0.21, 0.22 + row * 0.27, 0.06, 0.08, 0.03));
		const tall = 0.7 + 0.2 * random();
		return {
			distance: join(
				without(box(0, 0.36, 0.62, 0.34, 0.1), ...holes),
				line(arc(0, 0.05, 0.55, tall, 0.5, 1), 0.045)
			),
			foot: { v: 0.7, half: 0.58 }
		};
	},
	chair: (random) => {
		const slats = Array.from({ length: 3 }, (_, i) => box(0, -0.68 + i * 0.2, 0.4, 0.045, 0.02));
		const leg = 0.028 + 0.02 * random();
		return {
			distance: join(
				...slats,
				line(
					[
						[-0.4, -0.85],
						[-0.42, 0.1]
					],
					0.04
				),
				line(
					[
						[0.4, -0.85],
						[0.42, 0.1]
					],
					0.04
				),
				box(0, 0.12, 0.5, 0.07, 0.04),
				line(
					[
						[-0.42, 0.15],
						[-0.48, 0.85]
					],
					leg
				),
				line(
					[
						[0.42, 0.15],
						[0.48, 0.85]
					],
					leg
				),
				line(
					[
						[-0.28, 0.15],
						[-0.3, 0.68]
					],
					leg
				),
				line(
					[
						[0.28, 0.15],
						[0.3, 0.68]
					],
					leg
				)
			),
			foot: { v: 0.85, half: 0.5 }
		};
	},
	glasses: (random) => {
		const thick = 0.022 + 0.03 * random();
		return {
			distance: join(
				band(box(-0.45, 0, 0.33, 0.25, 0.16), thick),
				band(box(0.45, 0, 0.33, 0.25, 0.16), thick),
				line(arc(0, 0, 0.13, 0.08, 0.5, 1), thick),
				line(
					[
						[-0.8, -0.1],
						[-0.95, -0.2]
					],
					thick
				),
				line(
					[
						[0.8, -0.1],
						[0.95, -0.2]
					],
					thick
				)
			),
			foot: null
		};
	},
	scissors: (random) => ({
		distance: join(
			band(ellipse(-0.32, 0.55, 0.2, 0.27), 0.06),
			band(ellipse(0.32, 0.55, 0.2, 0.27), 0.06),
			line(
				[
					[-0.22, 0.3],
					[0.12, -0.9]
				],
				0.06 + 0.02 * random()
			),
			line(
				[
					[0.22, 0.3],
					[-0.12, -0.9]
				],
				0.06
			)
		),
		foot: null
	}),
	wheel: (random) => {
		const turn = random();
		const spokes = Array.from({ length: 9 }, (_, i) => {
			const angle = 2 * Math.PI * (turn + i / 9);
			return line(
				[
					[0, 0],
					[0.7 * Math.cos(angle), 0.7 * Math.sin(angle)]
				],
				0.011 + 0.006 * random()
			);
		});
		return {
			distance: join(band(circle(0, 0, 0.74), 0.07), circle(0, 0, 0.12), ...spokes),
			foot: { v: 0.81, half: 0.15 }
		};
	},
	bottle: (random) => {
		const wide = 0.26 + 0.06 * random();
		return {
			distance: join(box(0, 0.2, wide, 0.62, 0.1), box(0, -0.62, 0.1, 0.3, 0.03)),
			foot: { v: 0.82, half: wide },
			opacity: (_, v) => (v > 0.0 && v < 0.5 ? 1 : v < -0.7 ? 1 : 0.62),
			pattern: (u, v) => (v > 0 && v < 0.5 ? 0.5 * (Math.abs(u) < 0.14 ? 1 : 0.3) : 0)
		};
	},
	shoe: () => ({
		distance: join(
			ellipse(0.15, 0.2, 0.72, 0.3),
			both(box(-0.38, 0, 0.3, 0.5, 0.1), ellipse(-0.4, 0.1, 0.45, 0.6)),
			box(0.08, 0.43, 0.8, 0.09, 0.07)
		),
		foot: { v: 0.52, half: 0.78 },
		pattern: (u, v) =>
			v > 0.36 ? 0.5 : Math.abs(u * 5 - Math.round(u * 5)) < 0.08 && v < 0.2 ? 0.35 : 0
	}),
	lamp: (random) => ({
		distance: join(
			both(ellipse(0, -0.2, 0.6, 0.62), box(0, -0.55, 0.6, 0.3)),
			line(
				[
					[0, -0.3],
					[0, 0.75]
				],
				0.02 + 0.015 * random()
			),
			box(0, 0.78, 0.34, 0.05, 0.03)
		),
		foot: { v: 0.83, half: 0.34 }
	}),
	plant: (random) => {
		const leaves = Array.from({ length: 9 }, (_, i) => {
			const angle = -Math.PI * (0.12 + (0.76 * i) / 8 + 0.05 * random());
			const far = 0.55 + 0.3 * random();
			const [cu, cv] = [far * Math.cos(angle) * 0.6, 0.15 + far * Math.sin(angle) * 0.75];
			const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
			const leaf = ellipse(0, 0, 0.3, 0.085);
			const blade: Distance = (u, v) =>
				leaf((u - cu) * cos + (v - cv) * sin, -(u - cu) * sin + (v - cv) * cos);
			return join(
				blade,
				line(
					[
						[0, 0.25],
						[cu, cv]
					],
					0.012
				)
			);
		});
		return {
			distance: join(...leaves, both(ellipse(0, 0.2, 0.36, 0.66), box(0, 0.52, 0.36, 0.3, 0.05))),
			foot: { v: 0.8, half: 0.25 }
		};
	},
	plush: (random) => ({
		distance: join(
			circle(0, -0.3, 0.36),
			ellipse(0, 0.35, 0.44, 0.42),
			circle(-0.28, -0.6, 0.13),
			circle(0.28, -0.6, 0.13)
		),
		foot: { v: 0.77, half: 0.35 },
		strands: Array.from({ length: 260 }, (_, i) => {
			const angle = 2 * Math.PI * random();
			const head = i % 2 === 0;
			const [cu, cv, r] = head ? [0, -0.3, 0.35] : [0, 0.35, 0.41];
			return strand(cu, cv, r, angle, 0.07 + 0.09 * random(), 0.006 + 0.006 * random(), random);
		})
	}),
	brush: (random) => ({
		distance: join(box(0, 0.48, 0.09, 0.44, 0.06), box(0, -0.02, 0.24, 0.12, 0.03)),
		foot: null,
		strands: Array.from({ length: 150 }, () => {
			const u = -0.22 + 0.44 * random();
			const sway = (random() - 0.5) * 0.16;
			return {
				points: Array.from({ length: 6 }, (_, k): [number, number] => [
					u + (u * 0.5 + sway) * (k / 5) ** 2,
					-0.12 - 0.62 * (k / 5) * (0.8 + 0.2 * random())
				]),
				width: 0.012 + 0.008 * random()
			};
		})
	}),
	carton: (random) => ({
		distance: box(0, 0.05, 0.5 + 0.15 * random(), 0.6 + 0.15 * random(), 0.02),
		foot: { v: 0.72, half: 0.5 }
	}),
	vase: (random) => ({
		distance: join(
			ellipse(0, 0.25, 0.42 + 0.08 * random(), 0.5),
			box(0, -0.4, 0.14, 0.4, 0.05),
			ellipse(0, -0.78, 0.24, 0.06)
		),
		foot: { v: 0.74, half: 0.3 }
	}),
	cushion: (random) => {
		const turn = random();
		return {
			distance: box(0, 0.02, 0.75, 0.62, 0.2),
			foot: { v: 0.63, half: 0.6 },
			// Stripes nearly as light as a studio backdrop.
			pattern: (u, v) => (Math.sin(14 * (u * turn + v * (1 - turn))) > 0.3 ? -1 : 0)
		};
	},
	headphones: (random) => ({
		distance: join(
			line(arc(0, 0.1, 0.6, 0.8, 0.52, 0.98), 0.05 + 0.02 * random()),
			box(-0.58, 0.3, 0.15, 0.28, 0.12),
			box(0.58, 0.3, 0.15, 0.28, 0.12)
		),
		foot: { v: 0.58, half: 0.7 }
	}),
	watch: (random) => ({
		distance: join(
			circle(0, 0, 0.38),
			box(0, -0.6, 0.2, 0.34, 0.06),
			band(ellipse(0, 0.62, 0.2, 0.34), 0.06 + 0.02 * random())
		),
		foot: null,
		pattern: (u, v) => (Math.hypot(u, v) < 0.3 ? -0.7 : 0)
	})
} satisfies Record<string, Make>;

export type ProductName = keyof typeof PRODUCTS;

function strand(
	cu: number,
	cv: number,
	radius: number,
	angle: number,
	length: number,
	width: number,
	random: () => number
): Strand {
	const bend = (random() - 0.5) * 1.2;
	const points: [number, number][] = [];
	for (let k = 0; k <= 5; k++) {
		const r = radius + (length * k) / 5;
		const turned = angle + bend * (k / 5) ** 2 * length;
		points.push([cu + r * Math.cos(turned), cv + r * Math.sin(turned)]);
	}
	return { points, width };
}
