import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSites } from '../../src/lib/share/read-sites';
import { sharePatch } from '../../worker/contract';

describe('sites that may embed a link', () => {
	it.each([
		['https://shop.example', 'https://shop.example'],
		['Shop.Example/cart?x=1', 'https://shop.example'],
		['  https://shop.example:8443/  ', 'https://shop.example:8443'],
		['https://*.shop.example', 'https://*.shop.example'],
		['münchen.example', 'https://xn--mnchen-3ya.example'],
		['http://localhost:3000/page', 'http://localhost:3000'],
		['localhost:3000', 'http://localhost:3000']
	])('reads %j as %s', (line, site) => {
		expect(readSites(line)).toEqual({ ok: true, sites: [site] });
	});

	it.each([
		['http://shop.example'],
		['shop'],
		['https://*'],
		['*'],
		["'self'"],
		['https://a.example; script-src *'],
		['https://ann:secret@shop.example'],
		['javascript://shop.example'],
		['ftp://shop.example']
	])('names %j as no site', (line) => {
		expect(readSites(`https://a.example\n${line}`)).toEqual({
			ok: false,
			problem: 'not_a_site',
			line
		});
	});

	it('keeps each once, in order, and passes over empty lines', () => {
		expect(readSites('\nb.example\n\na.example\r\nhttps://B.example/\n')).toEqual({
			ok: true,
			sites: ['https://b.example', 'https://a.example']
		});
	});

	it('takes twenty, not twenty-one', () => {
		const lines = (n: number) => Array.from({ length: n }, (_, i) => `a${i}.example`).join('\n');
		expect(readSites(lines(20))).toMatchObject({ ok: true });
		expect(readSites(lines(21))).toEqual({ ok: false, problem: 'too_many' });
	});

	it('gives only what the server takes, whatever is typed', () => {
		const line = fc.oneof(fc.string(), fc.webUrl(), fc.domain(), fc.ipV4());
		fc.assert(
			fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
				const read = readSites(lines.join('\n'));
				if (read.ok) {
					expect(sharePatch.safeParse({ embed_origins: read.sites }).success).toBe(true);
				}
			})
		);
	});
});
