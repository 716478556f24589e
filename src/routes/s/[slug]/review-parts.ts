/** A review's code, loaded together and only where a link asks for a review. */
export { default as PinLayer } from './PinLayer.svelte';
export { Review } from './review.svelte';
export { default as ReviewPanel } from './ReviewPanel.svelte';
