import { seededRandom, type Color, type Picture } from '../../tests/fixtures/images';
import { LINEAR } from '../../src/lib/cutout/raster';
import type { Backdrop } from './backdrops';
import { CLUTTER } from './clutter';
import { noiseField } from './noise-field';
import { PRODUCTS, type ProductShape, type Strand } from './products';
import { STUDIO } from './backdrops';
import type { SceneSpec } from './scenes';

export interface PaintedScene {
	picture: Picture;
	/** How much of each pixel is product, 0 to 255. */
	alpha: Uint8ClampedArray;
	/** RGBA: the product's own color where there is any of it. */
	product: Uint8ClampedArray;
}

/** A product of size 1 would be this much of the frame's shorter side in half, local units. */
const REACH = 0.95;
/** What a pattern may be painted in besides, 0 to 255: as light as many backdrops. */
const PALE = 238;
/** How soft a lens draws an outline, pixels at 1000 pixels of frame. */
const LENS = 1.3;

/** Paints a scene of exactly known alpha: product over shadow over backdrop, mixed in light or in values, then noise. */
export function paintScene(spec: SceneSpec): PaintedScene {
	const random = seededRandom(spec.seed * 7919 + 17);
	const { width, height } = spec;
	const shape: ProductShape = PRODUCTS[spec.product](random);
	const make: (random: () => number) => Backdrop = spec.plain
		? STUDIO[spec.backdrop]
		: CLUTTER[spec.backdrop];
	const backdrop = make(random);
	const long = Math.max(width, height);
	const scale = (spec.size * Math.min(width, height)) / 2 / REACH;
	const [cx, cy] = [width * (0.46 + 0.08 * random()), height * (0.48 + 0.05 * random())];
	const soft = Math.max(1, (LENS * long) / 1000);
	const picture = blank(width, height);
	const product = blank(width, height).data;
	const alpha = new Uint8ClampedArray(width * height);
	const colorOf = productColor(shape, spec, random);
	const shadowOf = shadow(shape, spec, random);
	const strands = drawStrands(shape.strands ?? [], { width, height }, scale, cx, cy);
	const mix = spec.mixed_in_light ? mixLight : mixValues;
	const gauss = () => (random() + random() + random() + random() - 2) * 1.73;
	for (let y = 0; y < height; y++) {
		const v = (y + 0.5 - cy) / scale;
		for (let x = 0; x < width; x++) {
			const i = y * width + x;
			const u = (x + 0.5 - cx) / scale;
			const d = shape.distance(u, v);
			const cover = Math.max(unit(0.5 - (d * scale) / soft), strands[i]! / 255);
			const opaque = cover * (shape.opacity?.(u, v) ?? 1);
			const behind = backdrop((x + 0.5) / long, (y + 0.5) / long);
			const dark = 1 - shadowOf(u, v);
			const own = cover > 0 ? colorOf(u, v, d) : behind;
			alpha[i] = 255 * opaque;
			const a = alpha[i]! / 255;
			const noise = spec.noise * gauss();
			for (const c of [0, 1, 2] as const) {
				// What is on the sheet as product is what 8 bits hold.
				product[i * 4 + c] = own[c];
				picture.data[i * 4 + c] =
					mix(product[i * 4 + c]!, behind[c] * dark, a) + noise + 0.4 * spec.noise * gauss();
			}
		}
	}
	return { picture, alpha, product };
}

