import { openShare } from '../../s/[slug]/open-share';
import type { PageLoad } from './$types';

export const ssr = false;
export const prerender = false;

export const load: PageLoad = async ({ params: { slug } }) => ({
	slug,
	opened: await openShare(slug)
});
