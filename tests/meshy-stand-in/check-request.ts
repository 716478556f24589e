/** Refuses what Meshy refuses with 400, and parameters it does not have (so that a typing error shows). */
import type { Endpoint } from './accounts.ts';

export interface CheckedImage {
	content_type: string;
	bytes: number;
}
export type Checked =
	| { ok: true; images: CheckedImage[]; credits: number }
	| { ok: false; status: 400; message: string };

const MODELS = ['meshy-7.1', 'meshy-7', 'meshy-6', 'meshy-6-lite', 'latest'];
const SMART = ['meshy-t2', 'meshy-t2.5'];
const RETIRED = ['meshy-4', 'meshy-5', 'meshy-t1'];
const FORMATS = ['glb', 'obj', 'fbx', 'stl', 'usdz', '3mf'];

type Check = (value: unknown, body: Record<string, unknown>) => string | null;
const boolean: Check = (value) => (typeof value === 'boolean' ? null : 'must be a boolean');
const oneOf =
	(values: readonly unknown[]): Check =>
	(value) =>
		values.includes(value) ? null : `must be one of ${values.join(', ')}`;
const integer =
	(min: number, max: number): Check =>
	(value) =>
		Number.isInteger(value) && Number(value) >= min && Number(value) <= max
			? null
			: `must be an integer from ${min} to ${max}`;
const text =
	(max: number): Check =>
	(value) =>
		typeof value === 'string' && value.length <= max
			? null
			: `must be text of at most ${max} characters`;

function oneOfFormats(value: unknown): string | null {
	return Array.isArray(value) && value.length > 0 && value.every((item) => FORMATS.includes(item))
		? null
		: `must name some of ${FORMATS.join(', ')}`;
}
function images(value: unknown): string | null {
	if (!Array.isArray(value) || value.length < 1 || value.length > 4) return 'must be 1 to 4 images';
	return value.map(image).find((fault) => fault !== null) ?? null;
}
function image(value: unknown): string | null {
	const read = readImage(value);
	return typeof read === 'string' ? read : null;
}

const PARAMETERS: Record<string, Check> = {
	ai_model: (value, body) =>
		RETIRED.includes(String(value))
			? 'has been retired'
			: oneOf(body.model_type === 'smart-topology' ? SMART : MODELS)(value, {}),
	model_type: oneOf(['standard', 'smart-topology']),
	geometry_resolution: (value, body) =>
		body.ai_model === 'meshy-7.1' || body.ai_model === 'latest' || value === 'standard'
			? oneOf(['standard', '2k', '4k'])(value, body)
			: 'needs meshy-7.1',
	should_texture: boolean,
	enable_pbr: (value, body) =>
		value === true && body.should_texture === false ? 'needs should_texture' : boolean(value, body),
	texture_resolution: oneOf(['2k', '4k', '8k']),
	texture_prompt: text(600),
	should_remesh: boolean,
	topology: oneOf(['triangle', 'quad']),
	target_polycount: (value, body) => integer(100, mostTriangles(body.ai_model))(value, body),
	decimation_mode: integer(1, 4),
	texture_image_url: image,
	save_pre_remeshed_model: boolean,
	pose_mode: oneOf(['a-pose', 't-pose', '']),
	image_enhancement: boolean,
	remove_lighting: boolean,
	moderation: boolean,
	target_formats: oneOfFormats,
	auto_size: boolean,
	origin_at: (value, body) =>
		body.auto_size === true ? oneOf(['bottom', 'center'])(value, body) : 'needs auto_size',
	alpha_thumbnail: boolean,
	multi_view_thumbnails: boolean
};

/** Parameters of a remesh and of a retexture. */
const SOURCE: Record<string, Check> = { input_task_id: text(200), model_url: text(2000) };
const REWORK: Record<'remesh' | 'retexture', Record<string, Check>> = {
	remesh: {
		...SOURCE,
		topology: oneOf(['triangle', 'quad']),
		target_polycount: integer(100, 300_000),
		decimation_mode: integer(1, 4),
		target_formats: oneOfFormats,
		alpha_thumbnail: boolean
	},
	retexture: {
		...SOURCE,
		ai_model: oneOf(['latest', 'meshy-7', 'meshy-6', 'meshy-6-lite', 'meshy-n1']),
		text_style_prompt: text(600),
		image_style_url: image,
		multiview_image_urls: (value, body) =>
			body.ai_model === 'meshy-6' ? 'needs meshy-7 or meshy-n1' : images(value),
		texture_resolution: (value, body) =>
			oneOf(body.ai_model === 'meshy-n1' ? ['2k'] : ['2k', '4k', '8k'])(value, body),
		enable_original_uv: boolean,
		enable_pbr: (value, body) =>
			body.ai_model === 'meshy-n1' && value === true
				? 'must be false with meshy-n1'
				: boolean(value, body),
		target_formats: oneOfFormats,
		alpha_thumbnail: boolean
	}
};

