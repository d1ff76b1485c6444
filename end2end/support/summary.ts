import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter';

/** Ends a run with the plain line that continuous integration reads. */
export default class Summary implements Reporter {
  private outcomes = new Map<string, boolean>();

  onTestEnd(test: TestCase, result: TestResult) {
    this.outcomes.set(test.id, result.status === test.expectedStatus);
  }

  onEnd(_: FullResult) {
    const passed = [...this.outcomes.values()].filter(Boolean).length;
    console.log(`${passed} passed, ${this.outcomes.size - passed} failed`);
  }
}
