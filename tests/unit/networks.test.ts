import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { ENGINES } from '../../src/lib/cutout/engines';
import { maskToAlpha } from '../../src/lib/cutout/mask-to-alpha';
import { pictureToTensor } from '../../src/lib/cutout/picture-to-tensor';
import { mostInputSide } from '../../src/lib/networks/device-facts';
import { filesFor, type Device, type GpuAbilities } from '../../src/lib/networks/network';
import { isOutOfMemory } from '../../src/lib/networks/open-session';
import { PROBE } from '../../src/lib/networks/probe-network';
import { probeNetwork } from '../fixtures/onnx-probe';

const rmbg = ENGINES['rmbg-1.4'].network!;
const precisions = (device: Device, gpu: GpuAbilities | null, of = rmbg) =>
	filesFor(of, device, gpu).map(({ precision }) => precision);

describe('the precision', () => {
	it('is half for adapters with shader-f16 and for the CPU; quantized never for a GPU', () => {
		expect(precisions('auto', { shader_f16: true })[0]).toBe('fp16');
		expect(precisions('auto', { shader_f16: false })).toEqual(['fp32']);
		expect(precisions('auto', null)[0]).toBe('fp16');
		expect(precisions('cpu', { shader_f16: true })[0]).toBe('fp16');
		expect(precisions('gpu', { shader_f16: true })).not.toContain('int8');
	});

	it('is none where a network does not run', () => {
		const birefnet = ENGINES['birefnet-lite'].network!;
		expect(precisions('auto', { shader_f16: true }, birefnet)).toEqual(['fp16']);
		expect(precisions('auto', { shader_f16: false }, birefnet)).toEqual([]);
		expect(precisions('cpu', { shader_f16: true }, birefnet)).toEqual([]);
	});
});

describe('the engine table', () => {
	it('pins every hash to a whole size, and says of every network who may use it', () => {
		for (const { network } of Object.values(ENGINES)) {
			if (!network) continue;
			expect(network.license.url).toMatch(/^https:/);
			for (const file of Object.values(network.weights)) {
				expect(file.path).toMatch(/^[\w.-]+(\/[\w.-]+)+\.onnx$/);
				if (file.sha256 === null) continue;
				expect(file.sha256).toMatch(/^[0-9a-f]{64}$/);
				expect(file.bytes % 1000).not.toBe(0);
			}
		}
		expect(rmbg.license.commercial).toBe(false);
		expect(ENGINES['isnet-general-use'].network?.license.commercial).toBe(true);
	});

	it('has a network for devices with little memory', () => {
		const small = mostInputSide(4, false);
		expect(small).toBe(512);
		expect(mostInputSide(undefined, true)).toBe(512);
		expect(mostInputSide(8, false)).toBe(Infinity);
		expect(mostInputSide(undefined, false)).toBe(Infinity);
		const fitting = Object.values(ENGINES).filter(
			({ network }) => network && network.side <= small
		);
		expect(fitting.map(({ name }) => name)).toEqual(['u2netp']);
	});
});

describe('the alpha of a mask', () => {
	const of = (values: number[]) =>
		Float32Array.from({ length: 10_000 }, (_, i) => values[i % values.length]!);

	it('a faint answer is nothing_found instead of a stretched phantom', () => {
		const faint = of([0, 0.01, 0.05, 0.06]);
		const nothing = expect.objectContaining({ code: 'nothing_found' });
		expect(() => maskToAlpha(faint, 'min_max')).toThrow(nothing);
		const speck = new Float32Array(10_000);
		speck[5] = 0.9;
		expect(() => maskToAlpha(speck, 'min_max')).toThrow(nothing);
		expect(() => maskToAlpha(of([-4, -2]), 'sigmoid')).toThrow(nothing);
	});

	it('is stretched, put through a sigmoid or left, as the network needs it', () => {
		const { alpha, confidence } = maskToAlpha(of([0.8, 0.1]), 'min_max');
		expect([...alpha.slice(0, 2)]).toEqual([1, 0]);
		expect(confidence).toBe(1);
		expect(maskToAlpha(of([0.8, 0.1]), 'none').alpha[0]).toBeCloseTo(0.8);
		const logits = maskToAlpha(of([3, -3, 0]), 'sigmoid').alpha;
		expect(logits[0]).toBeCloseTo(1 / (1 + Math.exp(-3)));
		expect(logits[2]).toBeCloseTo(0.5);
	});
});

describe('the tensor of a picture', () => {
	const flat = {
		mean: [0.5, 0.25, 0] as [number, number, number],
		std: [1, 0.5, 2] as [number, number, number]
	};

	it.each([
		[40, 30, 64],
		[300, 200, 64],
		[64, 64, 64],
		[1000, 3, 64],
		[1, 1, 64]
	])('of one color is that color everywhere, %i x %i to %i', (width, height, side) => {
		const data = new Uint8ClampedArray(width * height * 4);
		for (let i = 0; i < data.length; i += 4) data.set([51, 102, 204, 255], i);
		const tensor = pictureToTensor({ data, width, height }, { side, ...flat });
		const wanted = [(0.2 - 0.5) / 1, (0.4 - 0.25) / 0.5, 0.8 / 2];
		const most = tensor.reduce(
			(worst, v, i) => Math.max(worst, Math.abs(v - wanted[Math.floor(i / (side * side))]!)),
			0
		);
		expect(most).toBeLessThan(1e-5);
	});

	it('keeps the mean of the light when it shrinks, and a ramp straight when it enlarges', () => {
		const ramp = (width: number) => {
			const data = new Uint8ClampedArray(width * width * 4);
			for (let i = 0; i < width * width; i++) data[i * 4] = (255 * (i % width)) / (width - 1);
			return { data, width, height: width };
		};
		const plain = {
			mean: [0, 0, 0] as [number, number, number],
			std: [1, 1, 1] as [number, number, number]
		};
		const small = pictureToTensor(ramp(256), { side: 48, ...plain }).slice(0, 48 * 48);
		expect(small.reduce((sum, v) => sum + v, 0) / small.length).toBeCloseTo(0.5, 3);
		const large = pictureToTensor(ramp(16), { side: 64, ...plain }).slice(0, 64);
		for (let x = 6; x < 58; x++) expect(large[x]! - large[x - 1]!).toBeCloseTo(1 / 60, 3);
	});
});

it('a full heap is told from other failures', () => {
	expect(isOutOfMemory(new Error('std::bad_alloc'))).toBe(true);
	expect(isOutOfMemory(new RangeError('Array buffer allocation failed'))).toBe(true);
	expect(isOutOfMemory(new Error('memory access out of bounds'))).toBe(true);
	expect(isOutOfMemory(new Error('The Device was lost'))).toBe(false);
});

it('the probe that is shipped is the one its script writes', () => {
	expect(PROBE).toBe(Buffer.from(probeNetwork()).toString('base64'));
});
