import { afterEach, describe, expect, it } from 'vitest';
import type { Progress } from '../../src/lib/artifacts';
import { pictureOnGpu } from '../../src/lib/cutout/picture-on-gpu';
import { pictureToTensor } from '../../src/lib/cutout/picture-to-tensor';
import { releaseSession, runNetwork } from '../../src/lib/cutout/run-network';
import { faster, fasterProcessor } from '../../src/lib/networks/faster-processor';
import { gpuDevice } from '../../src/lib/networks/gpu-device';
import { TINY_SHAPE, tinyIsnet } from '../fixtures/onnx-isnet';
import { paintScene } from '../fixtures/scenes';

const { picture, alpha: truth } = paintScene('ring', 160);
const READ = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
const loadModel = async () => new Uint8Array(tinyIsnet()).buffer;
const options = { key: 'tiny', shape: TINY_SHAPE, loadModel, layout: 'NCHW' as const };

describe('a network of IS-Net kind', { timeout: 120_000 }, () => {
	afterEach(releaseSession);

	it('gives the same mask on WebGPU and on WASM', async () => {
		const gpu = await runNetwork(picture, { ...options, device: 'gpu' });
		const cpu = await runNetwork(picture, { ...options, device: 'cpu' });
		expect(gpu.device).toBe('gpu');
		expect(cpu.device).toBe('cpu');
		expect([...gpu.notes, ...cpu.notes]).toEqual([]);
		let most = 0;
		for (let i = 0; i < truth.length; i++) {
			most = Math.max(most, Math.abs(gpu.alpha[i]! - cpu.alpha[i]!));
		}
		expect(most).toBeLessThan(1e-3);
	});

	it('finds the red ring and its hole', async () => {
		const { alpha, confidence } = await runNetwork(picture, { ...options, device: 'cpu' });
		let both = 0;
		let any = 0;
		for (let i = 0; i < truth.length; i++) {
			const a = alpha[i]! > 0.5;
			const b = truth[i]! > 0.5;
			if (a && b) both++;
			if (a || b) any++;
		}
		// The network works at a quarter of the resolution.
		expect(both / any).toBeGreaterThan(0.7);
		expect(alpha[80 * 160 + 80]).toBeLessThan(0.2);
		expect(confidence).toBeGreaterThan(0.4);
	});

	it('is taken up on the GPU again when the GPU is lost, in the same thread', async () => {
		let device: GPUDevice | null = null;
		const lost = {
			...options,
			key: 'lost',
			device: 'gpu' as const,
			requestGpu: async () => (device = await gpuDevice())
		};
		const before = await runNetwork(picture, lost);
		destroy(device);
		const after = await runNetwork(picture, lost);
		expect([after.device, after.notes]).toEqual(['gpu', []]);
		expect(after.alpha[80 * 160 + 40]).toBeCloseTo(before.alpha[80 * 160 + 40]!, 4);
	});

	it('goes on with WASM and says so when the GPU is lost and fails again', async () => {
		let device: GPUDevice | null = null;
		let given = 0;
		const dying = {
			...options,
			key: 'dying',
			device: 'gpu' as const,
			async requestGpu() {
				device = await gpuDevice();
				if (given++ > 0) device?.destroy();
				return device;
			}
		};
		const before = await runNetwork(picture, dying);
		expect(before.device).toBe('gpu');
		destroy(device);
		const after = await runNetwork(picture, dying);
		expect([after.device, after.notes]).toEqual(['cpu', ['gpu_failed']]);
		expect(Math.abs(after.alpha[80 * 160 + 40]! - before.alpha[80 * 160 + 40]!)).toBeLessThan(1e-3);
		expect(given).toBe(2);
	});

	it('takes WASM without a note when there is no GPU', async () => {
		const { device, notes } = await runNetwork(picture, {
			...options,
			key: 'none',
			device: 'gpu',
			requestGpu: async () => null
		});
		expect(device).toBe('cpu');
		expect(notes).toEqual([]);
	});

	it.each([
		['gpu', ['loading_engine', 'warming_up', 'cutting_out', 'cutting_out']],
		['cpu', ['loading_engine', 'cutting_out', 'cutting_out']]
	] as const)('loads once and keeps its session on the %s', async (device, expected) => {
		let loads = 0;
		const counted = {
			...options,
			key: 'kept',
			device,
			loadModel: () => {
				loads++;
				return loadModel();
			}
		};
		const steps: Progress['step'][] = [];
		const onprogress = ({ step }: Progress) => void steps.push(step);
		await runNetwork(picture, counted, { onprogress });
		await runNetwork(picture, counted, { onprogress });
		expect(loads).toBe(1);
		expect(steps).toEqual(expected);
	});

	it('says out_of_memory when the heap is full, and runs again afterwards', async () => {
		const full = {
			...options,
			key: 'full',
			device: 'cpu' as const,
			loadModel: async () => {
				throw new RangeError('Array buffer allocation failed');
			}
		};
		await expect(runNetwork(picture, full)).rejects.toMatchObject({ code: 'out_of_memory' });
		expect((await runNetwork(picture, { ...options, device: 'cpu' })).device).toBe('cpu');
	});

	it('that only runs on a GPU says so where there is none', async () => {
		const needy = { ...options, key: 'needy', runs_on: ['gpu'] as const };
		await expect(
			runNetwork(picture, { ...needy, device: 'gpu', requestGpu: async () => null })
		).rejects.toMatchObject({ code: 'engine_failed' });
	});

	it('does not keep a session that failed to load', async () => {
		const broken = { ...options, key: 'broken', device: 'cpu' as const };
		const garbage = async () => new Uint8Array([8, 8, 1, 2, 3]).buffer;
		await expect(runNetwork(picture, { ...broken, loadModel: garbage })).rejects.toMatchObject({
			code: 'engine_failed'
		});
		const { device } = await runNetwork(picture, broken);
		expect(device).toBe('cpu');
	});

	it('says nothing_found for a picture without any object', async () => {
		const empty = { ...picture, data: new Uint8ClampedArray(picture.data.length).fill(128) };
		await expect(runNetwork(empty, { ...options, device: 'cpu' })).rejects.toMatchObject({
			code: 'nothing_found'
		});
	});
});

