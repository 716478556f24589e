import { seededRandom } from '../../tests/fixtures/images';
import type { StudioName } from './backdrops';
import type { ClutterName } from './clutter';
import type { ProductName } from './products';

export type SceneSpec = {
	name: string;
	product: ProductName;
	/** A white product, which on a white backdrop shows by a faint edge alone. */
	white: boolean;
	shadow: 'none' | 'contact' | 'cast';
	seed: number;
	width: number;
	height: number;
	/** The product's size, share of the frame. */
	size: number;
	/** Standard deviation of the camera's noise, steps of 255. */
	noise: number;
	/** Edges mix as light does in a lens, else as 8-bit values do in image editors. */
	mixed_in_light: boolean;
	/** JPEG quality the photo is stored with. */
	quality: number;
	/** Not looked at while the engine was tuned. */
	held_out: boolean;
} & ({ plain: true; backdrop: StudioName } | { plain: false; backdrop: ClutterName });

type Pair = [
	product: ProductName,
	backdrop: StudioName,
	shadow: SceneSpec['shadow'],
	white?: 'white'
];

/** Products on studio backdrops. */
const PLAIN: Pair[] = [
	['ring', 'white', 'none'],
	['mug', 'gray', 'contact'],
	['bag', 'gradient', 'contact'],
	['basket', 'cove', 'contact'],
	['chair', 'white', 'cast'],
	['glasses', 'paper', 'none'],
	['scissors', 'linen', 'none'],
	['wheel', 'vignette', 'contact'],
	['bottle', 'gradient', 'contact'],
	['shoe', 'cove', 'cast'],
	['lamp', 'wall_and_floor', 'contact'],
	['plant', 'gray', 'contact'],
	['plush', 'white', 'contact'],
	['brush', 'colored', 'none'],
	['carton', 'white', 'contact', 'white'],
	['vase', 'gray', 'contact', 'white'],
	['cushion', 'vignette', 'contact'],
	['headphones', 'colored', 'cast'],
	['watch', 'black', 'none'],
	['mug', 'white', 'contact', 'white'],
	['ring', 'colored', 'none'],
	['chair', 'gradient', 'contact'],
	['bag', 'white', 'cast'],
	['basket', 'paper', 'contact'],
	['glasses', 'white', 'none'],
	['shoe', 'gray', 'contact'],
	['plush', 'gradient', 'contact'],
	['plant', 'cove', 'cast'],
	['vase', 'paper', 'cast'],
	['headphones', 'white', 'contact'],
	['lamp', 'gray', 'cast', 'white'],
	['carton', 'linen', 'cast'],
	['wheel', 'white', 'none'],
	['scissors', 'black', 'none'],
	['watch', 'gradient', 'none'],
	['cushion', 'white', 'contact'],
	['bottle', 'vignette', 'cast'],
	['brush', 'gray', 'none'],
	['shoe', 'white', 'contact', 'white'],
	['mug', 'wall_and_floor', 'contact'],
	['chair', 'linen', 'cast'],
	['headphones', 'black', 'none']
];

const CLUTTERED: [ProductName, ClutterName][] = [
	['mug', 'shelves'],
	['shoe', 'bricks'],
	['vase', 'planks'],
	['chair', 'foliage'],
	['bag', 'tablecloth'],
	['lamp', 'room'],
	['headphones', 'desk'],
	['plush', 'garden'],
	['watch', 'crowd'],
	['wheel', 'street'],
	['cushion', 'room'],
	['ring', 'planks'],
	['bottle', 'garden'],
	['carton', 'desk'],
	['plant', 'bricks'],
	['basket', 'crowd'],
	['glasses', 'foliage'],
	['mug', 'street'],
	['shoe', 'room'],
	['vase', 'desk']
];

/** Frames in turn; the large ones are listed by scene. */
const FRAMES: [width: number, height: number][] = [
	[1000, 1000],
	[1200, 900],
	[768, 1024],
	[1600, 1200],
	[512, 512],
	[1080, 1350],
	[2000, 1500]
];
/** Seeds of the next round are this much higher. */
const ROUND = 1000;
/** 12 and 24 megapixels. */
const LARGE: Record<number, [number, number]> = { 3: [4000, 3000], 26: [6000, 4000] };

/**
 * All scenes of the bench; every third is held out. Each round has the same products and backdrops in other proportions,
 * places, colors and noise; only round 0, the default, has the large frames.
 */
export function listScenes(round = 0): SceneSpec[] {
	const first = ROUND * round;
	const plain = PLAIN.map(([product, backdrop, shadow, white], i): SceneSpec => ({
		...common(product, backdrop, i, first + i),
		shadow,
		white: white === 'white',
		plain: true,
		backdrop
	}));
	const cluttered = CLUTTERED.map(([product, backdrop], i): SceneSpec => ({
		...common(product, backdrop, i, first + i + 100),
		shadow: i % 2 ? 'contact' : 'none',
		white: false,
		plain: false,
		backdrop
	}));
	return [...plain, ...cluttered];
}

function common(product: string, backdrop: string, i: number, seed: number) {
	const random = seededRandom(seed * 31 + 5);
	const [width, height] = LARGE[seed] ?? FRAMES[i % FRAMES.length] ?? [1000, 1000];
	return {
		name: `${product} on ${backdrop.replaceAll('_', ' ')}`,
		product: product as ProductName,
		seed,
		width,
		height,
		size: 0.62 + 0.32 * random(),
		noise: 0.4 + 2 * random() * random(),
		mixed_in_light: i % 4 === 3,
		quality: Math.round(82 + 14 * random()),
		held_out: i % 3 === 2
	};
}
