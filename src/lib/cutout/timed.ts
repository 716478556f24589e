/** The parts of a cut-out that are timed one by one. */
export type Phase = 'decode' | 'pre' | 'infer' | 'post' | 'encode';

/**
 * Does `work` and leaves its time as a measure `cutout PHASE` in the thread's timeline (User Timing,
 * https://www.w3.org/TR/user-timing/), where the browser's profiler and the bench find it.
 */
export async function timed<T>(phase: Phase, work: () => T | Promise<T>): Promise<T> {
	const start = performance.now();
	const result = await work();
	performance.measure(`cutout ${phase}`, { start });
	return result;
}
