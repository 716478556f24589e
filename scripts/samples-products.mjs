// The sample products: for each its shape (signed distance, centimetres, standing on y = 0, front toward +z)
// and its surface at a point (albedo in linear light, roughness, reflectance at normal incidence).
import {
	curveDistance,
	fleck,
	noise,
	roundBox,
	smoothCurve,
	smoothstep,
	smoothUnion,
	taperedRod
} from './samples-shapes.mjs';
import { letters } from './samples-lettering.mjs';

/**
 * @typedef {{ r: number, g: number, b: number, roughness: number, reflectance: number, bump: number }} Surface
 * @typedef {{ distance: (x: number, y: number, z: number) => number, surface: (x: number, y: number, z: number, out: Surface) => void, bounds: number[], grain: number }} Product
 */

const paint = (out, [r, g, b], roughness, reflectance) => {
	out.r = r;
	out.g = g;
	out.b = b;
	out.roughness = roughness;
	out.reflectance = reflectance;
};
const blend = (out, [r, g, b], amount) => {
	out.r += (r - out.r) * amount;
	out.g += (g - out.g) * amount;
	out.b += (b - out.b) * amount;
};
const scale = (out, factor) => {
	out.r *= factor;
	out.g *= factor;
	out.b *= factor;
};

/** A wheel-thrown mug: raw clay foot, dipped in a blue-green glaze that breaks brown at the rim. */
export function mug() {
	const outline = [
		[-3, 0.42],
		[1.5, 0.42],
		[2.5, 0.4],
		[2.75, 0.05],
		[3.05, 0.02],
		[3.3, 0.32],
		[3.75, 1.1],
		[4.12, 2.4],
		[4.22, 4],
		[4.18, 6],
		[4.1, 8],
		[4.12, 9.2],
		[4.02, 9.42],
		[3.86, 9.36],
		[3.74, 8.8],
		[3.72, 6.5],
		[3.78, 4],
		[3.62, 2.2],
		[3.1, 1.25],
		[2.2, 0.98],
		[1, 0.92],
		[-3, 0.92]
	];
	const body = curveDistance(smoothCurve(outline, true), { closed: true, margin: 1.2, cell: 0.03 });
	const ear = [
		[4.1, 7.75],
		[5.2, 8.15],
		[6.5, 7.9],
		[7.15, 6.6],
		[7.0, 5],
		[6.2, 3.7],
		[5.1, 2.9],
		[4.05, 2.5]
	];
	const spine = curveDistance(smoothCurve(ear, false), { closed: false, margin: 1.6, cell: 0.03 });
	const glazeLine = (x, y, z) => {
		const angle = Math.atan2(z, x);
		return 3.1 + 0.22 * Math.sin(angle * 2 + 0.7) + 0.5 * (noise(x * 0.55, 3, z * 0.55) - 0.5);
	};
	return {
		bounds: [-4.5, 0, -4.5, 7.9, 9.6, 4.5],
		grain: 0.02,
		distance(x, y, z) {
			const radius = Math.sqrt(x * x + z * z);
			let shell = body(radius, y);
			if (shell < 0.15) {
				shell += 0.01 * Math.sin(y * 5.2 + 0.4 * Math.sin(y * 1.7)) * smoothstep(3.4, 4, radius);
			}
			if (x < 2) return shell;
			const across = Math.max(spine(x, y) - 0.12, 0);
			const along = Math.max(Math.abs(z) - 0.5, 0);
			const strap = Math.sqrt(across * across + along * along) - 0.3;
			return smoothUnion(shell, Math.max(strap, 3.93 - radius), 0.55);
		},
		surface(x, y, z, out) {
			const radius = Math.sqrt(x * x + z * z);
			const inside = y > 0.85 && radius < Math.min(3.9, 3.32 + 0.35 * (y - 1));
			const line = inside ? -1 : glazeLine(x, y, z);
			const cloud = noise(x * 0.5, y * 0.5, z * 0.5);
			out.bump = 0;
			if (y < line) {
				paint(out, [0.3, 0.195, 0.125], 0.75, 0.02);
				scale(out, 0.86 + 0.28 * noise(x * 9, y * 14, z * 9) * 0.6 + 0.12 * cloud);
				blend(out, [0.06, 0.035, 0.025], 0.75 * fleck(x, y, z, 0.34, 0.45));
				out.bump = 0.012;
				// The dip leaves a damp, darker edge on the clay.
				scale(out, 1 - 0.3 * smoothstep(0.35, 0, line - y));
				return;
			}
			paint(out, [0.018, 0.085, 0.105], 0.14, 0.05);
			blend(out, [0.035, 0.15, 0.155], smoothstep(0.3, 0.85, cloud));
			// Glaze runs thicker (deeper) just above the dip line and thins to brown on edges.
			blend(out, [0.008, 0.03, 0.05], 0.75 * smoothstep(0.9, 0.1, y - line) * (inside ? 0 : 1));
			if (inside) blend(out, [0.5, 0.46, 0.36], 0.82);
			const edge = smoothstep(9.02, 9.36, y + 0.16 * noise(x * 2, y * 2, z * 2));
			blend(out, [0.24, 0.12, 0.055], 0.85 * edge);
			blend(out, [0.05, 0.03, 0.02], 0.7 * fleck(x + 5, y, z, 0.42, inside ? 0.3 : 0.36));
		}
	};
}

