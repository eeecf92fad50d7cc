import { expect, test } from "vitest";
import { ApiKeyAuth, BearerAuth, TransportError } from "../../src/index.js";
import { SseConnection, type SseProtocolHandler } from "../../src/sse/index.js";
import { rejection } from "../support/promises.js";
import { open, prompt, startServer, take } from "./support.js";

const event = "id: 1\ndata: a\n\n";

test("an API key header is present, also after a reconnect", async () => {
  const server = await startServer();
  server.reply({ body: event }, { body: event, finish: "hold" });
  await take(open({ url: server.url, auth: ApiKeyAuth.header("X-Api-Key", "key-1"), reconnect: prompt }), 2);
  expect(server.requests.map(({ headers }) => headers["x-api-key"])).toEqual(["key-1", "key-1"]);
});

test("an API key in the query joins the query there is", async () => {
  const server = await startServer();
  server.reply({ body: event, finish: "hold" });
  await take(open({ url: `${server.url}s?a=1`, auth: ApiKeyAuth.query("key", "k&1") }), 1);
  expect(server.requests[0]?.url).toBe("/s?a=1&key=k%261");
});

test("a query that begins with another question mark keeps it, signed or with a cursor", async () => {
  const server = await startServer();
  server.otherwise({ body: "id: 1\ndata: a\n\n" });
  const auth = ApiKeyAuth.query("key", "k");
  const handler: SseProtocolHandler = { classifyEvent: () => "data", cursor: { query: "since" } };
  await take(open({ url: `${server.url}??a=1`, auth, reconnect: prompt }, handler), 2);
  expect(server.requests.slice(0, 2).map(({ url }) => url)).toEqual(["/??a=1&key=k", "/??a=1&since=1&key=k"]);
});

test("a token function is asked at every attempt", async () => {
  const server = await startServer();
  server.reply({ body: event }, { body: event, finish: "hold" });
  let calls = 0;
  const auth = new BearerAuth(async () => `token-${(calls += 1)}`);
  await take(open({ url: server.url, auth, reconnect: prompt }), 2);
  expect(server.requests.map(({ headers }) => headers["authorization"])).toEqual(["Bearer token-1", "Bearer token-2"]);
});

test("a 401 asks a token function once for a fresh token", async () => {
  const server = await startServer();
  server.otherwise(async (exchange) => {
    const fresh = exchange.request.headers["authorization"] === "Bearer token-2";
    await exchange.play(fresh ? { body: event, finish: "hold" } : { status: 401, body: "no", finish: "hold" });
  });
  let calls = 0;
  const errors: unknown[] = [];
  const auth = new BearerAuth(() => `token-${(calls += 1)}`);
  const handler: SseProtocolHandler = { classifyEvent: () => "data", onDisconnect: (error) => errors.push(error) };
  await take(open({ url: server.url, auth, reconnect: false }, handler), 1);
  expect(server.requests).toHaveLength(2);
  expect(errors).toEqual([]);
  // The refusal is let go of, though its body goes on.
  await server.requests[0]?.closed;
  expect(server.openStreams).toBe(1);
});

test.each([
  ["a POST, which was not acted on", "/stream", "POST", 2],
  ["a GET behind a redirect", "/moved", "GET", 4],
])("so does a 401 to %s", async (_what, path, method, requests) => {
  const server = await startServer();
  server.otherwise(async (exchange) => {
    const { url, headers } = exchange.request;
    if (url === "/moved") return await exchange.play({ status: 307, headers: { location: "/stream" } });
    const fresh = headers["authorization"] === `Bearer token-${requests}`;
    await exchange.play(fresh ? { body: event, finish: "hold" } : { status: 401 });
  });
  let calls = 0;
  const auth = new BearerAuth(() => `token-${(calls += 1)}`);
  await take(open({ url: new URL(path, server.url), method, auth, reconnect: false }), 1);
  expect(server.requests).toHaveLength(requests);
});

test("a second 401 in a row is fatal, and so is the first one where the token is fixed", async () => {
  const server = await startServer();
  server.otherwise({ status: 401 });
  const refused = { code: "SSE_INVALID_STATUS", details: { status: 401 } };
  const source = { url: server.url, reconnect: prompt };
  const renewable = { ...source, auth: new BearerAuth(async () => "token") };
  expect(await rejection(SseConnection.connect(renewable))).toMatchObject(refused);
  expect(server.requests).toHaveLength(2);
  expect(await rejection(SseConnection.connect({ ...source, auth: new BearerAuth("token") }))).toMatchObject(refused);
  expect(server.requests).toHaveLength(3);
});

test("a signer sees the request as it will be sent: method, final URL, body, headers with the cursor", async () => {
  const server = await startServer();
  server.reply({ body: event }, { body: event, finish: "hold" });
  const seen: unknown[] = [];
  const connection = open({
    url: `${server.url}path?q=1`,
    method: "POST",
    resend: true,
    body: "payload",
    headers: { "X-Caller": "c" },
    reconnect: prompt,
    auth: {
      sign({ method, url, headers, body }) {
        seen.push([method, url.pathname + url.search, body, headers.get("x-caller"), headers.get("last-event-id")]);
      },
    },
  });
  await take(connection, 2);
  expect(seen).toEqual([
    ["POST", "/path?q=1", "payload", "c", null],
    ["POST", "/path?q=1", "payload", "c", "1"],
  ]);
});

test("connectWithAuth signs with its auth, which wins over the config's", async () => {
  const server = await startServer();
  const auth = ApiKeyAuth.header("X-Api-Key", "wins");
  const config = { url: server.url, auth: ApiKeyAuth.header("X-Api-Key", "loses") };
  await using _connection = await SseConnection.connectWithAuth(config, undefined, auth);
  expect(server.requests[0]?.headers["x-api-key"]).toBe("wins");
});

test("a signer that throws is AUTH, fatal, with its cause, and nothing is sent", async () => {
  const server = await startServer();
  const cause = new Error("no key today");
  const sign = (): never => {
    throw cause;
  };
  const error = await rejection(SseConnection.connect({ url: server.url, auth: { sign } }));
  expect(TransportError.is(error, "AUTH") && error.cause).toBe(cause);
  expect(server.requests).toHaveLength(0);
});

test("a signer that throws is retried when the handler says so", async () => {
  const server = await startServer();
  server.reply({ body: event, finish: "hold" });
  let failures = 2;
  const sign = async (): Promise<void> => {
    if ((failures -= 1) >= 0) throw new Error("not yet");
  };
  const handler: SseProtocolHandler = { classifyEvent: () => "data", shouldRetry: () => true };
  await take(open({ url: server.url, auth: { sign }, reconnect: prompt }, handler), 1);
  expect(failures).toBe(-1);
});

test("connectWithAuth refuses to go unsigned, and an empty token is refused at the door", async () => {
  const connecting = SseConnection.connectWithAuth("http://localhost/", undefined, undefined as never);
  expect(await rejection(connecting)).toMatchObject({ code: "CONFIG", details: { field: "auth" } });
  expect(() => new BearerAuth("")).toThrow("BearerAuth: an empty token cannot be used");
});
