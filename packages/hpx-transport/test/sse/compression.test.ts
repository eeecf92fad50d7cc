import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { rejection } from "../support/promises.js";
import { drain, open, prompt, startServer, take } from "./support.js";

const body = "id: 1\ndata: a\n\ndata: b\n\n";

test.each([
  ["gzip", gzipSync],
  ["deflate", deflateSync],
  ["br", brotliCompressSync],
])("a %s body is decoded", async (coding, compress) => {
  const server = await startServer();
  server.reply({ headers: { "content-encoding": coding }, body: compress(body) });
  expect(await drain(open({ url: server.url, headers: { "Accept-Encoding": coding }, reconnect: false }))).toEqual([
    "a",
    "b",
  ]);
  expect(server.requests[0]?.headers["accept-encoding"]).toBe(coding);
});

test("a compressed body that breaks off is resumed like any other", async () => {
  const server = await startServer();
  const gzip = { "content-encoding": "gzip" };
  const whole = gzipSync(body);
  server.reply(
    { headers: gzip, body: whole, finishAfter: whole.length - 4, finish: "cut" },
    { headers: gzip, body: gzipSync("data: c\n\n"), finish: "hold" },
  );
  const events = await take(open({ url: server.url, reconnect: prompt }), 3);
  expect(events.map(({ data }) => data)).toEqual(["a", "b", "c"]);
  expect(server.requests[1]?.lastEventId).toBe("1");
});

test("a coding that nobody knows is fatal", async () => {
  const server = await startServer();
  server.otherwise({ headers: { "content-encoding": "snappy" }, body });
  const error = await rejection(open({ url: server.url, reconnect: prompt }).stream.next());
  expect(error).toMatchObject({ code: "CONFIG", retryable: false, message: /snappy/ });
  expect(server.requests).toHaveLength(1);
});
