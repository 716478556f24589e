import type { Look } from './appearance';
import { toLinear, toSrgb } from './pixels';
import { eyeFrom, rasterize, type Eye, type Frame, type Seen } from './rasterize';
import { createSampler } from './sample-look';
import { shade } from './shade';
import type { Surface } from './surface';

/** One look at a surface. */
export interface View {
	/** Pixels per side. */
	side: number;
	/** RGB, sRGB; gray where there is nothing, or behind what lets light through. */
	color: Uint8ClampedArray;
	/** 1 where the surface is: clear glass too, what a mask cuts out not. */
	mask: Uint8Array;
}

/** Degrees around and up: six around the product, one from above, one from below. */
const ANGLES = [
	[20, 12],
	[80, 28],
	[140, 12],
	[200, 28],
	[260, 12],
	[320, 28],
	[50, 68],
	[230, -38]
] as const;
const BACKGROUND = 184;
const GROUND = toLinear(BACKGROUND);
/** So many surfaces behind one another are drawn, front to back, until no light comes through. */
const MOST_LAYERS = 12;
/** Less than eight bits tell: of alpha, not there; of light that comes through, none. */
const NOTHING = 1 / 255;
/** The next layer lies behind the last by more than numbers of 32 bits are off. */
const BEHIND = 1 - 1e-6;

interface Looking {
	looks: Look[];
	sample: ReturnType<typeof createSampler>;
}

/** Draws a surface from eight sides, lit the same way every time, to compare it with another. */
export function drawViews(surface: Surface, looks: Look[], frame: Frame, side: number): View[] {
	const look = { looks, sample: createSampler(surface, looks) };
	const double = side * 2;
	const light = new Float32Array(double * double * 3);
	const canvas = { side: double, light, through: light.slice() };
	return ANGLES.map(([around, up]) => {
		const [a, e] = [(around * Math.PI) / 180, (up * Math.PI) / 180];
		const eye = eyeFrom([Math.sin(a) * Math.cos(e), Math.sin(e), Math.cos(a) * Math.cos(e)]);
		return shrink(drawView(surface, look, frame, eye, canvas));
	});
}

/** Half as large: what smooths the edges. A pixel counts as covered when half of it is. */
function shrink({ side, color, mask }: View): View {
	const half = side / 2;
	const small: View = {
		side: half,
		color: new Uint8ClampedArray(half * half * 3),
		mask: new Uint8Array(half * half)
	};
	for (let at = 0; at < half * half; at++) {
		const from = Math.floor(at / half) * 2 * side + (at % half) * 2;
		small.mask[at] =
			mask[from]! + mask[from + 1]! + mask[from + side]! + mask[from + side + 1]! >= 2 ? 1 : 0;
		for (let i = 0; i < 3; i++) {
			small.color[at * 3 + i] =
				(color[from * 3 + i]! +
					color[(from + 1) * 3 + i]! +
					color[(from + side) * 3 + i]! +
					color[(from + side + 1) * 3 + i]!) /
				4;
		}
	}
	return small;
}

/** A view while it is drawn. */
interface Picture extends View {
	/** Linear; and per color the share of light that still comes through from behind. */
	light: Float32Array;
	through: Float32Array;
}

/** Draws layer after layer, each behind the one before (Everitt 2001): an opaque model has but one. */
function drawView(
	surface: Surface,
	look: Looking,
	frame: Frame,
	eye: Eye,
	{ side, light, through }: Pick<Picture, 'side' | 'light' | 'through'>
): View {
	const picture: Picture = {
		side,
		light: light.fill(0),
		through: through.fill(1),
		color: new Uint8ClampedArray(side * side * 3).fill(BACKGROUND),
		mask: new Uint8Array(side * side)
	};
	let behind: Float32Array | null = null;
	for (let layer = 0; layer < MOST_LAYERS; layer++) {
		const seen = rasterize(surface, frame, side, eye, undefined, behind);
		behind = addLayer(picture, surface, look, seen, eye);
		if (!behind) break;
	}
	return picture;
}

/**
 * Adds what is seen to a picture, behind what it has.
 *
 * @returns one over the distances behind which a next layer begins, 0 where nothing more is seen; null when that is everywhere
 */
function addLayer(
	{ side, light, through, color, mask }: Picture,
	{ indices, part_of }: Surface,
	{ looks, sample }: Looking,
	{ drawn, nearest, screen, scale }: Seen,
	eye: Eye
): Float32Array | null {
	let behind: Float32Array | null = null;
	const lit = new Float64Array(6);
	for (let at = 0; at < drawn.length; at++) {
		const t = drawn[at]!;
		if (t < 0) continue;
		const a = indices[t * 3]! * 3;
		const b = indices[t * 3 + 1]! * 3;
		const c = indices[t * 3 + 2]! * 3;
		const px = (at % side) + 0.5 - screen[a]!;
		const py = Math.floor(at / side) + 0.5 - screen[a + 1]!;
		const bx = screen[b]! - screen[a]!;
		const by = screen[b + 1]! - screen[a + 1]!;
		const dx = screen[c]! - screen[a]!;
		const dy = screen[c + 1]! - screen[a + 1]!;
		const area = bx * dy - dx * by;
		const u = ((px * dy - dx * py) / area) * screen[b + 2]!;
		const v = ((bx * py - px * by) / area) * screen[c + 2]!;
		const w = (1 - (px * dy - dx * py) / area - (bx * py - px * by) / area) * screen[a + 2]!;
		const sum = u + v + w;
		const depth = 1 / nearest[at]!;
		const like = sample(t, u / sum, v / sum, depth / scale);
		const { cutoff } = looks[part_of[a / 3]!]!;
		const alpha = cutoff === null ? like.alpha : like.alpha < cutoff ? 0 : 1;
		let open = alpha < NOTHING;
		if (!open) {
			mask[at] = 1;
			const eye_x = ((at % side) + 0.5 - side / 2) / scale;
			const eye_y = (side / 2 - Math.floor(at / side) - 0.5) / scale;
			shade(like, area > 0, eye_x, eye_y, eye, lit);
			for (let i = 0; i < 3; i++) {
				const share = through[at * 3 + i]!;
				const left = share * (1 - alpha * (1 - lit[i + 3]!));
				const glow = light[at * 3 + i]! + share * alpha * lit[i]!;
				light[at * 3 + i] = glow;
				through[at * 3 + i] = left;
				color[at * 3 + i] = toSrgb(glow + left * GROUND);
				open ||= left > NOTHING;
			}
		}
		if (!open) continue;
		behind ??= new Float32Array(drawn.length);
		behind[at] = nearest[at]! * BEHIND;
	}
	return behind;
}
