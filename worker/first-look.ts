/** What a share page carries with it, so that its picture stands before any script has run. */
import { escapeHtml } from './describe-share';
import type { PublicView } from './public-view';

/** A first level that is not clearly smaller than the finest only costs time (see the viewer's choose-lod.ts). */
const FIRST_LOD_SHARE = 0.6;

/**
 * For the head: the poster and the model's first level, asked for at once, and what the page would otherwise have to
 * ask the server for.
 *
 * @param load whether the model is loaded without being asked for
 */
export function firstLookHead(view: PublicView, load: boolean): string {
	const least = Math.min(...view.lods.map(({ bytes }) => bytes));
	const most = Math.max(...view.lods.map(({ bytes }) => bytes));
	const first = view.lods.find(({ bytes }) => bytes === least);
	const preload =
		load && first !== undefined && (least === most || least <= most * FIRST_LOD_SHARE);
	return [
		`<link rel="preload" as="image" href="${escapeHtml(view.poster_url)}" fetchpriority="high">`,
		preload
			? `<link rel="preload" as="fetch" crossorigin href="${escapeHtml(first.url)}" fetchpriority="high">`
			: '',
		// Inside a script element only "<" can end it (html.spec.whatwg.org, 4.12.1.3); as data it is never run.
		`<script type="application/json" id="share-data">${JSON.stringify(view).replace(/</g, '\\u003c')}</script>`
	].join('');
}

/** For the body's beginning: the poster where the view will be. The view takes it away when it stands. */
export function firstLookBody(
	{ product, poster_url, allow_comments }: PublicView,
	page: 'share' | 'embed'
): string {
	const place = PLACES[page === 'share' && allow_comments ? 'review' : page];
	return `<div id="first-look" class="first-look"><style>${STYLE}${place}</style><img src="${escapeHtml(poster_url)}" alt="${escapeHtml(product.name)}" width="1200" height="630"></div>`;
}

/** As the viewer's poster (ViewPoster.svelte) on its wall (`--wall` of app.css). */
const STYLE = `
.first-look{position:fixed;inset:0;overflow:hidden;container-type:size;background:radial-gradient(120% 90% at 50% 44%,light-dark(#fff,#3c4144) 0%,light-dark(#f6f5f2,#25292a) 50%,light-dark(#e6e4df,#121314) 100%)}
.first-look img{position:absolute;width:min(135cqw,190cqh);max-width:none;height:auto;top:50%;left:50%;translate:-50% -50%;mask-image:radial-gradient(closest-side,#000 30%,rgb(0 0 0/.6) 60%,transparent 94%)}
@media (prefers-color-scheme:dark){.first-look img{filter:brightness(.8)}}`.replaceAll('\n', '');

/** Where the view's middle is: below a name of one line on a phone, beside the comments on a computer. */
const PLACES = {
	share: '@media (max-width:560px){.first-look img{top:calc(50% - 5px)}}',
	review:
		'@media (min-width:860px){.first-look{right:23rem}}@media (max-width:560px){.first-look img{top:calc(34dvh + 98px)}}',
	embed: '@media (max-width:560px) and (min-height:480px){.first-look img{top:calc(50% - 28px)}}'
};
