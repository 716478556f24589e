/**
 * A network of RMBG-1.4's shape with weights that were never trained: IS-Net (Qin et al., "Highly Accurate Dichotomous Image
 * Segmentation", ECCV 2022, https://arxiv.org/abs/2203.03041, table of stages in its code) with 44 million parameters, whose
 * time and memory are those of the real one. So that its mask is no noise, whose edges would cost what no product's cost,
 * one convolution of a single pixel looks for what is darker than paper.
 */
import { seededRandom } from '../../tests/fixtures/images';
import { writeOnnx, type OnnxNode, type OnnxTensor } from '../../tests/fixtures/onnx-writer';

export interface StandInOptions {
	/** Of the square input, pixels; RMBG-1.4 has 1024. */
	side: number;
	/** Of the channels RMBG-1.4 has. Default 1: 176 MB. */
	width?: number;
}

/** A map within the network. */
interface Map {
	name: string;
	channels: number;
	side: number;
}

/** Random weights are slices of one table of this many numbers. */
const TABLE = 1 << 20;
/** Residual sums would double with every block. */
const CALM = 0.5;
/** Logit of a pixel: what is darker than this (0 to 1, all channels) is product. */
const PAPER = 0.8;
const CLEAR = 24;

/** The network as an ONNX file. */
export function isnetStandIn({ side, width = 1 }: StandInOptions): Uint8Array {
	const net = new Builder(width);
	const input: Map = { name: 'input', channels: 3, side };
	const levels: Map[] = [];
	let map = net.conv(input, 64, { stride: 2, relu: false });
	const stages: ((from: Map) => Map)[] = [
		(from) => net.nested(7, from, 32, 64),
		(from) => net.nested(6, from, 32, 128),
		(from) => net.nested(5, from, 64, 256),
		(from) => net.nested(4, from, 128, 512),
		(from) => net.dilated(from, 256, 512),
		(from) => net.dilated(from, 256, 512)
	];
	for (const [i, stage] of stages.entries()) {
		map = stage(i ? net.pool(map) : map);
		levels.push(map);
	}
	const decoders: ((from: Map) => Map)[] = [
		(from) => net.dilated(from, 256, 512),
		(from) => net.nested(4, from, 128, 256),
		(from) => net.nested(5, from, 64, 128),
		(from) => net.nested(6, from, 32, 64),
		(from) => net.nested(7, from, 16, 64)
	];
	for (const [i, decoder] of decoders.entries()) {
		const skip = levels[4 - i]!;
		map = decoder(net.concat(net.resize(map, skip.side), skip));
	}
	const head = net.resize(net.head(map), side);
	const dark = net.darkness(input);
	const logit = net.add(head, dark);
	net.node('Sigmoid', [logit.name], {}, 'output');
	return writeOnnx({
		nodes: net.nodes,
		tensors: net.tensors,
		input: { name: 'input', dims: [1, 3, side, side] },
		output: { name: 'output', dims: [1, 1, side, side] }
	});
}

class Builder {
	readonly nodes: OnnxNode[] = [];
	readonly tensors: OnnxTensor[] = [];
	readonly #noise: Float32Array;
	readonly #width: number;

	constructor(width: number) {
		const random = seededRandom(7);
		this.#noise = Float32Array.from({ length: TABLE }, () => random() - 0.5);
		this.#width = width;
	}

	node(op: string, inputs: string[], attributes: OnnxNode['attributes'] = {}, output?: string) {
		const name = output ?? `${op}_${this.nodes.length}`;
		this.nodes.push({ op, inputs, output: name, attributes });
		return name;
	}

	/** A residual U-block of `depth` levels (RSU). */
	nested(depth: number, from: Map, middle: number, to: number): Map {
		const first = this.conv(from, to);
		const skips: Map[] = [];
		let map = first;
		for (let level = 0; level < depth - 1; level++) {
			map = this.conv(level ? this.pool(map) : map, middle);
			skips.push(map);
		}
		map = this.conv(map, middle, { dilation: 2 });
		for (const [i, skip] of skips.reverse().entries()) {
			const last = i === skips.length - 1;
			map = this.conv(this.concat(this.resize(map, skip.side), skip), last ? to : middle);
		}
		return this.add(map, first);
	}