/** Checks the body of a new task. */
export function checkRequest(endpoint: Endpoint, body: unknown): Checked {
	if (typeof body !== 'object' || body === null || Array.isArray(body)) {
		return refused('The body must be a JSON object');
	}
	if (endpoint === 'remesh' || endpoint === 'retexture') return checkRework(endpoint, body);
	const { image_url, image_urls, ...parameters } = Object.fromEntries(Object.entries(body));
	const many = endpoint === 'multi-image-to-3d';
	if (many && image_url !== undefined) return refused('image_url: unknown parameter');
	if (!many && image_urls !== undefined) return refused('image_urls: unknown parameter');
	const urls: unknown = many ? image_urls : [image_url];
	if (!Array.isArray(urls) || urls.length < 1 || urls.length > 4 || urls[0] === undefined) {
		return refused(many ? 'image_urls must have 1 to 4 images' : 'image_url is required');
	}
	const images: CheckedImage[] = [];
	for (const url of urls) {
		const read = readImage(url);
		if (typeof read === 'string') return refused(read);
		images.push(read);
	}
	const fault = firstFault(parameters, PARAMETERS);
	if (fault) return refused(fault);
	if (many && parameters.geometry_resolution === '4k') {
		return refused('geometry_resolution must be one of standard, 2k');
	}
	if (many && parameters.model_type === 'smart-topology') {
		return refused('model_type must be standard');
	}
	return { ok: true, images, credits: priceOf(parameters) };
}

function checkRework(endpoint: 'remesh' | 'retexture', body: object): Checked {
	const parameters: Record<string, unknown> = Object.fromEntries(Object.entries(body));
	const fault = firstFault(parameters, REWORK[endpoint]);
	if (fault) return refused(fault);
	const sources = [parameters.input_task_id, parameters.model_url].filter(Boolean);
	if (sources.length !== 1) return refused('Give one of input_task_id and model_url');
	if (endpoint === 'remesh') return { ok: true, images: [], credits: 5 };
	const { text_style_prompt, image_style_url, multiview_image_urls } = parameters;
	const styles = [text_style_prompt, image_style_url, multiview_image_urls].filter(Boolean);
	if (styles.length !== 1) return refused('Give one style');
	if (text_style_prompt && parameters.ai_model === 'meshy-n1') {
		return refused('text_style_prompt is not supported by meshy-n1');
	}
	return { ok: true, images: [], credits: parameters.texture_resolution === '8k' ? 15 : 10 };
}

function firstFault(
	parameters: Record<string, unknown>,
	checks: Record<string, Check>
): string | null {
	for (const [name, value] of Object.entries(parameters)) {
		const check = checks[name];
		const fault = check ? check(value, parameters) : 'unknown parameter';
		if (fault) return `${name} ${fault}`;
	}
	return null;
}

function mostTriangles(model: unknown): number {
	return model === 'meshy-t2' ? 15_000 : model === 'meshy-t2.5' ? 30_000 : 300_000;
}

/** Credits, as of November 2026. */
function priceOf(parameters: Record<string, unknown>): number {
	if (parameters.model_type === 'smart-topology') {
		if (parameters.should_texture === false) return 5;
		return parameters.texture_resolution === '8k' ? 20 : 15;
	}
	const geometry = ['2k', '4k'].includes(String(parameters.geometry_resolution)) ? 5 : 0;
	if (parameters.should_texture === false) return 20 + geometry;
	return (parameters.texture_resolution === '8k' ? 35 : 30) + geometry;
}

/** An image by data URI, or what is wrong with it. There is no network here, so every other address is unreachable. */
function readImage(url: unknown): CheckedImage | string {
	if (typeof url !== 'string') return 'image_url must be a string';
	if (/^https?:/.test(url)) return 'image_url is not reachable';
	const match = /^data:(image\/(?:png|jpeg|jpg));base64,/.exec(url);
	if (!match) return 'image_url: unsupported image format or malformed data URI';
	const encoded = url.slice(match[0].length);
	if (encoded.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) {
		return 'image_url: invalid base64';
	}
	const bytes = Buffer.from(encoded, 'base64');
	const png = bytes.subarray(0, 8).toString('latin1') === '\x89PNG\r\n\x1a\n';
	const jpeg = bytes.subarray(0, 3).toString('latin1') === '\xff\xd8\xff';
	if (!(match[1] === 'image/png' ? png : jpeg)) return 'image_url: the image cannot be decoded';
	return { content_type: png ? 'image/png' : 'image/jpeg', bytes: bytes.length };
}

const refused = (message: string): Checked => ({ ok: false, status: 400, message });
