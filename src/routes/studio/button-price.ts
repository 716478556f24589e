import { fill } from '$lib/strings';
import { MESHY_STRINGS } from '$lib/strings/meshy';
import { creditsToMicroUsd } from '../../../worker/contract';

/** What a button does, with what that costs. */
export function buttonPrice(what: string, credits: number): string {
	const usd = (creditsToMicroUsd(credits) / 1_000_000).toFixed(2);
	return fill(MESHY_STRINGS.rework.start, { what, usd, credits });
}
