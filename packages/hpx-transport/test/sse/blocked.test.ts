import { Worker } from "node:worker_threads";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { startProgram } from "../support/bundled-program.js";
import { open, prompt, startServer, take, until, within } from "./support.js";

// A server in a thread of its own goes on while this thread is blocked: a numbered event every 50 ms.
const SERVER = `
const { createServer } = require("node:http");
const { createGzip, constants } = require("node:zlib");
const { parentPort } = require("node:worker_threads");
const server = createServer((request, response) => {
  const coded = request.url === "/gzip";
  response.writeHead(200, { "content-type": "text/event-stream", ...(coded && { "content-encoding": "gzip" }) });
  const out = coded ? createGzip({ flush: constants.Z_SYNC_FLUSH }) : response;
  if (coded) out.pipe(response);
  let n = 0;
  const timer = setInterval(() => out.write("data: " + (n += 1) + "\\n\\n"), 50);
  response.on("close", () => clearInterval(timer));
});
server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
`;

async function startThread(): Promise<string> {
  const worker = new Worker(SERVER, { eval: true });
  onTestFinished(async () => void (await worker.terminate()));
  const port = await new Promise((resolve) => worker.once("message", resolve));
  return `http://127.0.0.1:${String(port)}`;
}

function block(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

test.each(["/", "/gzip"])(
  "the event loop was blocked for longer than idleTimeout: what arrived in time is delivered (%s)",
  async (path) => {
    const url = (await startThread()) + path;
    const connection = open({ url, idleTimeout: 300, reconnect: prompt });
    await take(connection, 2);
    block(900);
    const events = await take(connection, 10);
    expect(events.map(({ data }) => data)).toEqual(Array.from({ length: 10 }, (_, index) => String(index + 3)));
    expect(connection.handle.stats).toMatchObject({ attempts: 1, reconnectReasons: {} });
  },
);

test("a hundred connections whose clocks fire in one turn are all found alive", async () => {
  const url = await startThread();
  const connections = Array.from({ length: 100 }, () => open({ url, idleTimeout: 500, reconnect: prompt }));
  await Promise.all(connections.map((connection) => take(connection, 1)));
  block(1200);
  await Promise.all(connections.map((connection) => take(connection, 5)));
  for (const { handle } of connections) expect(handle.stats.attempts).toBe(1);
});

test("silence that is real ends the attempt although the event loop was blocked", async () => {
  const server = await startServer();
  server.otherwise({ body: "data: a\n\n", finish: "hold" });
  const connection = open({ url: server.url, idleTimeout: 100, reconnect: prompt });
  await take(connection, 1);
  block(400);
  await take(connection, 1);
  expect(connection.handle.stats.reconnectReasons).toEqual({ IDLE_TIMEOUT: 1 });
});

test("the process was stopped for longer than idleTimeout: it goes on with the same connection", async () => {
  const server = await startServer();
  const options = { url: server.url, idleTimeout: 400, reconnect: prompt };
  const { child, messages } = startProgram(`
    const connection = SseConnection.open(${JSON.stringify(options)});
    for await (const { data } of connection) process.send([data, connection.handle.stats.attempts]);
  `);
  await server.until("the stream", () => server.openStreams === 1);
  server.publish({ data: "before" });
  await until(() => messages.length === 1);
  child.kill("SIGSTOP");
  server.publish({ data: "meanwhile" });
  // Longer than the timeout: a stopped process can only be waited for.
  await sleep(900);
  child.kill("SIGCONT");
  await within(
    until(() => messages.length === 2),
    "the event",
  );
  expect(messages).toEqual([
    ["before", 1],
    ["meanwhile", 1],
  ]);
  expect(server.requests).toHaveLength(1);
});
