import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

/** A Meshy key's shape, the values `npm test` plants in the build's environment, and hosts only the Worker may know. */
const SECRETS = [
	/\bmsy_[A-Za-z0-9_]{8,}/,
	/planted_studio_token/,
	/api\.meshy\.ai/,
	/assets\.meshy\.ai/,
	/local-secret/
];

it('the built site holds no secret: no key, no planted value, no address only the Worker calls', () => {
	const build = path.resolve(import.meta.dirname, '../../build');
	const files = fs
		.readdirSync(build, { recursive: true, encoding: 'utf8' })
		.filter((file) => /\.(js|mjs|html|json|css|map)$/.test(file));
	expect(files.length).toBeGreaterThan(20);
	const found = files.flatMap((file) => {
		const text = fs.readFileSync(path.join(build, file), 'utf8');
		return SECRETS.filter((secret) => secret.test(text)).map((secret) => `${file}: ${secret}`);
	});
	expect(found).toEqual([]);
});
