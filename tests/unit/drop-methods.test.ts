import { describe, expect, it } from 'vitest';
import { dropMethods } from '../../scripts/drop-methods';

describe('dropMethods', () => {
	it('drops a method nobody names, and then what only that one named', () => {
		const code = `export class Box { used() { return 1; } spare() { return this.deeper(); } deeper() { return 2; } }`;
		const dropped = dropMethods(code, 'box.used()');
		expect(dropped).toContain('used()');
		expect(dropped).not.toMatch(/spare|deeper/);
	});

	it('keeps what is named anywhere: in a string, in another class, or by its user', () => {
		const code = `export class Box { a() {} b() {} c() {} } export class Other { run(box) { box.b(); return 'c'; } }`;
		expect(dropMethods(code, 'x.a(); other.run(x)')).toBe(code);
	});

	it('drops a method that only calls itself, and functions hung on this', () => {
		const code = `export function Tool() { function spare() {} this.spin = function () { this.spin(); }; this.hum = spare; this.data = value; }`;
		const dropped = dropMethods(code, '');
		expect(dropped).not.toMatch(/this\.spin|this\.hum/);
		expect(dropped).toContain('this.data = value');
	});

	it('keeps getters, computed names and what the language calls itself', () => {
		const code = `export class Box { get size() { return 1; } [Symbol.iterator]() {} toJSON() {} toString() {} }`;
		expect(dropMethods(code, '')).toBe(code);
	});
});
