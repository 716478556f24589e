/** What the cut-out engines are called, and what is said before one is downloaded. */
import type { EngineName } from '../artifacts';

export const engines: Record<EngineName, { name: string; hint: string }> = {
	'rmbg-1.4': { name: 'RMBG', hint: 'For any background. By BRIA AI.' },
	'isnet-general-use': { name: 'IS-Net', hint: 'For any background.' },
	'birefnet-lite': { name: 'BiRefNet lite', hint: 'The finest edges. Needs a GPU.' },
	u2netp: { name: 'U²-Net small', hint: 'For phones and a quick first look.' },
	backdrop: { name: 'Built-in', hint: 'For plain and studio backgrounds. No download.' },
	own: { name: 'Your own network', hint: 'The ONNX file you gave in the settings.' }
};

export const engine_facts = {
	ready: 'On this device',
	size: '{megabytes} MB',
	begun: '{megabytes} of {total} MB here',
	commercial: 'Commercial use: yes ({license})',
	not_commercial: 'Commercial use: no ({license})',
	own_license: 'Commercial use: as its license says',
	no_license: 'Commercial use: yes',
	too_large: 'Needs more memory than this device has.',
	no_gpu: 'Needs a GPU with half precision, which this browser does not offer.'
};

export const devices = {
	label: 'Runs on',
	auto: 'Automatic',
	gpu: 'GPU',
	cpu: 'CPU',
	found_gpu: 'Automatic chooses your GPU here.',
	found_cpu: 'Automatic chooses your CPU here.'
};

export const consent = {
	title: 'Download {name} once?',
	text: '{megabytes} MB from {host}, kept on this device and usable offline afterwards. Your photos are not sent anywhere.',
	begun: '{megabytes} MB of it are already here; the download goes on from there.',
	free: 'License: {license}. Commercial use is allowed.',
	not_free:
		'License: {license}, free for non-commercial use only. To sell products with it you need an agreement with BRIA.',
	own: 'Check the license of this network yourself before you sell products with it.',
	yes: 'Download {megabytes} MB',
	free_instead: 'Use {name} instead (commercial use allowed)',
	no: 'Use the built-in engine',
	terms: 'Read the license',
	fell_back: '{name} could not be downloaded, so the built-in engine was used. {reason}',
	not_kept:
		'This browser does not let the site store {name} (a private window, or no space left). It works now and has to be downloaded again after you close this page.'
};

export const own_engine = {
	title: 'Your own network',
	lead: 'Any ONNX file that takes one picture (1×3×N×N) and gives one mask. It stays on this device.',
	name: 'Name',
	file: 'ONNX file',
	or: 'or',
	address: 'Address of the file',
	side: 'Input side, pixels',
	mean: 'Mean (red, green, blue)',
	std: 'Deviation (red, green, blue)',
	activation: 'Its output is',
	none: 'a mask from 0 to 1',
	sigmoid: 'logits',
	min_max: 'to be stretched over its own range',
	add: 'Use this network',
	adding: 'Checking the file',
	remove: 'Remove',
	added: '“{name}” can now be chosen as an engine.',
	incomplete: 'Give a name, a file or an address, and numbers: {what}.',
	unfit: {
		too_large: 'The file is larger than 1 GB, which no browser can run.',
		not_onnx: 'This is not an ONNX file. Export the network as ONNX, then try again.',
		no_address: 'This is no web address. Give one that begins with https://.',
		no_length:
			'The host of this file cannot be reached from a browser, or does not say how large it is. Download the file yourself and give it here.'
	}
};
