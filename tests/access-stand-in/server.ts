/**
 * A stand-in for a Cloudflare Access team: it serves the public keys at /cdn-cgi/access/certs.
 * PUT there sets what is answered from now on; GET /__reads tells how often the keys were read since.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export async function startAccessStandIn() {
	let keys = '{"keys":[]}';
	let reads = 0;
	const server = http.createServer(async (request, response) => {
		if (request.method === 'PUT') {
			keys = '';
			for await (const chunk of request) keys += String(chunk);
			reads = 0;
			response.writeHead(204).end();
		} else if (request.url === '/__reads') {
			response.end(String(reads));
		} else if (request.url === '/cdn-cgi/access/certs') {
			reads++;
			response.setHeader('content-type', 'application/json');
			response.end(keys);
		} else {
			response.writeHead(404).end();
		}
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		close: () => new Promise<void>((resolve) => server.close(() => resolve()))
	};
}
