import { describe, expect, test } from "vitest";
import { McpSseHandler } from "../../src/sse/index.js";
import { rejection } from "../support/promises.js";
import { open, prompt, startServer, take, within } from "../sse/support.js";
import {
  INITIALIZE_RESPONSE,
  NEXT_PRIMING,
  PRIMING,
  PROGRESS,
  SESSION_ID,
  TOOLS_PRIMING,
  TOOLS_RESPONSE,
} from "./fixtures/mcp.js";
import { collect, cuts } from "./support.js";

const initialize = {
  method: "POST",
  headers: { "Content-Type": "application/json", "MCP-Protocol-Version": "2025-06-18" },
  body: JSON.stringify({ jsonrpc: "2.0", id: 0, method: "initialize", params: {} }),
  reconnect: prompt,
};

describe("a POST", () => {
  test("accepts both types, and its stream ends with its response, though the server holds it", async () => {
    const server = await startServer();
    server.otherwise({ body: PRIMING + PROGRESS + INITIALIZE_RESPONSE + NEXT_PRIMING, finish: "hold" });
    const events = await collect(open({ url: server.url, ...initialize }, new McpSseHandler()));
    expect(events.map(({ id, kind }) => [id, kind])).toEqual([
      ["event-1", "system"],
      ["event-1b", "data"],
      ["event-2", "data"],
    ]);
    await server.idle();
    const [request, ...more] = server.requests;
    expect(more).toEqual([]);
    expect(request).toMatchObject({ method: "POST", headers: { accept: "application/json, text/event-stream" } });
  });

  test("the client's own fixture: primed, answered, not reconnected, wherever it is cut", async () => {
    const server = await startServer();
    for (const chunks of cuts(TOOLS_PRIMING + TOOLS_RESPONSE)) {
      server.reply({ body: chunks });
      const events = await within(collect(open({ url: server.url, ...initialize }, new McpSseHandler())), "the end");
      expect(events.map(({ id }) => id)).toEqual(["priming-123", "response-456"]);
    }
    expect(new Set(server.requests.map(({ method }) => method))).toEqual(new Set(["POST"]));
  });

  test("that is broken off or closed before the response is resumed by GET, with the session and without the body", async () => {
    const server = await startServer();
    server.reply(
      { headers: { "mcp-session-id": SESSION_ID }, body: PRIMING, finish: "end" },
      { body: PROGRESS, finish: "cut" },
      { status: 503 },
      { body: INITIALIZE_RESPONSE, finish: "hold" },
    );
    const connection = open({ url: server.url, ...initialize }, new McpSseHandler());
    expect((await within(collect(connection), "the response")).map(({ id }) => id)).toEqual([
      "event-1",
      "event-1b",
      "event-2",
    ]);
    const common = { "mcp-session-id": SESSION_ID, "mcp-protocol-version": "2025-06-18", accept: "text/event-stream" };
    const [first, ...resumed] = server.requests;
    expect(first?.headers["mcp-session-id"]).toBeUndefined();
    expect(resumed.map(({ method, text, lastEventId }) => [method, text, lastEventId])).toEqual([
      ["GET", "", "event-1"],
      ["GET", "", "event-1b"],
      ["GET", "", "event-1b"],
    ]);
    for (const { headers } of resumed) {
      expect(headers).toMatchObject(common);
      expect(Object.keys(headers).filter((name) => name.startsWith("content-"))).toEqual([]);
    }
  });

  test("the server's retry is what it waits", async () => {
    const server = await startServer();
    server.reply({ body: PRIMING.replace("retry: 20", "retry: 150") }, { body: INITIALIZE_RESPONSE });
    await collect(open({ url: server.url, ...initialize }, new McpSseHandler()));
    const [first, second] = server.requests;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(149);
  });

  test("a server that only primes it, over and over, counts as failing: maxAttempts ends it", async () => {
    const server = await startServer();
    const primings = [1, 2, 3, 4].map((id) => ({ body: `id: event-${id}\nretry: 1\ndata: \n\n` }));
    server.reply(...primings);
    const reconnect = { initialDelay: 1, jitter: 0, maxAttempts: 2 };
    const connection = open({ url: server.url, ...initialize, reconnect }, new McpSseHandler());
    expect(await rejection(collect(connection))).toMatchObject({ code: "MAX_RECONNECT_ATTEMPTS" });
    expect(server.requests.map(({ method }) => method)).toEqual(["POST", "GET", "GET"]);
  });

  test.each(["end", "cut"] as const)(
    "without any id is not made twice: a server that %ss it is fatal",
    async (finish) => {
      const server = await startServer();
      server.otherwise({ body: PROGRESS.replace("id: event-1b\n", ""), finish });
      const connection = open({ url: server.url, ...initialize }, new McpSseHandler());
      await take(connection, 1);
      expect(await rejection(connection.stream.next())).toMatchObject({ code: "SSE_STREAM_ENDED", retryable: false });
      expect(server.requests).toHaveLength(1);
    },
  );

  test.each([
    ["in an event", PROGRESS.replace("id: event-1b\n", "id\n")],
    ["between events", "id\n\n"],
  ])("nor where the server took its id back %s", async (_where, clearing) => {
    const server = await startServer();
    server.otherwise({ body: PRIMING + clearing, finish: "cut" });
    const error = await rejection(collect(open({ url: server.url, ...initialize }, new McpSseHandler())));
    expect(error).toMatchObject({ retryable: false });
    if (clearing.includes("data")) expect(error).toMatchObject({ code: "SSE_STREAM_ENDED" });
    expect(server.requests.map(({ method }) => method)).toEqual(["POST"]);
  });

  test.each(["cut", "end"] as const)("nor where a server that %ss it had sent nothing at all", async (finish) => {
    const server = await startServer();
    server.otherwise({ body: ": at work\n\n", finish });
    const connection = open({ url: server.url, ...initialize }, new McpSseHandler());
    expect(await rejection(connection.stream.next())).toMatchObject({ code: "SSE_STREAM_ENDED" });
    expect(server.requests).toHaveLength(1);
  });

  test.each(["application/json", "Application/JSON; charset=utf-8"])(
    "answered by %s gives that answer as one event, and the stream ends",
    async (type) => {
      const server = await startServer();
      const answer = '{"jsonrpc":"2.0","id":0,\n"result":{"text":"é"}}';
      const bytes = new TextEncoder().encode(answer);
      const cut = bytes.indexOf(0xc3) + 1;
      const body = [bytes.subarray(0, cut), { delay: 5 }, bytes.subarray(cut)];
      server.otherwise({ headers: { "content-type": type }, body });
      const connection = open({ url: server.url, ...initialize }, new McpSseHandler());
      expect(await collect(connection)).toEqual([{ event: "message", data: answer, id: "", kind: "data" }]);
      expect(server.requests).toHaveLength(1);
    },
  );

  test.each([
    ["that breaks off", { body: '{"jsonrpc"', finish: "cut" }],
    ["that is empty", { body: "" }],
  ] as const)("answered by JSON %s is an error, and the call is not made twice", async (_what, reply) => {
    const server = await startServer();
    server.otherwise({ headers: { "content-type": "application/json" }, ...reply });
    const connection = open({ url: server.url, ...initialize }, new McpSseHandler());
    expect(await rejection(collect(connection))).toMatchObject({ code: "SSE_STREAM_ENDED" });
    expect(server.requests).toHaveLength(1);
  });

  test("answered by 202, as a notification is, ends without an event", async () => {
    const server = await startServer();
    server.otherwise({ status: 202, headers: { "content-type": null } });
    const connection = open({ url: server.url, ...initialize }, new McpSseHandler());
    await connection.opened;
    expect(await collect(connection)).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  test("answered by 202 with a stream is that stream", async () => {
    const server = await startServer();
    const body = PRIMING + INITIALIZE_RESPONSE;
    server.otherwise({ status: 202, headers: { "content-type": "text/event-stream" }, body, finish: "hold" });
    expect(await collect(open({ url: server.url, ...initialize }, new McpSseHandler()))).toHaveLength(2);
  });

  test.each([
    [200, "text/html", "SSE_INVALID_CONTENT_TYPE"],
    [200, "application/json, text/html", "SSE_INVALID_CONTENT_TYPE"],
    [500, "application/json", "SSE_INVALID_STATUS"],
  ])("answered by %i and %s is an error", async (status, type, code) => {
    const server = await startServer();
    server.otherwise({ status, headers: { "content-type": type } });
    const connection = open({ url: server.url, ...initialize, reconnect: false }, new McpSseHandler());
    expect(await rejection(connection.opened)).toMatchObject({ code });
  });

  test("of a batch ends with the last of its responses, alone or in a batch of their own", async () => {
    const server = await startServer();
    const response = (id: number): object => ({ jsonrpc: "2.0", id, result: {} });
    const all = [`data: ${JSON.stringify(response(1))}\n\n`, `data: ${JSON.stringify([response(2), response(3)])}\n\n`];
    server.otherwise({ body: `${all.join("")}data: {"jsonrpc":"2.0","method":"late"}\n\n`, finish: "hold" });
    const requests = [1, 2, 3].map((id) => ({ jsonrpc: "2.0", id, method: "ping" }));
    const body = new TextEncoder().encode(JSON.stringify([...requests, { jsonrpc: "2.0", method: "notify" }]));
    expect(await collect(open({ url: server.url, ...initialize, body }, new McpSseHandler()))).toHaveLength(2);
  });

  test("a JSON-RPC error is a response, and a request from the server is none", async () => {
    const server = await startServer();
    const asked =
      'data: {"jsonrpc":"2.0","id":1,"method":"sampling/createMessage","params":{"error":"x","result":1}}\n\n';
    server.otherwise({
      body: `${asked}data: {"jsonrpc":"2.0","id":0,"error":{"code":-32601,"message":"no"}}\n\n`,
      finish: "hold",
    });
    expect(await collect(open({ url: server.url, ...initialize }, new McpSseHandler()))).toHaveLength(2);
  });
});

describe("a GET", () => {
  const listen = { headers: { "Mcp-Session-Id": SESSION_ID }, reconnect: prompt };

  test("listens on, over closes and responses, with the caller's session", async () => {
    const server = await startServer();
    server.reply({ body: NEXT_PRIMING }, { body: TOOLS_RESPONSE + PROGRESS, finish: "hold" });
    await take(open({ url: server.url, ...listen }, new McpSseHandler()), 3);
    expect(
      server.requests.map(({ method, lastEventId, headers }) => [method, lastEventId, headers["mcp-session-id"]]),
    ).toEqual([
      ["GET", undefined, SESSION_ID],
      ["GET", "event-3", SESSION_ID],
    ]);
  });

  test("answered by JSON is no stream", async () => {
    const server = await startServer();
    server.otherwise({ headers: { "content-type": "application/json" }, body: "{}" });
    const connection = open({ url: server.url, ...listen }, new McpSseHandler());
    expect(await rejection(connection.opened)).toMatchObject({ code: "SSE_INVALID_CONTENT_TYPE" });
  });

  test.each([
    [405, "offers no such stream"],
    [404, "has ended the session"],
  ])("%d, of a server that %s, is fatal", async (status) => {
    const server = await startServer();
    server.otherwise({ status });
    const connection = open({ url: server.url, ...listen }, new McpSseHandler());
    expect(await rejection(connection.opened)).toMatchObject({ code: "SSE_INVALID_STATUS", details: { status } });
  });
});

test("a POST with a saved lastEventId begins as the GET that resumes it", async () => {
  const server = await startServer();
  server.otherwise({ body: INITIALIZE_RESPONSE, finish: "hold" });
  await collect(open({ url: server.url, ...initialize, lastEventId: "event-1" }, new McpSseHandler()));
  expect(server.requests.map(({ method, lastEventId }) => [method, lastEventId])).toEqual([["GET", "event-1"]]);
});
