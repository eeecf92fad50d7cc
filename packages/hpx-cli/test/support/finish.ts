import { AsyncLocalStorage } from "node:async_hooks";
import { aroundEach, type TestContext } from "vitest";

const running = new AsyncLocalStorage<TestContext>();

aroundEach(async (runTest, context) => {
  await running.run(context, runTest);
});

/** Calls `cleanUp` after the test that calls this, also when tests run concurrently: vitest's own knows only one test. */
export function onTestFinished(cleanUp: () => unknown): void {
  const context = running.getStore();
  if (context === undefined) throw new Error("onTestFinished() was called outside a test");
  context.onTestFinished(async () => {
    await cleanUp();
  });
}
