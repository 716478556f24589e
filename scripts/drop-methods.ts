import { parseSync } from 'vite';

interface Member {
	name: string;
	start: number;
	end: number;
}
type Syntax = Record<string, unknown> & { type: string; start: number; end: number };

/** The language itself calls these. */
const CALLED_UNNAMED = new Set(['then', 'toJSON', 'toString', 'valueOf']);

/**
 * Drops the methods of a module that nobody names: class methods, and functions a constructor hangs on `this`. A name
 * counts as used when it stands anywhere else as a word, be it in a string or of another class, so nothing is dropped
 * that could be called by its name. Bundlers keep them all, because they cannot know which object a name is looked up in.
 *
 * @param code an unminified ES module
 * @param users text of everything that may call into it
 */
export function dropMethods(code: string, users: string): string {
	const used_outside = new Set(users.match(WORD));
	for (;;) {
		const words = countWords(code);
		const members = membersOf(code).filter(
			({ name }) => !used_outside.has(name) && !CALLED_UNNAMED.has(name)
		);
		const within = new Map<string, number>();
		for (const { name, start, end } of members) {
			const own = countWords(code.slice(start, end)).get(name) ?? 0;
			within.set(name, (within.get(name) ?? 0) + own);
		}
		const unused = members.filter(({ name }) => words.get(name) === within.get(name));
		if (unused.length === 0) return code;
		let kept_from = Infinity;
		for (const { start, end } of unused.sort((a, b) => b.start - a.start || b.end - a.end)) {
			if (end > kept_from) continue;
			code = code.slice(0, start) + code.slice(end);
			kept_from = start;
		}
	}
}

const WORD = /[A-Za-z_$][\w$]*/g;

function countWords(text: string): Map<string, number> {
	const counts = new Map<string, number>();
	for (const [word] of text.matchAll(WORD)) counts.set(word, (counts.get(word) ?? 0) + 1);
	return counts;
}

function membersOf(code: string): Member[] {
	const members: Member[] = [];
	const visit = (value: unknown): void => {
		if (Array.isArray(value)) return value.forEach(visit);
		if (!isSyntax(value)) return;
		const name = methodName(value) ?? assignedName(value, code);
		if (name !== null) members.push({ name, start: value.start, end: value.end });
		for (const inner of Object.values(value)) visit(inner);
	};
	visit(parseSync('module.js', code).program);
	return members;
}

/** `name() {}` in a class. */
function methodName({ type, kind, computed, key }: Syntax): string | null {
	const method = type === 'MethodDefinition' && kind === 'method' && computed === false;
	return method ? identifier(key) : null;
}

/** `this.name = function …` as a statement, also of a function declared elsewhere. */
function assignedName({ type, expression }: Syntax, code: string): string | null {
	if (type !== 'ExpressionStatement' || !isSyntax(expression)) return null;
	const { left, right, operator } = expression;
	if (operator !== '=' || !isSyntax(left) || !isSyntax(right)) return null;
	const own = isSyntax(left.object) && left.object.type === 'ThisExpression' && !left.computed;
	const called = identifier(right);
	const callable =
		right.type === 'FunctionExpression' ||
		(called !== null && code.includes(`function ${called}(`));
	return own && callable ? identifier(left.property) : null;
}

function identifier(value: unknown): string | null {
	return isSyntax(value) && value.type === 'Identifier' ? String(value.name) : null;
}

function isSyntax(value: unknown): value is Syntax {
	return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}
