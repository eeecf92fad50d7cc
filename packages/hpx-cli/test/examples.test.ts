import { MockSseServer, MockWsServer, type WsScript } from "hpx-transport/testing";
import { beforeAll, expect, test } from "vitest";
import { onTestFinished } from "./support/resources.js";
import { bundle, start } from "./support/program.js";

let sseStream = "";
let postStreamDone = "";
let mcpResume = "";
let openTelemetryConsole = "";
let wsMarket = "";
beforeAll(async () => {
  sseStream = await bundle("examples/sse-stream.ts");
  postStreamDone = await bundle("examples/post-stream-done.ts");
  mcpResume = await bundle("examples/mcp-resume.ts");
  openTelemetryConsole = await bundle("examples/opentelemetry-console.ts");
  wsMarket = await bundle("examples/ws-market.ts");
});

async function startServer(): Promise<MockSseServer> {
  const server = await MockSseServer.start();
  onTestFinished(() => server.close());
  return server;
}

const chunk = (content: string): string => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;

test.concurrent("sse-stream prints events over a reconnect, and closes by its handle", async () => {
  const server = await startServer();
  for (const data of ["one", "two", "three", "four"]) server.publish({ event: "count", data });
  server.reply({ body: "retry: 10\nid: 1\nevent: count\ndata: one\n\nid: 2\ndata: tw" });
  const example = start(sseStream, [server.url, "3"]);
  expect(await example.exitCode).toBe(0);
  expect(example.output.stdout).toBe(
    'count 1 one\ncount 2 two\ncount 3 three\n3 events, 1 reconnects, resume after "3"\n',
  );
  expect(example.output.stderr).toMatch(
    /^connecting\nconnected\nreconnecting in [\d.]+ ms: the server ended the stream\nconnecting\nconnected\nclosed\n$/,
  );
});

test.concurrent("sse-stream ends at once on Ctrl-C", async () => {
  const server = await startServer();
  server.reply({ body: "data: a\n\n", finish: "hold" });
  const example = start(sseStream, [server.url]);
  await example.prints(/message {2}a\n/);
  example.process.kill("SIGINT");
  expect(await example.exitCode).toBe(0);
  expect(example.output.stdout).toContain("1 events, 0 reconnects");
});

test.concurrent("sse-stream says in one line what is wrong for good", async () => {
  const server = await startServer();
  server.otherwise({ status: 404 });
  const example = start(sseStream, [server.url]);
  expect(await example.exitCode).toBe(1);
  expect(example.output.stderr).toMatch(/^SSE_INVALID_STATUS: the server answered 404; .*$/m);
});

test.concurrent("post-stream-done prints the deltas until [DONE], though the server holds the stream", async () => {
  const server = await startServer();
  server.reply({ body: `${chunk("Because ")}${chunk("of Rayleigh.")}data: [DONE]\n\n`, finish: "hold" });
  const example = start(postStreamDone, [server.url, "Why?"], { API_KEY: "key", MODEL: "small" });
  expect(await example.exitCode).toBe(0);
  expect(example.output).toEqual({ stdout: "Because of Rayleigh.\n", stderr: "" });
  const request = await server.nextRequest();
  expect(request.method).toBe("POST");
  expect(request.headers).toMatchObject({ authorization: "Bearer key", "content-type": "application/json" });
  expect(JSON.parse(request.text)).toEqual({
    model: "small",
    stream: true,
    messages: [{ role: "user", content: "Why?" }],
  });
});

test.concurrent("post-stream-done cancels at once on Ctrl-C", async () => {
  const server = await startServer();
  server.reply({ body: chunk("Be"), finish: "hold" });
  const example = start(postStreamDone, [server.url]);
  await example.prints(/Be/);
  example.process.kill("SIGINT");
  expect(await example.exitCode).toBe(1);
  expect(example.output.stderr).toBe("\ncancelled\n");
  await server.idle();
});

test.concurrent.each([
  ["the stream ends early", { body: chunk("Be") }, /^SSE_STREAM_ENDED: .* before \[DONE\]/m],
  ["the connection breaks", { body: chunk("Be"), finish: "cut" }, /^SSE_STREAM_ENDED: /m],
  [
    "the server reports an error",
    { body: 'data: {"error":{"message":"Sorry about that!","type":"server_error"}}\n\n' },
    /^SSE_STREAM_ENDED: .*: server_error$/m,
  ],
] as const)("post-stream-done fails when %s, and never sends the POST again", async (_what, script, message) => {
  const server = await startServer();
  server.otherwise(script);
  const example = start(postStreamDone, [server.url]);
  expect(await example.exitCode).toBe(1);
  expect(example.output.stderr).toMatch(message);
  expect(server.requests).toHaveLength(1);
});