	/** The same without pooling: dilated convolutions (RSU-4F). */
	dilated(from: Map, middle: number, to: number): Map {
		const first = this.conv(from, to);
		const one = this.conv(first, middle);
		const two = this.conv(one, middle, { dilation: 2 });
		const four = this.conv(two, middle, { dilation: 4 });
		const eight = this.conv(four, middle, { dilation: 8 });
		let map = this.conv(this.concat(eight, four), middle, { dilation: 4 });
		map = this.conv(this.concat(map, two), middle, { dilation: 2 });
		map = this.conv(this.concat(map, one), to);
		return this.add(map, first);
	}

	conv(from: Map, wanted: number, { stride = 1, dilation = 1, relu = true } = {}): Map {
		const channels = this.#scaled(wanted);
		const scale = CALM * Math.sqrt(24 / (9 * from.channels));
		const weight = this.#random(channels * from.channels * 9, scale);
		const conv = this.#convolve(from, channels, weight, this.#random(channels, 0.02), {
			kernel_shape: [3, 3],
			pads: [dilation, dilation, dilation, dilation],
			strides: [stride, stride],
			dilations: [dilation, dilation]
		});
		const map = { name: conv, channels, side: Math.ceil(from.side / stride) };
		return relu ? { ...map, name: this.node('Relu', [conv]) } : map;
	}

	/** A faint logit. */
	head(from: Map): Map {
		const weight = this.#random(from.channels * 9, 1e-3);
		const kernel = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] };
		const name = this.#convolve(from, 1, weight, new Float32Array(1), kernel);
		return { name, channels: 1, side: from.side };
	}

	/** The logit that counts. The input is off by a half. */
	darkness(from: Map): Map {
		const weight = new Float32Array(3).fill(-CLEAR / 3);
		const bias = Float32Array.of(CLEAR * (PAPER - 0.5));
		const name = this.#convolve(from, 1, weight, bias, { kernel_shape: [1, 1] });
		return { name, channels: 1, side: from.side };
	}

	pool(from: Map): Map {
		const attributes = { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 };
		const name = this.node('MaxPool', [from.name], attributes);
		return { ...from, name, side: Math.ceil(from.side / 2) };
	}

	resize(from: Map, side: number): Map {
		if (from.side === side) return from;
		const name = `size_${this.nodes.length}`;
		const data = BigInt64Array.from([1, from.channels, side, side].map(BigInt));
		this.tensors.push({ name, dims: [4], data });
		const attributes = { mode: 'linear', coordinate_transformation_mode: 'half_pixel' };
		return { ...from, name: this.node('Resize', [from.name, '', '', name], attributes), side };
	}

	concat(a: Map, b: Map): Map {
		const name = this.node('Concat', [a.name, b.name], { axis: 1 });
		return { ...a, name, channels: a.channels + b.channels };
	}

	add(a: Map, b: Map): Map {
		return { ...a, name: this.node('Add', [a.name, b.name]) };
	}

	#convolve(
		from: Map,
		channels: number,
		weight: Float32Array,
		bias: Float32Array,
		attributes: Record<string, number[]>
	): string {
		const id = this.nodes.length;
		const kernel = attributes.kernel_shape ?? [];
		this.tensors.push({
			name: `weight_${id}`,
			dims: [channels, from.channels, ...kernel],
			data: weight
		});
		this.tensors.push({ name: `bias_${id}`, dims: [channels], data: bias });
		return this.node('Conv', [from.name, `weight_${id}`, `bias_${id}`], attributes);
	}

	#scaled(channels: number): number {
		return Math.max(4, Math.round(channels * this.#width));
	}

	/** Numbers from -scale / 2 to scale / 2. */
	#random(length: number, scale: number): Float32Array {
		const numbers = new Float32Array(length);
		for (let i = 0, k = this.nodes.length * 7919; i < length; i++, k++) {
			numbers[i] = this.#noise[k % TABLE]! * scale;
		}
		return numbers;
	}
}
