/** Starts the stand-ins for Meshy and Cloudflare Access once for all worker tests. */
import type { TestProject } from 'vitest/node';
import { startAccessStandIn } from '../access-stand-in/server.ts';
import type {} from '../meshy-stand-in/provided-context.ts';
import { startMeshyStandIn } from '../meshy-stand-in/server.ts';

export default async function setup(project: TestProject) {
	const meshy = await startMeshyStandIn();
	const access = await startAccessStandIn();
	project.provide('meshyUrl', meshy.url);
	project.provide('accessUrl', access.url);
	return () => Promise.all([meshy.close(), access.close()]);
}
