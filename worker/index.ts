/** The edge: assembles the routes. What may come in is decided in gate.ts, what is measured in meter.ts. */
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import { v7 as uuidv7 } from 'uuid';
import { LIMITS } from './contract';
import type { AppEnv } from './env';
import { answerError, answerNotFound, refuse } from './errors';
import { gate, sameSite } from './gate';
import { meter } from './meter';
import { comments } from './routes/comments';
import { config } from './routes/config';
import { costs } from './routes/costs';
import { feedback } from './routes/feedback';
import { files } from './routes/files';
import { generate3DModel } from './routes/generate-3d-model';
import { health } from './routes/health';
import { metrics } from './routes/metrics';
import { oembed } from './routes/oembed';
import { models } from './routes/models';
import { optimizeModel } from './routes/optimize-model';
import { products } from './routes/products';
import { prometheus } from './routes/prometheus';
import { providers } from './routes/providers';
import { publicComments } from './routes/public-comments';
import { publicInputs } from './routes/public-inputs';
import { publicShares } from './routes/public-shares';
import { removeBackgrounds } from './routes/remove-backgrounds';
import { reworkModel } from './routes/rework-model';
import { selectImages } from './routes/select-images';
import { session } from './routes/session';
import { shareFiles } from './routes/share-files';
import { sharePages } from './routes/share-pages';
import { shares } from './routes/shares';
import { stages } from './routes/stages';
import { tasks } from './routes/tasks';
import { uploads } from './routes/uploads';
import { webhooks } from './routes/webhooks';
import { runScheduled } from './scheduled';
import { shellHeaders, siteShell } from './site-shell';

const jsonLimit = bodyLimit({
	maxSize: LIMITS.json_bytes,
	onError: (c) =>
		refuse(
			c,
			413,
			'payload_too_large',
			`The request body may have at most ${LIMITS.json_bytes / 1024} KB. Send less at once.`
		)
});

const base = new Hono<AppEnv>();
base.onError(answerError);
base.notFound(answerNotFound);
base.use('*', meter, async (c, next) => {
	c.set('request_id', uuidv7());
	await next();
	c.header('X-Request-Id', c.get('request_id'));
});
base.use(
	'/api/*',
	secureHeaders({ strictTransportSecurity: 'max-age=15552000' }),
	async (c, next) => {
		await next();
		if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store');
	}
);
base.use('*', sameSite);
base.use('/api/*', gate);
base.use('/files/*', gate);
base.use('/metrics', gate);
base.use('/models/*', gate);
// The bytes of an upload are bounded by the upload's own announced length.
base.use('/api/*', async (c, next) =>
	/^\/api\/uploads\/[^/]+\/content$/.test(c.req.path) ? next() : jsonLimit(c, next)
);

const app = base
	.route('/api/health', health)
	.route('/api/config', config)
	.route('/api/session', session)
	.route('/api/products', products)
	.route('/api/uploads', uploads)
	.route('/api/select-images', selectImages)
	.route('/api/remove-backgrounds', removeBackgrounds)
	.route('/api/generate-3d-model', generate3DModel)
	.route('/api/rework-model', reworkModel)
	.route('/api/tasks', tasks)
	.route('/api/optimize-model', optimizeModel)
	.route('/api/providers', providers)
	.route('/api/costs', costs)
	.route('/api/shares', shares)
	.route('/api/public/inputs', publicInputs)
	.route('/api/public/shares', publicShares)
	.route('/api/public/shares', publicComments)
	.route('/api/comments', comments)
	.route('/api/oembed', oembed)
	.route('/api/feedback', feedback)
	.route('/api/stages', stages)
	.route('/api/webhooks', webhooks)
	.route('/api/metrics', metrics)
	.route('/metrics', prometheus)
	.route('/files', files)
	.route('/models', models)
	.route('/s', shareFiles)
	.route('/', sharePages);

app.all('/api/*', answerNotFound);
// What is neither a static file nor a call ends here: the studio of one product is a client-side route.
app.get('*', async (c) => {
	const in_studio = /^\/studio\/[^/]+\/?$/.test(c.req.path);
	const shell = await siteShell(c);
	const headers = shellHeaders(shell);
	headers.set('X-Frame-Options', 'DENY');
	if (in_studio) {
		headers.set('Cross-Origin-Opener-Policy', 'same-origin');
		headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
	}
	return new Response(shell.body, { status: in_studio ? 200 : 404, headers });
});

export type Api = typeof app;
export { GenerateModel } from './workflows/generate-model';
export default {
	fetch: app.fetch,
	scheduled: runScheduled
} satisfies ExportedHandler<AppEnv['Bindings']>;
