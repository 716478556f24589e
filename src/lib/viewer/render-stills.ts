import type { TaskContext } from '../threads/tasks';
import { loadGlb } from './load-glb';
import { ProductStage } from './product-stage';
import { OVERSAMPLE, snapshotStage, type PictureType } from './snapshot-stage';

export type Side = keyof typeof SIDES;

export interface StillOptions {
	/** Pixels, 16 to 4096. Default 1200 x 630, what link previews show. */
	width?: number;
	height?: number;
	/** From where. Default: as the viewer first shows it. */
	side?: Side;
	/** Default 'image/jpeg'. */
	type?: PictureType;
	/** 'studio' (a light neutral gradient), 'transparent' or a CSS color. Default 'studio'. */
	background?: string;
}

const STILL_DEFAULTS = {
	width: 1200,
	height: 630,
	type: 'image/jpeg',
	background: 'studio'
} as const;

const DEGREE = Math.PI / 180;
/** A little from above, as one looks at things on a table; the top almost straight. */
const SIDES = {
	front: { azimuth: 0, polar: 84 * DEGREE },
	right: { azimuth: 90 * DEGREE, polar: 84 * DEGREE },
	back: { azimuth: 180 * DEGREE, polar: 84 * DEGREE },
	left: { azimuth: -90 * DEGREE, polar: 84 * DEGREE },
	top: { azimuth: 0, polar: 8 * DEGREE }
} as const;

export interface StillsRequest {
	glb: Blob;
	stills: readonly StillOptions[];
}

/**
 * Draws still pictures of a model, one after another: light, shadow and framing as in the viewer.
 *
 * @returns them in the order asked for
 * @throws StageError `model_empty`, `model_corrupt`, `model_unsupported`;
 * Error where there is no WebGL 2
 */
export async function renderStills(
	{ glb, stills }: StillsRequest,
	{ onprogress }: TaskContext = {}
): Promise<Blob[]> {
	onprogress?.({ step: 'drawing_poster', fraction: null });
	const on_page = typeof document !== 'undefined';
	const canvas = on_page ? document.createElement('canvas') : new OffscreenCanvas(1, 1);
	const stage = new ProductStage(canvas);
	try {
		stage.show(await loadGlb(glb));
		stage.bakeShadow();
		const drawn: Blob[] = [];
		for (const still of stills) {
			const { width, height, type, background, side } = { ...STILL_DEFAULTS, ...still };
			stage.setSize(width, height, OVERSAMPLE);
			const view = { ...stage.startView(), ...(side && SIDES[side]) };
			stage.place({ ...view, distance: stage.framingDistance(view) });
			drawn.push(await snapshotStage(stage, width, height, type, backdropFor(background)));
			onprogress?.({ step: 'drawing_poster', fraction: drawn.length / stills.length });
		}
		return drawn;
	} finally {
		stage.dispose();
	}
}

function backdropFor(
	background: string
): ((context: OffscreenCanvasRenderingContext2D) => void) | undefined {
	if (background === 'transparent') return undefined;
	return (context) => {
		const { width, height } = context.canvas;
		context.fillStyle = background === 'studio' ? studio(context, width, height) : background;
		context.fillRect(0, 0, width, height);
	};
}

/** A wall that is brightest behind the product. */
function studio(
	context: OffscreenCanvasRenderingContext2D,
	width: number,
	height: number
): CanvasGradient {
	const x = width / 2;
	const y = height * 0.46;
	const gradient = context.createRadialGradient(x, y, 0, x, y, Math.hypot(width, height) / 2);
	gradient.addColorStop(0, '#ffffff');
	gradient.addColorStop(0.45, '#f6f5f2');
	gradient.addColorStop(1, '#e4e2dd');
	return gradient;
}
