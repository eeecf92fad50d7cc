import { expect, test, vi } from "vitest";
import { TransportError } from "../../src/error.js";
import { NodeClient } from "../../src/http/entries/node.js";
import { rejection } from "../support/promises.js";
import { countingSignal } from "../sse/support.js";
import { get, record } from "./support/requests.js";
import { startHttp, startTcp } from "./support/servers.js";

test("close() ends what is open, each in its way, and what comes after", async () => {
  const server = await startHttp((request, response) => {
    if (request.url === "/") response.write("hello");
  });
  const stalled = await startTcp((socket) => socket.resume(), "https:");
  const client = new NodeClient();
  const reading = record((await client.send(get(server.url))).body);
  const connecting = rejection(client.send(get(stalled.url)));
  const waiting = rejection(client.send(get(new URL("/silent", server.url))));
  await vi.waitFor(() => expect(server.connections + stalled.connections).toBe(3));
  await client.close();
  expect((await reading.ended)?.message).toBe("the HTTP client was closed");
  for (const error of [await connecting, await waiting, await rejection(client.send(get(server.url)))]) {
    expect(TransportError.is(error, "CONNECT") && !error.retryable).toBe(true);
  }
  await vi.waitFor(() => expect(server.sockets.size + stalled.sockets.size).toBe(0));
});

test("close() leaves no listener behind for a body that is not read", async () => {
  const server = await startHttp((_request, response) => response.write("hello"));
  const client = new NodeClient();
  const { signal, added, removed } = countingSignal();
  const { body } = await client.send(get(server.url, { signal }));
  expect(added() - removed()).toBe(1);
  await client.close();
  expect(added() - removed()).toBe(0);
  expect((await record(body).ended)?.message).toBe("the HTTP client was closed");
});