/** A small armchair in mustard wool on turned beech legs. */
export function armchair() {
	const tilt = (angle) => [Math.cos(angle), Math.sin(angle)];
	const [backC, backS] = tilt(0.15);
	const [padC, padS] = tilt(0.2);
	const legs = (x, y, z) => {
		const ax = Math.abs(x);
		return Math.min(
			taperedRod(ax, y, z, 31.5, 1.2, 30, 28, 19, 27, 1.25, 2.5),
			taperedRod(ax, y, z, 31.5, 1.2, -31, 28, 19, -26, 1.25, 2.5)
		);
	};
	const upholstery = (x, y, z) => {
		const ax = Math.abs(x);
		const frame = roundBox(x, y - 24, z + 1, 31, 7, 31, 3);
		const arm = roundBox(
			ax - 33.5 - 0.0012 * (y - 20) * (y - 20) * 0.5,
			y - 38,
			z + 1,
			5.6,
			21,
			35,
			5.4
		);
		const by = y - 22;
		const bz = z + 29;
		const back = roundBox(x, by * backC - bz * backS - 30, by * backS + bz * backC, 35, 31, 6.2, 6);
		const puff = (u, v) => (1 - u * u) * (1 - v * v);
		const seat =
			roundBox(x, y - 37.5, z - 4, 27.4, 7.2, 31, 5.5) -
			1.5 * Math.max(puff(Math.min(ax / 28, 1), Math.min(Math.abs(z - 4) / 32, 1)), 0);
		const py = y - 45;
		const pz = z + 19;
		const ly = py * padC - pz * padS - 19;
		const pad =
			roundBox(x, ly, py * padS + pz * padC, 26.6, 19.5, 6, 5.6) -
			2.2 * Math.max(puff(Math.min(ax / 28, 1), Math.min(Math.abs(ly) / 21, 1)), 0);
		const shell = smoothUnion(smoothUnion(frame, arm, 2), back, 2.5);
		return Math.min(shell, seat, pad);
	};
	return {
		bounds: [-42, 0, -46, 42, 86, 38],
		grain: 0.12,
		distance: (x, y, z) => Math.min(upholstery(x, y, z), legs(x, y, z)),
		surface(x, y, z, out) {
			if (y < 18 && legs(x, y, z) < upholstery(x, y, z)) {
				paint(out, [0.4, 0.235, 0.11], 0.42, 0.04);
				scale(out, 0.72 + 0.5 * noise(x * 1.6, y * 0.18, z * 1.6));
				out.bump = 0;
				return;
			}
			paint(out, [0.44, 0.235, 0.05], 0.95, 0.015);
			const thread = noise(x * 3.1, y * 3.1, z * 3.1);
			scale(out, 0.78 + 0.3 * thread + 0.16 * (noise(x * 0.12, y * 0.12, z * 0.12) - 0.5));
			out.bump = 0.1;
		}
	};
}

/** A stoneware bottle for olive oil: dark green glaze, paper label, cork. */
export function bottle() {
	const outline = [
		[-3, 0.3],
		[2.2, 0.28],
		[3.1, 0.04],
		[3.5, 0.12],
		[3.72, 0.6],
		[3.75, 2],
		[3.75, 7],
		[3.75, 12],
		[3.74, 14.6],
		[3.5, 16.4],
		[2.75, 18],
		[1.85, 19.3],
		[1.4, 20.8],
		[1.26, 22.6],
		[1.26, 24],
		[1.62, 24.25],
		[1.72, 24.65],
		[1.6, 25.05],
		[1.2, 25.12],
		[-3, 25.1]
	];
	const body = curveDistance(smoothCurve(outline, true), {
		closed: true,
		margin: 1.5,
		cell: 0.035
	});
	const cork = curveDistance(
		smoothCurve(
			[
				[-3, 24],
				[0.85, 24],
				[0.98, 25.1],
				[1.06, 26.6],
				[1.12, 27.5],
				[0.98, 27.86],
				[0.4, 27.94],
				[-3, 27.94]
			],
			true
		),
		{ closed: true, margin: 1.5, cell: 0.035 }
	);
	/** Label coordinates: u along the front in centimetres, v up. */
	const onLabel = (x, y, z) => {
		const u = Math.atan2(x, z) * 3.75;
		const v = y - 8.6;
		return { u, v, d: roundBox(u, v, 0, 3.55, 4.6, 1, 0.25) };
	};
	return {
		bounds: [-3.9, 0, -3.9, 3.9, 28.1, 3.9],
		grain: 0.03,
		distance(x, y, z) {
			const radius = Math.sqrt(x * x + z * z);
			return Math.min(body(radius, y), cork(radius, y));
		},
		surface(x, y, z, out) {
			const radius = Math.sqrt(x * x + z * z);
			out.bump = 0;
			if (y > 24.9 && cork(radius, y) < body(radius, y)) {
				paint(out, [0.52, 0.34, 0.19], 0.85, 0.02);
				scale(out, 0.75 + 0.4 * noise(x * 4, y * 4, z * 4));
				blend(out, [0.12, 0.06, 0.03], 0.8 * fleck(x, y, z, 0.3, 0.4));
				out.bump = 0.02;
				return;
			}
			const { u, v, d } = onLabel(x, y, z);
			if (d < 0) {
				paint(out, [0.72, 0.66, 0.53], 0.7, 0.03);
				scale(out, 0.96 + 0.08 * noise(x * 7, y * 7, z * 7));
				const ink = smoothstep(0.035, -0.025, Math.min(letters(u, v), Math.abs(d + 0.32) - 0.035));
				blend(out, [0.035, 0.075, 0.035], ink);
				return;
			}
			paint(out, [0.012, 0.042, 0.024], 0.13, 0.05);
			blend(out, [0.03, 0.07, 0.034], noise(x * 0.6, y * 0.35, z * 0.6));
			scale(out, 1 - 0.35 * smoothstep(0.12, 0, d));
			blend(out, [0.26, 0.17, 0.1], smoothstep(0.5, 0.3, y + 0.2 * noise(x, 0, z)));
			if (y < 0.4) out.roughness = 0.6;
		}
	};
}