function productColor(
	shape: ProductShape,
	{ white, plain, backdrop }: SceneSpec,
	random: () => number
): (u: number, v: number, d: number) => Color {
	const grain = noiseField(random, 9);
	const hue = random();
	const dark = plain && backdrop === 'black' ? 0.95 : 0.3 + 0.5 * random();
	const base: Color = white
		? [247, 247, 246]
		: [
				255 * dark * (0.55 + 0.45 * Math.cos(6.28 * hue)),
				255 * dark * (0.55 + 0.45 * Math.cos(6.28 * (hue + 0.33))),
				255 * dark * (0.55 + 0.45 * Math.cos(6.28 * (hue + 0.67)))
			];
	return (u, v, d) => {
		const t = unit(-d / 0.16);
		const round = 1 - (1 - t) ** 2;
		// A white thing shows by the shade along its outline alone.
		const light = white
			? 0.86 + 0.14 * round - 0.03 * v
			: 0.72 + 0.3 * round - 0.16 * u - 0.12 * v + 0.05 * grain(u, v);
		const pattern = shape.pattern?.(u, v) ?? 0;
		const shine = white
			? 0
			: 70 * Math.exp(-(((u + 0.15) / 0.12) ** 2) - ((v + 0.1) / 0.3) ** 2) * round;
		const at = (c: 0 | 1 | 2) => {
			const value = base[c] * light * (pattern > 0 ? 1 - pattern : 1) + shine;
			return pattern < 0 ? value + (PALE * light - value) * -pattern : value;
		};
		return [at(0), at(1), at(2)];
	};
}

/** Light that the product takes from the backdrop, 0 to 1: where it stands, and cast to one side. */
function shadow(
	shape: ProductShape,
	{ shadow: kind }: SceneSpec,
	random: () => number
): (u: number, v: number) => number {
	const { foot } = shape;
	const strength = 0.25 + 0.2 * random();
	const lean = (random() < 0.5 ? -1 : 1) * (0.5 + 0.4 * random());
	if (kind === 'none' || !foot) return () => 0;
	const contact = (u: number, v: number) => {
		const across = Math.exp(-((u / foot.half) ** 4));
		const down = v - foot.v;
		return (
			across * (strength * Math.exp(-((down / 0.07) ** 2)) + 0.3 * Math.exp(-Math.abs(down) / 0.03))
		);
	};
	if (kind === 'contact') return contact;
	return (u, v) => {
		// The outline laid down on the floor; the further from the foot, the softer.
		const up = foot.v - v;
		if (up < -0.05) return contact(u, v);
		const far = Math.min(1.4, up * 2.2);
		const d = shape.distance(u - lean * up * 1.6, foot.v - far);
		const cast = strength * unit(0.5 - d / (0.06 + 0.2 * up)) * unit(1 - up / 0.7);
		return Math.min(0.8, Math.max(contact(u, v), cast));
	};
}

function drawStrands(
	strands: Strand[],
	{ width, height }: { width: number; height: number },
	scale: number,
	cx: number,
	cy: number
): Uint8ClampedArray {
	const cover = new Uint8ClampedArray(width * height);
	for (const { points, width: root } of strands) {
		for (let k = 0; k + 1 < points.length; k++) {
			const [u0, v0] = points[k]!;
			const [u1, v1] = points[k + 1]!;
			const steps = Math.ceil(Math.hypot(u1 - u0, v1 - v0) * scale * 3);
			for (let s = 0; s < steps; s++) {
				const t = s / steps;
				const wide = root * scale * (1 - (0.66 * (k + t)) / points.length);
				const px = cx + (u0 + (u1 - u0) * t) * scale;
				const py = cy + (v0 + (v1 - v0) * t) * scale;
				const reach = Math.ceil(wide / 2 + 1);
				for (let y = Math.floor(py) - reach; y <= py + reach; y++) {
					for (let x = Math.floor(px) - reach; x <= px + reach; x++) {
						if (x < 0 || y < 0 || x >= width || y >= height) continue;
						const far = Math.hypot(x + 0.5 - px, y + 0.5 - py);
						const value = 255 * Math.min(1, wide) * unit(wide / 2 + 0.5 - far);
						const i = y * width + x;
						if (value > cover[i]!) cover[i] = value;
					}
				}
			}
		}
	}
	return cover;
}

const mixValues = (p: number, b: number, a: number) => p * a + b * (1 - a);

function mixLight(p: number, b: number, a: number): number {
	if (a <= 0) return b;
	if (a >= 1) return p;
	const light =
		LINEAR[Math.round(p)]! * a + LINEAR[Math.min(255, Math.max(0, Math.round(b)))]! * (1 - a);
	return 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);
}

const unit = (v: number) => (v < 0 ? 0 : v > 1 ? 1 : v);

function blank(width: number, height: number): Picture {
	return { data: new Uint8ClampedArray(width * height * 4).fill(255), width, height };
}
