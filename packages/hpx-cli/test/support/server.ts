import { MockSseServer, type Reply } from "hpx-transport/testing";
import { onTestFinished } from "./finish.js";

/** A mock server that is closed with its test; it gives these replies, then 204: nothing more to stream. */
export async function startServer(...replies: readonly Reply[]): Promise<MockSseServer> {
  const server = await MockSseServer.start();
  onTestFinished(() => server.close());
  server.reply(...replies);
  server.otherwise({ status: 204 });
  return server;
}
