import type { Reporter, TestModule } from "vitest/node";

/** Closes a run with its counts in one plain line, for machines and for people in a hurry. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const testModule of modules) {
      for (const test of testModule.children.allTests()) counts[test.result().state] += 1;
      if (testModule.children.size === 0) counts.failed += 1;
    }
    const { passed, failed, pending, skipped } = counts;
    process.stdout.write(`\n${passed} passed, ${failed + pending} failed, ${skipped} skipped\n`);
  }
}
