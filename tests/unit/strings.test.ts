import { describe, expect, it } from 'vitest';
import { ApiError } from '$lib/api';
import { StageError } from '$lib/artifacts';
import { isAbort, sentenceOf } from '$lib/sentence-of';
import { fill, strings } from '$lib/strings';

describe('the sentence of a failure', () => {
	it('is filled with what the stage knew', () => {
		const detail = { name: 'chair.jpg', megabytes: 31, limit: 25 };
		const sentence = sentenceOf(new StageError('photo_too_large', detail));
		expect(sentence).toContain('chair.jpg');
		expect(sentence).toContain('31 MB');
		expect(sentence).not.toMatch(/[{}]/);
	});

	it('takes from the caller what the stage did not know, and never overrules the stage', () => {
		expect(sentenceOf(new StageError('photo_corrupt'), { name: 'a.jpg' })).toContain('a.jpg');
		expect(
			sentenceOf(new StageError('photo_corrupt', { name: 'b.jpg' }), { name: 'a.jpg' })
		).toContain('b.jpg');
	});

	it('leaves no placeholder for errors that come without detail', () => {
		for (const code of ['photo_corrupt', 'nothing_found', 'engine_failed'] as const) {
			expect(sentenceOf(new StageError(code))).not.toMatch(/[{}]/);
		}
	});

	it('of a refusal is the server’s own', () => {
		expect(sentenceOf(new ApiError(409, 'asset_not_ready', 'Upload it first.'))).toBe(
			'Upload it first.'
		);
	});

	it('of an unexpected error says that it was not expected, and what it was', () => {
		expect(sentenceOf(new TypeError('x is undefined'))).toContain('x is undefined');
	});
});

it('every error of a stage says what to do: it has at least two sentences or passes a message on', () => {
	for (const [code, sentence] of Object.entries(strings.errors)) {
		const passed_on = sentence === '{message}';
		expect(passed_on || (sentence.match(/[.;,]\s/g) ?? []).length >= 1, code).toBe(true);
		expect(passed_on || sentence.endsWith('.'), code).toBe(true);
	}
});

it('fill leaves unknown placeholders as they are', () => {
	expect(fill('{a} and {b}', { a: 1 })).toBe('1 and {b}');
});

it('only an AbortError is an abort', () => {
	expect(isAbort(new DOMException('Canceled', 'AbortError'))).toBe(true);
	expect(isAbort(new Error('AbortError'))).toBe(false);
});
