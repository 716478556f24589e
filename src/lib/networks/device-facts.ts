/** What this device can take, as far as a browser says it. */

const MAX_THREADS = 4;
/** Gigabytes of memory from which a network of 1024 pixels (1.1 GB while it runs) is safe. Browsers report at most 8. */
const LARGE_MEMORY = 6;
/** Longest input side on smaller devices, pixels: a quarter of the memory. */
const SMALL_SIDE = 512;

/**
 * Threads of the CPU: at most 4, and only under cross-origin isolation. On iOS isolated pages with threads have been killed
 * (onnxruntime issue 22086).
 */
export function threadCount(): number {
	if (!globalThis.crossOriginIsolated || isIos()) return 1;
	return Math.min(MAX_THREADS, navigator.hardwareConcurrency || 1);
}

/**
 * Longest side of a network's input that fits into this device's memory, pixels. iPhones and iPads end a page that takes
 * about 1.5 GB (web-llm issue 753), and do not say what they have.
 */
export function mostInputSide(
	memory_gb: number | undefined = Reflect.get(navigator, 'deviceMemory'),
	ios = isIos()
): number {
	const small = ios || (memory_gb !== undefined && memory_gb < LARGE_MEMORY);
	return small ? SMALL_SIDE : Infinity;
}

function isIos(): boolean {
	return (
		/iPhone|iPad|iPod/.test(navigator.userAgent) ||
		(/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1)
	);
}
