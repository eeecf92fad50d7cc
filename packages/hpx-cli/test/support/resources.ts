import { AsyncLocalStorage } from "node:async_hooks";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MockSseServer, type Reply } from "hpx-transport/testing";
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

/** A path in a folder that goes with the test. */
export function temporaryFile(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), "hpx-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, name);
}

/** A mock server that is closed with its test; it gives these replies, then 204: nothing more to stream. */
export async function startServer(...replies: readonly Reply[]): Promise<MockSseServer> {
  const server = await MockSseServer.start();
  onTestFinished(() => server.close());
  server.reply(...replies);
  server.otherwise({ status: 204 });
  return server;
}