test.concurrent("opentelemetry-console prints a span an attempt and the metrics, and sends its trace context", async () => {
  const server = await startServer();
  for (const data of ["one", "two", "three"]) server.publish({ data });
  server.reply({ body: "retry: 10\nid: 1\ndata: one\n\nid: 2\ndata: tw" });
  const example = start(openTelemetryConsole, [`${server.url}?key=private`, "3"]);
  expect(await example.exitCode).toBe(0);
  const { stdout, stderr } = example.output;
  expect(stderr).toBe("");
  expect(stdout.match(/^ {2}name: 'GET',$/gm)).toHaveLength(2);
  expect(stdout.match(/name: 'sse\.connection'/g)).toHaveLength(1);
  expect(stdout).toMatch(/name: 'hpx\.sse\.client\.events'[^]*?value: 3/);
  expect(stdout).toMatch(/reconnectReasons: \{ SSE_STREAM_ENDED: 1 \}/);
  expect(stdout).not.toContain("private");
  for (const { headers } of server.requests) expect(headers["traceparent"]).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-01$/);
});

test.concurrent("opentelemetry-console says in one line what is wrong for good, after its spans", async () => {
  const server = await startServer();
  server.otherwise({ status: 404 });
  const example = start(openTelemetryConsole, [server.url]);
  expect(await example.exitCode).toBe(1);
  expect(example.output.stderr).toMatch(/^SSE_INVALID_STATUS: the server answered 404; .*$/m);
  expect(example.output.stdout).toContain("'error.type': '404'");
});

test.concurrent("mcp-resume makes one call, and resumes its stream by GET until the response", async () => {
  const server = await startServer();
  const message = (id: number, rest: object): string =>
    `id: e${id}\nretry: 20\ndata: ${JSON.stringify({ jsonrpc: "2.0", ...rest })}\n\n`;
  server.reply(
    { body: "id: e0\nretry: 20\ndata: \n\n" },
    { body: message(1, { method: "notifications/progress", params: { progress: 1 } }), finish: "cut" },
    { body: message(2, { id: 1, result: { content: [] } }), finish: "hold" },
  );
  const example = start(mcpResume, [server.url, "search", '{"q":"x"}'], { MCP_SESSION_ID: "s1" });
  expect(await example.exitCode).toBe(0);
  expect(example.output).toEqual({
    stdout: '{"content":[]}\n',
    stderr: 'called\nresumed after e0\nnotifications/progress {"progress":1}\nresumed after e1\n',
  });
  expect(
    server.requests.map(({ method, lastEventId, headers }) => [method, lastEventId, headers["mcp-session-id"]]),
  ).toEqual([
    ["POST", undefined, "s1"],
    ["GET", "e0", "s1"],
    ["GET", "e1", "s1"],
  ]);
  expect(JSON.parse(server.requests[0]?.text ?? "")).toMatchObject({
    method: "tools/call",
    params: { name: "search", arguments: { q: "x" } },
  });
});

test.concurrent.each([
  [
    "a refusal",
    { body: 'data: {"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"no"}}\n\n' },
    /refused the call: .*-32602/,
  ],
  ["HTML in place of a stream", { headers: { "content-type": "text/html" } }, /^SSE_INVALID_CONTENT_TYPE: /m],
  ["no response at all", { body: "data: \n\n" }, /^SSE_STREAM_ENDED: .* before its response$/m],
])("mcp-resume fails on %s, and never makes the call again", async (_what, script, text) => {
  const server = await startServer();
  server.otherwise(script);
  const example = start(mcpResume, [server.url, "search"]);
  expect(await example.exitCode).toBe(1);
  expect(example.output.stderr).toMatch(text);
  expect(server.requests).toHaveLength(1);
});

test.concurrent("ws-market prints trades over a reconnect, subscribes again, and ends on Ctrl-C", async () => {
  const server = await MockWsServer.start();
  onTestFinished(() => server.close());
  const follow = (id: number, finish: "reset" | "hold"): WsScript => ({
    steps: [
      { receive: 1 },
      { json: { result: null, id } },
      { json: { stream: "btcusdt@trade", data: { e: "trade", s: "BTCUSDT", p: `${id}.50`, q: "0.1" } } },
    ],
    finish,
  });
  server.reply(follow(1, "reset"), follow(2, "hold"));
  const example = start(wsMarket, [server.url, "btcusdt", "ethusdt"]);
  await example.prints(/btcusdt@trade 2\.50 0\.1\n/);
  example.process.kill("SIGINT");
  expect(await example.exitCode).toBe(0);
  expect(example.output.stdout).toMatch(
    /^btcusdt@trade 1\.50 0\.1\nbtcusdt@trade 2\.50 0\.1\n.* 1 gaps, 1 reconnects\n$/,
  );
  for (const { texts } of server.connections) {
    expect(texts[0]).toContain('"method":"SUBSCRIBE","params":["btcusdt@trade","ethusdt@trade"]');
  }
});

test.concurrent("ws-market says in one line what is wrong for good", async () => {
  const server = await MockWsServer.start();
  onTestFinished(() => server.close());
  server.otherwise({ status: 404 });
  const example = start(wsMarket, [server.url, "btcusdt"]);
  expect(await example.exitCode).toBe(1);
  expect(example.output.stderr).toMatch(/^WS_HANDSHAKE: the server answered the WebSocket handshake with 404; .*$/m);
});
