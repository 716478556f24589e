/** What the head of a share page says to chat programs, blogs and search engines. */
import { drizzle } from 'drizzle-orm/d1';
import type { Context } from 'hono';
import { assetIdOf, findAsset, type Asset } from './db/assets';
import type { ShownShare } from './db/shown-share';
import type { AppEnv } from './env';

const NOINDEX = '<meta name="robots" content="noindex">';
/** Says the same of an unknown, an expired and a revoked link. */
export const UNAVAILABLE_HEAD = `<title>Link unavailable</title>${NOINDEX}`;
/** Tells nothing of what is behind the password. */
export const LOCKED_HEAD = `<title>Protected link</title>${NOINDEX}`;

/** "Oak chair by Ercol" */
export const titleOf = ({ product }: ShownShare) =>
	product.brand ? `${product.name} by ${product.brand}` : product.name;

/** True when search engines may list the page. */
export const mayIndex = ({ share }: ShownShare) =>
	share.allow_indexing && share.password_hash === null;

/** Open Graph, Twitter, oEmbed discovery and JSON-LD of a link without a password, as HTML for the head. */
export async function describeShare(
	c: Context<AppEnv>,
	slug: string,
	shown: ShownShare
): Promise<string> {
	const { origin } = new URL(c.req.url);
	const { product, model } = shown;
	const poster_id = assetIdOf(model.poster_url) ?? '';
	const db = drizzle(c.env.DB);
	const [poster, plain] = await Promise.all([
		findAsset(db, poster_id),
		findAsset(db, assetIdOf(model.plain_url) ?? '')
	]);
	const title = titleOf(shown);
	const description = `See ${product.name} in 3D: turn it around and look at it from every side.`;
	const url = `${origin}/s/${slug}`;
	const image = `${origin}/s/${slug}/files/${poster_id}`;
	const oembed = `${origin}/api/oembed?url=${encodeURIComponent(url)}`;
	const meta = (attribute: 'name' | 'property', key: string, content: string | number | null) =>
		content === null ? '' : `<meta ${attribute}="${key}" content="${escapeHtml(String(content))}">`;
	return [
		`<title>${escapeHtml(title)}</title>`,
		mayIndex(shown) ? `<link rel="canonical" href="${escapeHtml(url)}">` : NOINDEX,
		meta('name', 'description', description),
		meta('property', 'og:type', 'website'),
		meta('property', 'og:site_name', 'Vitrine'),
		meta('property', 'og:title', title),
		meta('property', 'og:description', description),
		meta('property', 'og:url', url),
		meta('property', 'og:image', image),
		meta('property', 'og:image:type', poster?.content_type ?? null),
		meta('property', 'og:image:width', poster?.width ?? null),
		meta('property', 'og:image:height', poster?.height ?? null),
		meta('property', 'og:image:alt', title),
		meta('name', 'twitter:card', 'summary_large_image'),
		meta('name', 'twitter:title', title),
		meta('name', 'twitter:description', description),
		meta('name', 'twitter:image', image),
		meta('name', 'twitter:image:alt', title),
		// In the HTML, because several readers (Discord) pass over the Link header.
		`<link rel="alternate" type="application/json+oembed" href="${escapeHtml(oembed)}" title="${escapeHtml(title)}">`,
		jsonLd(describeProduct(shown, { url, image, embed: `${origin}/embed/${slug}`, plain }))
	].join('');
}

/** schema.org's Product with its 3DModel, in the form Google describes (Product.subjectOf -> 3DModel -> encoding). */
function describeProduct(
	{ product, model, share }: ShownShare,
	at: { url: string; image: string; embed: string; plain: Asset | null }
) {
	const metres = (value: number | null) =>
		value === null ? undefined : { '@type': 'QuantitativeValue', value, unitCode: 'MTR' };
	return {
		'@context': 'https://schema.org',
		'@type': 'Product',
		name: product.name,
		brand: product.brand ? { '@type': 'Brand', name: product.brand } : undefined,
		sku: product.sku ?? undefined,
		image: at.image,
		url: at.url,
		width: metres(product.width_m),
		height: metres(product.height_m),
		depth: metres(product.depth_m),
		subjectOf: {
			'@type': '3DModel',
			name: product.name,
			url: at.url,
			embedUrl: at.embed,
			thumbnailUrl: at.image,
			dateModified: new Date(model.created_at).toISOString(),
			// Only where the owner lets the file be taken.
			encoding: share.allow_download
				? [
						{
							'@type': 'MediaObject',
							contentUrl: `${at.url}/download`,
							encodingFormat: 'model/gltf-binary',
							contentSize: at.plain ? `${at.plain.bytes} B` : undefined,
							sha256: at.plain?.sha256
						}
					]
				: undefined
		}
	};
}

/** Inside a script element only "<" can end it or begin a comment (html.spec.whatwg.org, 4.12.1.3). */
export const jsonLd = (data: unknown) =>
	`<script type="application/ld+json">${JSON.stringify(data).replace(/</g, '\\u003c')}</script>`;

export const escapeHtml = (text: string) =>
	text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
