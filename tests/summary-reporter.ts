import type { Reporter, TestModule } from 'vitest/node';

/** Prints the one closing line that people and CI read: "N passed, N failed". */
export class SummaryReporter implements Reporter {
	onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
		let passed = 0;
		let failed = errors.length;
		let skipped = 0;
		for (const module of modules) {
			const tests = [...module.children.allTests()];
			const broken = tests.filter((test) => test.result().state === 'failed').length;
			// A file can fail without a failed test: it did not load, or a hook threw.
			failed += module.state() === 'failed' ? Math.max(1, broken) : broken;
			passed += tests.filter((test) => test.result().state === 'passed').length;
			skipped += tests.filter((test) => !['passed', 'failed'].includes(test.result().state)).length;
		}
		const line = `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`;
		// After the default reporter's own summary.
		process.on('exit', () => console.log(line));
	}
}
