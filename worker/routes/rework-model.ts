/** Changes a stored source model at Meshy, paid: another mesh (remesh) or another surface (retexture). */
import { Hono, type Context } from 'hono';
import { MESHY } from '../clients/meshy-catalog';
import { reworkRequest, type ReworkRequest } from '../contract';
import { findStageAssets } from '../db/stage-assets';
import type { AppEnv } from '../env';
import { refuse } from '../errors';
import { validate } from '../validate';
import { filesOf, planInputs } from '../workflows/gather-inputs';
import { once, refuseUnconfigured, startPaid, type Claim } from './pay-once';

export const reworkModel = new Hono<AppEnv>().post(
	'/',
	validate('json', reworkRequest),
	async (c) => {
		const request = c.req.valid('json');
		return once(c, request, (claim) => startRework(c, request, claim));
	}
);

async function startRework(c: Context<AppEnv>, request: ReworkRequest, claim: Claim) {
	const unconfigured = refuseUnconfigured(c, 'meshy');
	if (unconfigured) return unconfigured;
	const files = filesOf(request);
	const found = await findStageAssets(
		c.env.DB,
		request.product_id,
		files.map(({ role, field, url }) => ({
			field,
			url,
			kind: role === 'model' ? 'source_model' : 'cutout'
		}))
	);
	if (!found.ok) return refuse(c, found.status, found.code, found.message);
	for (const { role, field, url } of files) {
		const { bytes, content_type } = found.asset(url);
		if (role === 'model') continue;
		if (!MESHY.content_types.includes(content_type) || bytes > MESHY.max_image_bytes) {
			const message = `${field} must be a PNG or JPEG of at most ${MESHY.max_image_bytes / 1024 / 1024} MB. Upload another cut-out.`;
			return refuse(c, 409, 'unsupported_type', message);
		}
	}
	const assets = files.map(({ url }) => found.asset(url));
	const plan = await planInputs(c.env, request, assets, Date.now());
	if (!plan.ok) return refuse(c, 409, 'asset_not_ready', plan.message);
	return startPaid(c, 'meshy', request, claim);
}
