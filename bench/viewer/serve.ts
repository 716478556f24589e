import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

/** A page at an address of the bench's own, and what else it needs: text, or a file's path. */
export type OwnFiles = Record<
	string,
	{ type: string; text: string } | { type: string; file: string }
>;

const COMPRESSED = /^(text\/|application\/json|application\/javascript|image\/svg)/;

/**
 * Serves the app and the peer's page from one origin, compressed alike (gzip 9), so that nothing but the pages differs.
 */
export async function serve(
	app: URL,
	own: OwnFiles
): Promise<{ origin: string; close: () => void }> {
	const packed = new Map<string, Buffer>();
	const gzip = (key: string, bytes: Buffer) => {
		const found = packed.get(key) ?? gzipSync(bytes, { level: 9 });
		packed.set(key, found);
		return found;
	};
	const answer = async (request: http.IncomingMessage, response: http.ServerResponse) => {
		const path = request.url ?? '/';
		const mine = own[path];
		if (mine) {
			const bytes = 'text' in mine ? Buffer.from(mine.text) : fs.readFileSync(mine.file);
			response.writeHead(200, { 'Content-Type': mine.type, 'Content-Encoding': 'gzip' });
			return response.end(gzip(path, bytes));
		}
		const body = await readAll(request);
		const forwarded = await fetch(new URL(path, app), {
			method: request.method,
			headers: { 'content-type': request.headers['content-type'] ?? 'text/plain' },
			body: body.length > 0 ? new Uint8Array(body) : undefined
		});
		const bytes = Buffer.from(await forwarded.arrayBuffer());
		const type = forwarded.headers.get('content-type') ?? '';
		const headers: Record<string, string> = {};
		for (const [name, value] of forwarded.headers) {
			if (!/^(content-encoding|content-length|transfer-encoding|connection)$/.test(name)) {
				headers[name] = value;
			}
		}
		if (COMPRESSED.test(type)) {
			headers['content-encoding'] = 'gzip';
			response.writeHead(forwarded.status, headers);
			return response.end(
				path.startsWith('/_app/immutable/') ? gzip(path, bytes) : gzipSync(bytes, { level: 9 })
			);
		}
		headers['content-length'] = String(bytes.length);
		response.writeHead(forwarded.status, headers);
		return response.end(bytes);
	};
	const server = http.createServer((request, response) => {
		answer(request, response).catch(() => response.writeHead(502).end());
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('The server has no port.');
	return {
		origin: `http://127.0.0.1:${(address satisfies AddressInfo).port}`,
		close: () => {
			server.close();
			server.closeAllConnections();
		}
	};
}

async function readAll(request: http.IncomingMessage): Promise<Buffer> {
	const parts: Buffer[] = [];
	for await (const part of request) parts.push(Buffer.from(part));
	return Buffer.concat(parts);
}
