import { afterEach, describe, expect, it } from 'vitest';
import {
	StageError,
	type Cutout,
	type EngineName,
	type StageErrorCode
} from '../../src/lib/artifacts';
import { findEngine } from '../../src/lib/cutout/preferences';
import {
	removeBackgrounds,
	type RemoveBackgroundsOptions
} from '../../src/lib/cutout/remove-backgrounds';
import { deleteWeights, downloadWeights } from '../../src/lib/networks/weights';
import { removeFile, storeFile } from '../../src/lib/networks/weights-store';

const photo = (id: string) => ({ id, name: `${id}.jpg`, image: new Blob(), width: 1, height: 1 });
const network = (name: EngineName) => findEngine(name, null)!.network!;
const here = async (name: EngineName) => {
	for (const { path } of Object.values(network(name).weights)) {
		await storeFile(path, new Blob(['weights']), 'hash');
	}
};

/** A thread on which the given engines fail. */
function thread(failing: Partial<Record<EngineName, StageErrorCode>>) {
	const asked: EngineName[] = [];
	const run: RemoveBackgroundsOptions['run'] = async (_name, input) => {
		const { photo_id, engine } = input as { photo_id: string; engine: EngineName };
		asked.push(engine);
		const code = failing[engine];
		if (code) throw new StageError(code);
		const cutout: Cutout = {
			photo_id,
			image: new Blob(),
			mask: new Blob(),
			width: 1,
			height: 1,
			engine,
			device: 'cpu',
			coverage: 0.5,
			confidence: 1,
			bounds: { x: 0, y: 0, width: 1, height: 1 },
			processing_time: 0,
			notes: []
		};
		return cutout as never;
	};
	return { asked, run };
}

describe('when an engine cannot do it', () => {
	afterEach(async () => {
		for (const name of ['rmbg-1.4', 'u2netp'] as const) await deleteWeights(network(name));
		await removeFile('own/hash');
	});

	it.each(['out_of_memory', 'thread_crashed'] as const)(
		'%s: a smaller one does this photo and the rest, and says so',
		async (code) => {
			await here('rmbg-1.4');
			await here('u2netp');
			const { asked, run } = thread({ 'rmbg-1.4': code });
			const results = await removeBackgrounds([photo('a'), photo('b')], {
				engine: 'rmbg-1.4',
				most_side: Infinity,
				run
			});
			expect(asked).toEqual(['rmbg-1.4', 'u2netp', 'u2netp']);
			expect(results).toMatchObject([
				{ cutout: { engine: 'u2netp', notes: ['smaller_engine'] } },
				{ cutout: { engine: 'u2netp', notes: ['smaller_engine'] } }
			]);
		}
	);

	it('the built-in one does it where no smaller one is here', async () => {
		await here('rmbg-1.4');
		const { asked, run } = thread({ 'rmbg-1.4': 'out_of_memory' });
		const options = { engine: 'rmbg-1.4', most_side: Infinity, run } as const;
		const [result] = await removeBackgrounds([photo('a')], options);
		expect(asked).toEqual(['rmbg-1.4', 'backdrop']);
		expect(result).toMatchObject({ cutout: { notes: ['smaller_engine'] } });
	});

	it('nothing is tried for ever: the smallest that fails ends in an error', async () => {
		const { asked, run } = thread({ backdrop: 'thread_crashed' });
		const results = await removeBackgrounds([photo('a')], { engine: 'backdrop', run });
		expect(asked).toEqual(['backdrop']);
		expect(results).toMatchObject([{ error: { code: 'thread_crashed' } }]);
	});

	it('a network too large for this device’s memory is not even started', async () => {
		await here('rmbg-1.4');
		await here('u2netp');
		const { asked, run } = thread({});
		const options = { engine: 'rmbg-1.4', most_side: 512, run } as const;
		const [result] = await removeBackgrounds([photo('a')], options);
		expect(asked).toEqual(['u2netp']);
		expect(result).toMatchObject({ cutout: { notes: ['smaller_engine'] } });
	});

	it('another failure is the photo’s own, and the next photo goes on with the engine', async () => {
		await here('rmbg-1.4');
		const { asked, run } = thread({ 'rmbg-1.4': 'nothing_found' });
		const options = { engine: 'rmbg-1.4', most_side: Infinity, run } as const;
		const results = await removeBackgrounds([photo('a'), photo('b')], options);
		expect(asked).toEqual(['rmbg-1.4', 'rmbg-1.4']);
		expect(results).toMatchObject([
			{ error: { code: 'nothing_found' } },
			{ error: { code: 'nothing_found' } }
		]);
	});

	it('an engine whose weights are not here is refused, never downloaded in passing', async () => {
		await expect(removeBackgrounds([photo('a')], { engine: 'rmbg-1.4' })).rejects.toMatchObject({
			code: 'weights_missing'
		});
	});

	it('first start offline: the built-in engine does it, and says that a better one is out of reach', async () => {
		const rmbg = network('rmbg-1.4');
		await expect(
			downloadWeights(rmbg, { base_url: 'http://127.0.0.1:9', device: 'cpu' })
		).rejects.toMatchObject({ code: 'weights_unreachable', detail: { host: '127.0.0.1:9' } });
		const { asked, run } = thread({});
		const [result] = await removeBackgrounds([photo('a')], { engine: 'auto', run });
		expect(asked).toEqual(['backdrop']);
		expect(result).toMatchObject({ cutout: { notes: ['weights_unreachable'] } });
	});
});
