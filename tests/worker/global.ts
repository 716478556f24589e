/** Starts Meshy's stand-in once for all worker tests. */
import type { TestProject } from 'vitest/node';
import type {} from '../meshy-stand-in/provided-context.ts';
import { startMeshyStandIn } from '../meshy-stand-in/server.ts';

export default async function setup(project: TestProject) {
	const stand_in = await startMeshyStandIn();
	project.provide('meshyUrl', stand_in.url);
	return () => stand_in.close();
}
