import { StageError } from '../artifacts';
import { encodePixels, type PixelOptions } from './encode-pixels';
import type { Pixels } from './pixels';
import { fitSize, type EncodedImage, type ImageEncoder, type OpenImage } from './image-encoder';

type Picture = ImageBitmap | OffscreenCanvas;

/**
 * Encodes on OffscreenCanvas, and with WebAssembly what it cannot: AVIF and KTX2 anywhere, WebP in Safari. Pixels are taken
 * as they are, without color conversion: a normal map is no picture. The answered content type is the blob's own, since a
 * canvas silently makes PNG of what it does not know.
 */
export const canvasImageEncoder: ImageEncoder = {
	async open(bytes, { content_type, keep_alpha }) {
		let bitmap: ImageBitmap;
		try {
			bitmap = await createImageBitmap(new Blob([bytes], { type: content_type }), {
				premultiplyAlpha: 'none',
				colorSpaceConversion: 'none'
			});
		} catch (cause) {
			throw new StageError('model_corrupt', { what: 'a texture cannot be decoded' }, { cause });
		}
		const see_through = content_type !== 'image/jpeg' && hasAlpha(bitmap);
		const opaque = see_through && !keep_alpha ? withoutAlpha(bitmap) : null;
		return openPicture(opaque ?? bitmap, see_through && opaque === null, () => bitmap.close());
	},
	from({ width, height, data }, has_alpha = false) {
		const canvas = new OffscreenCanvas(width, height);
		canvas.getContext('2d')?.putImageData(new ImageData(data, width, height), 0, 0);
		return openPicture(canvas, has_alpha, () => undefined);
	}
};

function openPicture(picture: Picture, has_alpha: boolean, close: () => void): OpenImage {
	const { width, height } = picture;
	const pixels = async (max_size: number): Promise<Pixels> => {
		const [to_width, to_height] = fitSize(width, height, max_size);
		const context = draw(picture, to_width, to_height).getContext('2d');
		const data = context?.getImageData(0, 0, to_width, to_height).data;
		if (!data) throw new Error('no 2D canvas');
		return { width: to_width, height: to_height, data: new Uint8ClampedArray(data) };
	};
	return {
		width,
		height,
		has_alpha,
		close,
		pixels,
		async encode({ max_size, content_type, quality, role }): Promise<EncodedImage> {
			const by_wasm = async (type: PixelOptions['content_type']) => ({
				...(await encodePixels(await pixels(max_size), { content_type: type, quality, role })),
				content_type: type
			});
			if (content_type === 'image/avif' || content_type === 'image/ktx2') {
				return by_wasm(content_type);
			}
			const [to_width, to_height] = fitSize(width, height, max_size);
			const canvas = draw(picture, to_width, to_height);
			const blob = await canvas.convertToBlob({ type: content_type, quality });
			if (content_type === 'image/webp' && blob.type !== content_type) return by_wasm(content_type);
			return {
				bytes: new Uint8Array(await blob.arrayBuffer()),
				content_type: blob.type,
				width: to_width,
				height: to_height
			};
		}
	};
}

function draw(picture: Picture, width: number, height: number): OffscreenCanvas {
	const canvas = new OffscreenCanvas(width, height);
	const context = canvas.getContext('2d');
	if (!context) throw new Error('no 2D canvas');
	context.imageSmoothingQuality = 'high';
	context.drawImage(picture, 0, 0, width, height);
	return canvas;
}

function hasAlpha(bitmap: ImageBitmap): boolean {
	const { width, height } = bitmap;
	const context = draw(bitmap, width, height).getContext('2d', { willReadFrequently: true });
	const rows = Math.max(1, Math.floor(4_000_000 / width)); // 16 MB at a time.
	for (let y = 0; y < height; y += rows) {
		const data = context?.getImageData(0, y, width, Math.min(rows, height - y)).data ?? [];
		for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) return true;
	}
	return false;
}

const VERTEX = `#version 300 es
out vec2 uv;
void main() {
	uv = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0;
	gl_Position = vec4(uv * 2.0 - 1.0, 0, 1);
	uv.y = 1.0 - uv.y;
}`;
const FRAGMENT = `#version 300 es
precision highp float;
uniform sampler2D image;
in vec2 uv;
out vec4 color;
void main() { color = vec4(texture(image, uv).rgb, 1); }`;

/**
 * The colors alone. A 2D canvas multiplies them by alpha and so loses what is under transparent texels; WebGL does
 * not. Null where there is no WebGL 2 or the image is larger than it takes.
 */
function withoutAlpha(bitmap: ImageBitmap): OffscreenCanvas | null {
	const { width, height } = bitmap;
	const canvas = new OffscreenCanvas(width, height);
	const gl = canvas.getContext('webgl2', { alpha: false, preserveDrawingBuffer: true });
	if (!gl || Math.max(width, height) > gl.getParameter(gl.MAX_TEXTURE_SIZE)) return null;
	const program = gl.createProgram();
	for (const [type, source] of [
		[gl.VERTEX_SHADER, VERTEX],
		[gl.FRAGMENT_SHADER, FRAGMENT]
	] as const) {
		const shader = gl.createShader(type);
		if (!shader) return null;
		gl.shaderSource(shader, source);
		gl.compileShader(shader);
		gl.attachShader(program, shader);
	}
	gl.linkProgram(program);
	gl.useProgram(program);
	gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
	gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
	gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
	gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
	gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
	gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, bitmap);
	gl.drawArrays(gl.TRIANGLES, 0, 3);
	const drawn = gl.getError() === gl.NO_ERROR && !gl.isContextLost();
	const result = drawn ? draw(canvas, width, height) : null;
	gl.getExtension('WEBGL_lose_context')?.loseContext();
	return result;
}
