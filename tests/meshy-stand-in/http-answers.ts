/** Reading requests and writing answers the way Meshy does. */
import type http from 'node:http';

const MAX_BODY_BYTES = 80 * 1024 * 1024;

export function json(
	response: http.ServerResponse,
	status: number,
	body: object,
	retry_after?: number
) {
	if (retry_after !== undefined) response.setHeader('retry-after', retry_after);
	const text = JSON.stringify('message' in body ? { message: body.message } : body);
	response.writeHead(status, { 'content-type': 'application/json' }).end(text);
}

export function denied(response: http.ServerResponse, status: number) {
	response.writeHead(status, { 'content-type': 'application/xml' });
	response.end('<Error><Code>AccessDenied</Code></Error>');
}

export async function readBody(request: http.IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of request) {
		bytes += chunk.length;
		if (bytes > MAX_BODY_BYTES) throw new Error('The body is too long');
		chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString('utf8');
}

export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
