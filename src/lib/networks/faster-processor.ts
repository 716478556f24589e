import { threadCount } from './device-facts';
import { gpuDevice } from './gpu-device';
import type { Processor } from './network';
import { openSession } from './open-session';
import { PROBE, PROBE_DIMS } from './probe-network';

/** What the probe took, milliseconds; null where it did not run. */
export interface ProbeTimes {
	gpu: number | null;
	cpu: number | null;
}

export interface ProbeOptions {
	/** Gives the GPU device, for tests; null when there is none. */
	requestGpu?: () => Promise<GPUDevice | null>;
}

const CACHE = 'vitrine-probe';
let measuring: Promise<Processor> | null = null;

/**
 * Which processor runs networks faster here: a few small convolutions are timed on both, once, and the answer remembered
 * for this adapter. A browser without a real GPU has been seen to offer one that is ten times slower than the CPU.
 */
export function fasterProcessor({ requestGpu = gpuDevice }: ProbeOptions): Promise<Processor> {
	measuring ??= decide(requestGpu).catch(() => 'cpu' as const);
	return measuring;
}

async function decide(requestGpu: () => Promise<GPUDevice | null>): Promise<Processor> {
	const gpu = await requestGpu();
	if (!gpu) return 'cpu';
	const { vendor, architecture, device } = gpu.adapterInfo;
	const key = [vendor, architecture, device, threadCount()].join(' ');
	const known = await recall(key);
	if (known) {
		gpu.destroy();
		return faster(known);
	}
	const times: ProbeTimes = {
		gpu: await time(gpu).catch(() => null),
		cpu: await time(null).catch(() => null)
	};
	await remember(key, times);
	return faster(times);
}

/** The quicker of both; the CPU where nothing ran. */
export function faster({ gpu, cpu }: ProbeTimes): Processor {
	return gpu !== null && (cpu === null || gpu < cpu) ? 'gpu' : 'cpu';
}

/** The second run counts: the first compiles. */
async function time(gpu: GPUDevice | null): Promise<number> {
	const bytes = Uint8Array.from(atob(PROBE), (char) => char.charCodeAt(0)).buffer;
	const session = await openSession(gpu, async () => bytes, { dims: PROBE_DIMS });
	try {
		const input = new Float32Array(PROBE_DIMS.reduce((a, b) => a * b)).fill(0.5);
		await session.run(input);
		const start = performance.now();
		await session.run(input);
		return performance.now() - start;
	} finally {
		await session.release();
	}
}

async function recall(key: string): Promise<ProbeTimes | null> {
	try {
		const kept: unknown = await (await (await caches.open(CACHE)).match(address(key)))?.json();
		return isTimes(kept) ? kept : null;
	} catch {
		return null;
	}
}

async function remember(key: string, times: ProbeTimes): Promise<void> {
	try {
		await (await caches.open(CACHE)).put(address(key), Response.json(times));
	} catch {
		// Measured again next time.
	}
}

function isTimes(kept: unknown): kept is ProbeTimes {
	return (
		typeof kept === 'object' &&
		kept !== null &&
		['gpu', 'cpu'].every((name) => {
			const value: unknown = Reflect.get(kept, name);
			return value === null || typeof value === 'number';
		})
	);
}

const address = (key: string) =>
	new URL(`/probe-on-this-device/${encodeURIComponent(key)}`, location.origin).href;
