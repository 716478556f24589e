/** What we send Meshy: parameters strictly by the settings, images and models in pieces. */
import type { MeshySettings, PaidRequest, ReworkRequest } from '../contract';
import { MESHY_MODELS } from './meshy-catalog';
import type { Input, Order } from './provider';

/** Where a task is made, read and listed. */
export const MESHY_ENDPOINTS = ['image-to-3d', 'multi-image-to-3d', 'remesh', 'retexture'] as const;
export type MeshyEndpoint = (typeof MESHY_ENDPOINTS)[number];

export function endpointFor(request: PaidRequest): MeshyEndpoint {
	if ('operation' in request) return request.operation;
	return request.image_urls.length > 1 ? 'multi-image-to-3d' : 'image-to-3d';
}

/** The body of a new task, as pieces: images are long, and joining them would hold them twice. */
export function taskBody({ request, inputs, source_task_id }: Order): Uint8Array[] {
	const rework = 'operation' in request;
	const parameters = rework ? reworkParameters(request) : modelParameters(request.settings);
	const of = (role: Input['role']) => inputs.filter((input) => input.role === role);
	const pieces: Uint8Array[] = [];
	const field = (name: string, values: Input[], list: boolean) => {
		pieces.push(encode(`${pieces.length === 0 ? '{' : ','}"${name}":${list ? '[' : ''}`));
		values.forEach((input, i) => pieces.push(...(i > 0 ? [encode(',')] : []), ...textOf(input)));
		if (list) pieces.push(encode(']'));
	};
	if (rework) {
		if (of('image').length > 0) field('multiview_image_urls', of('image'), true);
	} else {
		const many = endpointFor(request) === 'multi-image-to-3d';
		field(many ? 'image_urls' : 'image_url', of('image'), many);
	}
	if (of('model').length > 0) field('model_url', of('model'), false);
	if (of('texture').length > 0) {
		field(rework ? 'image_style_url' : 'texture_image_url', of('texture'), false);
	}
	const rest = JSON.stringify({
		...(source_task_id && { input_task_id: source_task_id }),
		...parameters
	});
	pieces.push(encode(pieces.length === 0 ? rest : `,${rest.slice(1)}`));
	return pieces;
}

/** Only what has an effect together: Meshy refuses some combinations and ignores others. */
function modelParameters(settings: MeshySettings) {
	const { type } = MESHY_MODELS[settings.ai_model];
	const standard = type === 'standard';
	const { should_texture, should_remesh, geometry_resolution, decimation_mode } = settings;
	return {
		ai_model: settings.ai_model,
		...(standard
			? {
					...(geometry_resolution !== 'standard' && { geometry_resolution }),
					should_remesh,
					...(should_remesh &&
						meshParameters(settings.topology, settings.target_polycount, decimation_mode)),
					image_enhancement: settings.image_enhancement
				}
			: { model_type: type, target_polycount: settings.target_polycount }),
		should_texture,
		...(should_texture && {
			enable_pbr: settings.enable_pbr,
			texture_resolution: settings.texture_resolution,
			...(settings.texture_prompt !== '' && { texture_prompt: settings.texture_prompt })
		}),
		auto_size: settings.auto_size,
		...(settings.auto_size && { origin_at: settings.origin_at }),
		target_formats: settings.target_formats,
		alpha_thumbnail: settings.alpha_thumbnail,
		...(settings.multi_view_thumbnails && { multi_view_thumbnails: true }),
		...(settings.moderation && { moderation: true })
	};
}

function reworkParameters({ operation, settings }: ReworkRequest) {
	const { target_formats } = settings;
	if (operation === 'remesh') {
		const { topology, target_polycount, decimation_mode } = settings;
		return {
			...meshParameters(topology, target_polycount, decimation_mode),
			target_formats,
			alpha_thumbnail: true
		};
	}
	return {
		ai_model: settings.ai_model,
		...(settings.text_style_prompt !== '' && { text_style_prompt: settings.text_style_prompt }),
		texture_resolution: settings.texture_resolution,
		enable_original_uv: settings.enable_original_uv,
		enable_pbr: settings.enable_pbr,
		target_formats,
		alpha_thumbnail: true
	};
}

/** The adaptive mode and a number of triangles exclude each other. */
function meshParameters(
	topology: string,
	target_polycount: number,
	decimation_mode: number | null
) {
	return { topology, ...(decimation_mode === null ? { target_polycount } : { decimation_mode }) };
}

function textOf({ source }: Input): Uint8Array[] {
	if ('url' in source) return [encode(JSON.stringify(source.url))];
	return [encode(`"data:${source.content_type};base64,`), ...base64(source.bytes), encode('"')];
}

const encode = (value: string) => new TextEncoder().encode(value);

/** Base64 in pieces; a multiple of 3 bytes each, so that only the last is padded. */
function base64(bytes: Uint8Array): Uint8Array[] {
	const pieces: Uint8Array[] = [];
	const step = 3 * 8192;
	for (let i = 0; i < bytes.length; i += step) {
		pieces.push(encode(btoa(String.fromCharCode(...bytes.subarray(i, i + step)))));
	}
	return pieces;
}
