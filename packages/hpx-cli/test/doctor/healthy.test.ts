import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { constants, createGzip } from "node:zlib";
import { expect, test } from "vitest";
import { onTestFinished } from "../support/resources.js";
import { diagnose, findings, healthyServer } from "./support.js";

test.concurrent("a healthy endpoint has no finding, and a result of each check", async () => {
  const server = await healthyServer();
  const results = await diagnose(server.url);
  expect(results.filter(({ severity }) => severity !== "ok")).toEqual([]);
  expect(results.map(({ check }) => check)).toEqual([
    "Redirects",
    "Status",
    "Content type",
    "Caching",
    "Events",
    "Buffering",
    "Compression",
    "Heartbeats",
    "Format",
    "Ids",
    "Retry",
    "Reconnect",
    "Resume",
  ]);
});

test.concurrent("it takes two connections, one after the other, and leaves none behind", async () => {
  const server = await healthyServer();
  await diagnose(server.url);
  await server.idle();
  expect(server.requests.map(({ lastEventId }) => lastEventId)).toEqual([undefined, expect.stringMatching(/^\d+$/)]);
});

test.concurrent("compression that is flushed after each event is fine", async () => {
  const server = createServer((request, response) => {
    response.writeHead(200, {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      "content-encoding": "gzip",
    });
    const gzip = createGzip({ flush: constants.Z_SYNC_FLUSH });
    gzip.pipe(response);
    let id = Number(request.headers["last-event-id"] ?? 0);
    const timer = setInterval(() => gzip.write(`: beat\n\nid: ${(id += 1)}\ndata: x\n\n`), 100);
    response.on("close", () => clearInterval(timer));
  });
  onTestFinished(() => server.close().closeAllConnections());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  expect(await findings(url)).toEqual([
    "warning Compression: It compresses (gzip) also where the client does not ask for it.",
  ]);
});
