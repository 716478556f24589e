/**
 * Runs the stand-in by hand: `npx node tests/meshy-stand-in/main.ts [port] [scenario] [webhook address]`, then start the
 * app with MESHY_BASE_URL=http://127.0.0.1:8802 and MESHY_API_KEY=msy_anything (in .dev.vars). A key that ends in
 * `~scenario` plays that one.
 */
import { isScenario, SCENARIOS } from './scenarios.ts';
import { startMeshyStandIn } from './server.ts';

const [port = '8802', scenario = 'ok', webhook = null] = process.argv.slice(2);
if (!isScenario(scenario)) {
	console.error(`Unknown scenario. There are: ${Object.keys(SCENARIOS).join(', ')}`);
	process.exit(1);
}
const { url } = await startMeshyStandIn({
	port: Number(port),
	scenario,
	seconds: 12,
	webhook: () => webhook,
	onrequest: (line) => console.log(line)
});
console.log(`Meshy's stand-in (${scenario}) listens on ${url}`);
