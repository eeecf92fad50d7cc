import { expect, test } from "vitest";
import { connect, rejection, startServer } from "./support.js";

test("F5: a server that closes and leaves TCP open: the close is echoed, and TCP ends after closeTimeout", async () => {
  const server = await startServer();
  server.reply({ steps: [{ close: 4001, reason: "enough" }], onClose: "keep", finish: "hold" });
  const connection = await connect({ url: server.url, closeTimeout: 100 });
  const error = await rejection(connection.next());
  expect(error).toMatchObject({ code: "WS_CLOSED", details: { code: 4001, clean: true, by: "server" } });
  await connection.closed;
  const peer = await server.connection(1);
  expect(peer.frames.map(({ kind, code }) => [kind, code])).toEqual([["close", 4001]]);
});
