import { describe, expect, it } from 'vitest';
import { safeNext, signInAddress } from '../../src/routes/sign-in/way-back';

const ORIGIN = 'https://studio.example';

describe('safeNext', () => {
	it.each([
		['/', '/'],
		['/studio/1?tab=2#share', '/studio/1?tab=2#share'],
		['/dashboard', '/dashboard']
	])('keeps the path of this site %s', (next, expected) => {
		expect(safeNext(next, ORIGIN)).toBe(expected);
	});

	it.each([
		null,
		'',
		'dashboard',
		'https://evil.example/',
		'//evil.example/',
		'/\\evil.example/',
		'/\t/evil.example/',
		'javascript:alert(1)',
		'/sign-in?next=/sign-in',
		'//'
	])('gives the start page for %j', (next) => {
		expect(safeNext(next, ORIGIN)).toBe('/');
	});

	it('never gives an address that a browser reads as another host', () => {
		for (const next of ['/..//evil.example', '/.//evil.example', '/%2F/evil.example']) {
			expect(new URL(safeNext(next, ORIGIN), ORIGIN).origin).toBe(ORIGIN);
		}
	});
});

describe('signInAddress', () => {
	it('leads back to where it was made, query included', () => {
		const address = new URL(signInAddress({ pathname: '/', search: '?query=a%26b' }), ORIGIN);
		expect(safeNext(address.searchParams.get('next'), ORIGIN)).toBe('/?query=a%26b');
	});
});
