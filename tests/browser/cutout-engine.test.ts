import { afterEach, describe, expect, it } from 'vitest';
import type { Progress } from '../../src/lib/artifacts';
import { releaseSessions, runNetwork } from '../../src/lib/cutout/rmbg-engine';
import { gpuDevice } from '../../src/lib/networks/gpu-device';
import { TINY_SHAPE, tinyIsnet } from '../fixtures/onnx-isnet';
import { paintScene } from '../fixtures/scenes';

const { picture, alpha: truth } = paintScene('ring', 160);
const loadModel = async () => new Uint8Array(tinyIsnet()).buffer;
const options = { key: 'tiny', shape: TINY_SHAPE, loadModel, layout: 'NCHW' as const };

describe('a network of IS-Net kind', { timeout: 120_000 }, () => {
	afterEach(releaseSessions);

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

	it('goes on with WASM and says so when the GPU is lost', async () => {
		let device: GPUDevice | null = null;
		const lost = { ...options, key: 'lost', requestGpu: async () => (device = await gpuDevice()) };
		const before = await runNetwork(picture, lost);
		expect(before.device).toBe('gpu');
		destroy(device);
		const after = await runNetwork(picture, lost);
		expect(after.device).toBe('cpu');
		expect(after.notes).toEqual(['gpu_failed']);
		expect(Math.abs(after.alpha[80 * 160 + 40]! - before.alpha[80 * 160 + 40]!)).toBeLessThan(1e-3);
	});

	it('takes WASM without a note when there is no GPU', async () => {
		const { device, notes } = await runNetwork(picture, {
			...options,
			key: 'none',
			requestGpu: async () => null
		});
		expect(device).toBe('cpu');
		expect(notes).toEqual([]);
	});

	it('loads and warms up once, then keeps its session', async () => {
		let loads = 0;
		const counted = {
			...options,
			key: 'kept',
			device: 'cpu' as const,
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
		expect(steps).toEqual(['loading_engine', 'warming_up', 'cutting_out', 'cutting_out']);
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

function destroy(device: GPUDevice | null): void {
	device?.destroy();
}
