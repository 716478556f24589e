import type { Reporter, TestModule } from 'vitest/node';

/** Prints the one closing line that people and CI read: "N passed, N failed". */
export class SummaryReporter implements Reporter {
	onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
		let passed = 0;
		let failed = errors.length;
		let skipped = 0;
		for (const module of modules) {
			if (module.state() === 'failed' && [...module.children.allTests()].length === 0) failed++;
			for (const test of module.children.allTests()) {
				const { state } = test.result();
				if (state === 'passed') passed++;
				else if (state === 'failed') failed++;
				else skipped++;
			}
		}
		const line = `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`;
		// After the default reporter's own summary.
		process.on('exit', () => console.log(line));
	}
}
