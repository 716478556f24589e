import { expect, it } from 'vitest';
import type { Order } from '../../worker/clients/provider';
import type { DraftOptions } from '../../src/lib/generate/generate-3d-model';
import { DraftProvider } from '../../src/lib/generate/providers/draft';
import { describeProvider } from '../provider-contract';

async function picture(opaque: boolean): Promise<Uint8Array> {
	const canvas = new OffscreenCanvas(160, 160);
	const pen = canvas.getContext('2d');
	if (!pen) throw new Error('no canvas');
	pen.fillStyle = 'rgb(230 120 20)';
	if (opaque) pen.fillRect(50, 30, 60, 100);
	return new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
}

async function orderOf(opaque: boolean): Promise<Order<DraftOptions>> {
	const bytes = await picture(opaque);
	return {
		request: { provider: 'draft', size: { height_m: 0.2 }, detail: 'preview' },
		inputs: [{ role: 'image', source: { content_type: 'image/png', bytes } }],
		source_task_id: null
	};
}

const [good, empty] = [await orderOf(true), await orderOf(false)];

describeProvider('The draft engine', {
	good: () => new DraftProvider(),
	order: good,
	failing: () => ({ provider: new DraftProvider(), order: empty }),
	pause_ms: 20
});

it('a draft costs nothing, has no account, and takes no address', async () => {
	const draft = new DraftProvider();
	expect(draft.estimate()).toEqual({ credits: 0, micro_usd: 0 });
	expect(await draft.balance()).toBeNull();
	const remote = { role: 'image' as const, source: { url: 'https://example.com/a.png' } };
	expect(await draft.submit({ ...good, inputs: [remote] })).toMatchObject({ kind: 'refused' });
	expect(await draft.submit({ ...good, inputs: [] })).toMatchObject({ kind: 'refused' });
});

it('removing a draft that is being made stops it', async () => {
	const draft = new DraftProvider();
	const submitted = await draft.submit(good);
	if (submitted.kind !== 'accepted') throw new Error(submitted.kind);
	const ref = { endpoint: draft.endpointFor(), provider_task_id: submitted.provider_task_id };
	expect(await draft.remove(ref)).toBe(true);
	expect(await draft.poll(ref)).toEqual({ kind: 'gone' });
});
