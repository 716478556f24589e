import type { Color } from '../../tests/fixtures/images';
import type { Backdrop } from './backdrops';
import { noiseField } from './noise-field';

type Make = (random: () => number) => Backdrop;

const tint = ([r, g, b]: Color, factor: number): Color => [r * factor, g * factor, b * factor];
const some = (random: () => number): Color => [
	30 + 210 * random(),
	30 + 210 * random(),
	30 + 210 * random()
];

/** Surroundings that nobody could call plain: an engine for plain backdrops has to say so. */
export const CLUTTER = {
	shelves: (random) => {
		const books = Array.from({ length: 140 }, () => ({
			color: some(random),
			high: 0.4 + 0.6 * random()
		}));
		const wall = some(random);
		return (x, y) => {
			const row = Math.floor(y * 4);
			const inside = y * 4 - row;
			if (inside > 0.9) return [92, 62, 40];
			const book = books[(row * 23 + Math.floor(x * (19 + row))) % 140];
			return book && inside > 0.9 - 0.8 * book.high ? book.color : tint(wall, 0.5);
		};
	},
	bricks: (random) => {
		const grain = noiseField(random, 90);
		const tone = noiseField(random, 11);
		return (x, y) => {
			const row = Math.floor(y * 16);
			const u = x * 8 + (row % 2) / 2;
			const joint = u - Math.floor(u) < 0.06 || y * 16 - row < 0.12;
			const shade = 1 + 0.25 * grain(x, y) + 0.3 * tone(Math.floor(u) / 3, row / 3);
			return tint(joint ? [190, 184, 176] : [150, 74, 56], shade);
		};
	},
	planks: (random) => {
		const grain = noiseField(random, 40);
		const tones = Array.from({ length: 12 }, () => 0.7 + 0.5 * random());
		return (x, y) => {
			const plank = Math.floor(y * 9);
			const joint = y * 9 - plank < 0.05;
			const shade = joint
				? 0.35
				: (tones[plank % 12] ?? 1) * (1 + 0.35 * grain(x / 5 + plank, y * 6));
			return tint([170, 116, 70], shade);
		};
	},
	foliage: (random) => {
		const leaves = Array.from({ length: 260 }, () => ({
			x: random() * 1.1,
			y: random() * 1.1,
			r: 0.03 + 0.05 * random(),
			turn: random() * Math.PI,
			light: 0.4 + 0.9 * random()
		}));
		return (x, y) => {
			let color: Color = [24, 34, 20];
			for (const { x: cx, y: cy, r, turn, light } of leaves) {
				const u = (x - cx) * Math.cos(turn) + (y - cy) * Math.sin(turn);
				const v = (y - cy) * Math.cos(turn) - (x - cx) * Math.sin(turn);
				if ((u / r) ** 2 + (v / (0.4 * r)) ** 2 < 1)
					color = tint([92, 150, 58], light * (1 - (0.4 * Math.abs(v)) / r));
			}
			return color;
		};
	},
	tablecloth: (random) => {
		const color = some(random);
		return (x, y) => {
			const stripes = (Math.floor(x * 14) % 2) + (Math.floor((y + 0.2 * x) * 14) % 2);
			return stripes === 0 ? [236, 232, 226] : tint(color, stripes === 1 ? 0.95 : 0.6);
		};
	},
	room: (random) => {
		const wall = tint(some(random), 0.8);
		const [sofa, picture, lamp] = [some(random), some(random), some(random)];
		const rug = noiseField(random, 50);
		return (x, y) => {
			if (y > 0.72) return tint([150, 112, 82], 1 + 0.25 * rug(x * 3, y) - 0.5 * (y - 0.72));
			if (y > 0.45 && x < 0.42) return tint(sofa, 0.8 + 0.3 * Math.sin(16 * x));
			if (x > 0.62 && x < 0.92 && y > 0.08 && y < 0.4)
				return Math.abs(x - 0.77) < 0.13 && Math.abs(y - 0.24) < 0.13 ? [210, 226, 245] : picture;
			if (Math.abs(x - 0.82) < 0.05 && y > 0.45) return lamp;
			return tint(wall, 1.1 - 0.3 * y + 0.1 * x);
		};
	},
	desk: (random) => {
		const things = Array.from({ length: 9 }, (_, i) => ({
			x: (i % 3) * 0.42 + 0.1 * random(),
			y: Math.floor(i / 3) * 0.42 + 0.1 * random(),
			w: 0.06 + 0.12 * random(),
			h: 0.06 + 0.12 * random(),
			color: some(random)
		}));
		const grain = noiseField(random, 30);
		return (x, y) => {
			for (const { x: cx, y: cy, w, h, color } of things)
				if (Math.abs(x - cx) < w && Math.abs(y - cy) < h)
					return tint(color, 1 - (0.5 * Math.abs(x - cx)) / w);
			return tint([176, 142, 104], 1 + 0.12 * grain(x / 6, y * 4));
		};
	},
	garden: (random) => {
		const clouds = noiseField(random, 5);
		const grass = noiseField(random, 170);
		const hills = noiseField(random, 4);
		return (x, y) => {
			const line = 0.48 + 0.09 * hills(x, 0);
			if (y < line) return tint([150, 190, 235], 1 + 0.12 * clouds(x, y * 2));
			return tint([84, 122, 52], 1 + 0.45 * grass(x, y * 0.7) + 0.2 * hills(x * 3, y * 3));
		};
	},
	crowd: (random) => {
		const blobs = Array.from({ length: 26 }, () => ({
			x: random(),
			y: random(),
			r: 0.05 + 0.13 * random(),
			color: some(random)
		}));
		return (x, y) => {
			let color: Color = [120, 116, 110];
			for (const { x: cx, y: cy, r, color: own } of blobs) {
				const near = 1 - Math.hypot(x - cx, y - cy) / r;
				if (near > 0) color = tint(own, 0.55 + 0.6 * near);
			}
			return color;
		};
	},
	street: (random) => {
		const blocks = Array.from({ length: 30 }, () => ({
			color: some(random),
			high: 0.15 + 0.55 * random()
		}));
		const asphalt = noiseField(random, 120);
		return (x, y) => {
			const block = blocks[Math.floor(x * 9) % 30];
			if (y > 0.75) return tint([104, 104, 108], 1 + 0.25 * asphalt(x, y));
			if (!block || y < block.high) return [190, 205, 225];
			const window = (x * 45) % 1 > 0.4 && (y * 30) % 1 > 0.45;
			return window ? [50, 62, 80] : tint(block.color, 0.8);
		};
	}
} satisfies Record<string, Make>;

export type ClutterName = keyof typeof CLUTTER;
