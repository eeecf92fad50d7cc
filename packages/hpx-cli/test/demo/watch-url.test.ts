import { MockSseServer } from "hpx-transport/testing";
import { expect, onTestFinished, test } from "vitest";
import { watchUrl } from "../../src/demo/watch-url.js";
import { Capture, context } from "../support/capture.js";

async function startServer(): Promise<MockSseServer> {
  const server = await MockSseServer.start();
  onTestFinished(() => server.close());
  return server;
}

test("in a pipe: a JSON line an event until the stream is over, then a summary", async () => {
  const server = await startServer();
  server.reply({ body: 'id: 7\nevent: price\ndata: {"a":1}\n\ndata: plain\n\ndata: [cut\n\n' }, { status: 204 });
  const io = context();
  expect(await watchUrl({ url: server.url }, io)).toBe(0);
  expect(io.stdout.lines.slice(0, -1)).toEqual([
    '{"id":"7","event":"price","data":{"a":1}}',
    '{"id":"7","event":"message","data":"plain"}',
    '{"id":"7","event":"message","data":"[cut"}',
  ]);
  expect(io.stdout.lines.at(-1)).toMatch(/^received 3 in \d+\.\d s, reconnects 0$/);
});

test("--seconds ends it, and a reconnect under way is no failure", async () => {
  const server = await startServer();
  server.reply({ body: "retry: 60000\ndata: a\n\n" });
  const io = context();
  expect(await watchUrl({ url: server.url, seconds: 0.5 }, io)).toBe(0);
  expect(io.stdout.lines.at(-1)).toMatch(/^received 1 in 0\.\d s, reconnects 0$/);
  expect(io.stderr.text).toMatch(/^reconnecting in \d+ ms: SSE_STREAM_ENDED: the server ended the stream\n$/);
});

test("Ctrl-C ends it at once", async () => {
  const server = await startServer();
  server.reply({ body: "data: a\n\n", finish: "hold" });
  const io = context(new Capture({ onWrite: () => io.interrupt() }));
  expect(await watchUrl({ url: server.url }, io)).toBe(0);
  expect(io.stdout.lines.at(-1)).toMatch(/^received 1 in /);
  await server.idle();
});

test("a fatal error is one plain line with its code", async () => {
  const server = await startServer();
  server.otherwise({ status: 401, body: "no\nkey" });
  const io = context();
  expect(await watchUrl({ url: server.url }, io)).toBe(1);
  expect(io.stdout.text).toBe("");
  expect(io.stderr.text).toBe("SSE_INVALID_STATUS: the server answered 401; a stream needs 200\n");
});

test("a URL that is none is one plain line with its code", async () => {
  const io = context();
  expect(await watchUrl({ url: "nonsense" }, io)).toBe(1);
  expect(io.stderr.text).toMatch(/^CONFIG: url: .*\n$/);
});

test("a server that never answered as a stream is a failure, and why is said last", async () => {
  const server = await startServer();
  server.otherwise({ status: 503 });
  const io = context();
  expect(await watchUrl({ url: server.url, seconds: 0.3 }, io)).toBe(1);
  expect(io.stdout.text).toMatch(/^received 0 in 0\.\d s, reconnects 0\n$/);
  expect(io.stderr.lines.at(-1)).toBe("SSE_INVALID_STATUS: the server answered 503; a stream needs 200");
});

test("on a terminal: a line for each event name, and no escape sequence of the server's gets through", async () => {
  const server = await startServer();
  server.reply({ body: "event: e\u001B[2J\ndata: \u001B]0;title\u0007red\u202E\n\n", finish: "hold" });
  const io = context(
    new Capture({ columns: 40, onWrite: (text) => (text.includes("red") ? io.interrupt() : undefined) }),
  );
  expect(await watchUrl({ url: server.url }, io)).toBe(0);
  expect(io.stdout.text).toContain("e [2J");
  expect(io.stdout.text).toContain(" ]0;title red ");
  expect(io.stdout.text).not.toMatch(/\u001B\[2J|\u001B\]|\u0007|\u202E/);
});
