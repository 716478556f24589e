import type { StageContext } from '../artifacts';
import { loadGlb } from './load-glb';
import { ProductStage } from './product-stage';
import { snapshotStage, type PictureType } from './snapshot-stage';

export interface RenderPosterOptions {
	/** Pixels, 16 to 4096. Default 1200 x 630, what link previews show. */
	width?: number;
	height?: number;
	/** Default 'image/jpeg'. */
	type?: PictureType;
	/** 'studio' (a light neutral gradient), 'transparent' or a CSS color. Default 'studio'. */
	background?: string;
}

const RENDER_POSTER_DEFAULTS = {
	width: 1200,
	height: 630,
	type: 'image/jpeg',
	background: 'studio'
} as const;

/**
 * Draws a still picture of a model as the viewer first shows it: same light, shadow and framing.
 *
 * @throws StageError `model_empty`, `model_corrupt`, `model_unsupported`; AbortError;
 * Error when the browser gives no WebGL 2 context
 */
export async function renderPoster(
	glb: Blob,
	options: RenderPosterOptions = {},
	{ signal, onprogress }: StageContext = {}
): Promise<Blob> {
	const { width, height, type, background } = { ...RENDER_POSTER_DEFAULTS, ...options };
	onprogress?.({ step: 'drawing_poster', fraction: null });
	signal?.throwIfAborted();
	const stage = new ProductStage(document.createElement('canvas'));
	try {
		stage.show(await loadGlb(glb));
		signal?.throwIfAborted();
		stage.setSize(width, height, 1);
		stage.place(stage.startPlace());
		const poster = await snapshotStage(stage, width, height, type, backdropFor(background));
		onprogress?.({ step: 'drawing_poster', fraction: 1 });
		return poster;
	} finally {
		stage.dispose();
	}
}

function backdropFor(
	background: string
): ((context: CanvasRenderingContext2D) => void) | undefined {
	if (background === 'transparent') return undefined;
	return (context) => {
		const { width, height } = context.canvas;
		context.fillStyle = background === 'studio' ? studio(context, width, height) : background;
		context.fillRect(0, 0, width, height);
	};
}

/** A wall that is brightest behind the product. */
function studio(context: CanvasRenderingContext2D, width: number, height: number): CanvasGradient {
	const x = width / 2;
	const y = height * 0.46;
	const gradient = context.createRadialGradient(x, y, 0, x, y, Math.hypot(width, height) / 2);
	gradient.addColorStop(0, '#ffffff');
	gradient.addColorStop(0.45, '#f6f5f2');
	gradient.addColorStop(1, '#e4e2dd');
	return gradient;
}