describe('the tensor of a picture, made on the GPU', () => {
	it.each([
		['shrunk', 64],
		['of its size', 160],
		['enlarged', 200]
	])('is that of the CPU: %s', async (_name, side) => {
		const device = (await gpuDevice())!;
		const shape = { ...TINY_SHAPE, mean: [0.1, 0.5, 0.7] as [number, number, number], side };
		const buffer = await pictureOnGpu(device, picture, shape);
		const read = device.createBuffer({ size: buffer.size, usage: READ });
		const encoder = device.createCommandEncoder();
		encoder.copyBufferToBuffer(buffer, 0, read, 0, buffer.size);
		device.queue.submit([encoder.finish()]);
		await read.mapAsync(GPUMapMode.READ);
		const got = new Float32Array(read.getMappedRange());
		const wanted = pictureToTensor(picture, shape);
		const most = wanted.reduce((worst, v, i) => Math.max(worst, Math.abs(v - got[i]!)), 0);
		expect(got.length).toBe(wanted.length);
		expect(most).toBeLessThan(1e-5);
		device.destroy();
	});
});

describe('the faster processor', () => {
	it('is measured on both, and the CPU is it where the GPU is drawn by the CPU', async () => {
		await caches.delete('vitrine-probe');
		expect(await fasterProcessor({})).toBe('cpu');
		const [request] = await (await caches.open('vitrine-probe')).keys();
		const kept = await (await caches.match(request!))!.json();
		expect(kept.gpu).toBeGreaterThan(kept.cpu);
		expect(kept.cpu).toBeGreaterThan(0);
	});

	it('is the one that ran, where the other did not', () => {
		expect(faster({ gpu: 5, cpu: 50 })).toBe('gpu');
		expect(faster({ gpu: 50, cpu: 5 })).toBe('cpu');
		expect(faster({ gpu: 50, cpu: null })).toBe('gpu');
		expect(faster({ gpu: null, cpu: null })).toBe('cpu');
	});
});

function destroy(device: GPUDevice | null): void {
	device?.destroy();
}
