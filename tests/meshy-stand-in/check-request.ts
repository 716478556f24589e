/** Refuses what Meshy refuses with 400, and parameters it does not have (so that a typing error shows). */

export interface CheckedImage {
	content_type: string;
	bytes: number;
}
export type Checked =
	| { ok: true; images: CheckedImage[]; credits: number }
	| { ok: false; status: 400; message: string };

const MODELS = ['meshy-7.1', 'meshy-7', 'meshy-6', 'meshy-6-lite', 'latest'];
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

const PARAMETERS: Record<string, Check> = {
	ai_model: (value) =>
		RETIRED.includes(String(value)) ? 'has been retired' : oneOf(MODELS)(value, {}),
	model_type: oneOf(['standard', 'smart-topology']),
	geometry_resolution: oneOf(['standard', '2k', '4k']),
	should_texture: boolean,
	enable_pbr: (value, body) =>
		value === true && body.should_texture === false ? 'needs should_texture' : boolean(value, body),
	texture_resolution: oneOf(['2k', '4k', '8k']),
	texture_prompt: text(600),
	should_remesh: boolean,
	topology: oneOf(['triangle', 'quad']),
	target_polycount: integer(100, 300_000),
	decimation_mode: integer(1, 4),
	save_pre_remeshed_model: boolean,
	pose_mode: oneOf(['a-pose', 't-pose', '']),
	image_enhancement: boolean,
	remove_lighting: boolean,
	moderation: boolean,
	target_formats: (value) =>
		Array.isArray(value) && value.length > 0 && value.every((item) => FORMATS.includes(item))
			? null
			: `must name some of ${FORMATS.join(', ')}`,
	auto_size: boolean,
	origin_at: (value, body) =>
		body.auto_size === true ? oneOf(['bottom', 'center'])(value, body) : 'needs auto_size',
	alpha_thumbnail: boolean,
	multi_view_thumbnails: boolean
};

/** Checks the body of a new task. */
export function checkRequest(
	endpoint: 'image-to-3d' | 'multi-image-to-3d',
	body: unknown
): Checked {
	if (typeof body !== 'object' || body === null || Array.isArray(body)) {
		return refused('The body must be a JSON object');
	}
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
		const image = readImage(url);
		if (typeof image === 'string') return refused(image);
		images.push(image);
	}
	for (const [name, value] of Object.entries(parameters)) {
		const check = PARAMETERS[name];
		const fault = check ? check(value, parameters) : 'unknown parameter';
		if (fault) return refused(`${name} ${fault}`);
	}
	if (many && parameters.geometry_resolution === '4k') {
		return refused('geometry_resolution must be one of standard, 2k');
	}
	return { ok: true, images, credits: priceOf(parameters) };
}

/** Credits, as of November 2026. */
function priceOf(parameters: Record<string, unknown>): number {
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
