import { expect, test } from "vitest";
import { ApiKeyAuth, BearerAuth } from "../../src/auth/index.js";
import type { AnyTransportError } from "../../src/error.js";
import type { WsOptions } from "../../src/websocket/index.js";
import { open, rejection, startServer, texts } from "./support.js";

/** A connection, and the errors that ended its attempts. */
function watched(options: WsOptions): { connection: ReturnType<typeof open>; errors: AnyTransportError[] } {
  const errors: AnyTransportError[] = [];
  const handler = {
    read: () => ({ kind: "update" }) as const,
    onDisconnect: (error?: AnyTransportError) => void (error && errors.push(error)),
  };
  return { connection: open({ ...options, handler }), errors };
}

test.each([400, 403, 404, 426, 501, 505])(
  "a %i is WS_HANDSHAKE with status, headers and body, fatal",
  async (status) => {
    const server = await startServer();
    server.otherwise({ status, headers: { "x-why": "because" }, body: "x".repeat(2000) });
    const error = (await rejection(open({ url: server.url }).opened)) as AnyTransportError & { code: "WS_HANDSHAKE" };
    expect(error).toMatchObject({ code: "WS_HANDSHAKE", retryable: false, details: { status } });
    expect(error.details.headers.get("x-why")).toBe("because");
    expect(error.details.body).toBe("x".repeat(1024));
    expect(JSON.stringify(error)).not.toContain("xxx");
    expect(server.connectionCount).toBe(1);
  },
);

test.each([408, 425, 429, 500, 502, 503, 504])("a %i is retried", async (status) => {
  const server = await startServer();
  server.reply({ status }, { steps: ["in"], finish: "hold" });
  const { connection, errors } = watched({ url: server.url });
  expect(await texts(connection, 1)).toEqual(["in"]);
  expect(errors).toMatchObject([{ code: "WS_HANDSHAKE", details: { status } }]);
});

test("Retry-After is a minimum", async () => {
  const server = await startServer();
  server.reply({ status: 429, headers: { "retry-after": "1" } }, { steps: ["in"], finish: "hold" });
  const { connection } = watched({ url: server.url });
  expect(await texts(connection, 1)).toEqual(["in"]);
  const [first, second] = server.connections;
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(990);
});

test("a 401 asks a token function once more, then it is fatal", async () => {
  const server = await startServer();
  server.reply({ status: 401 }, { steps: ["in"], finish: "hold" });
  let tokens = 0;
  const auth = new BearerAuth(() => `t${(tokens += 1)}`);
  expect(await texts(open({ url: server.url, auth }), 1)).toEqual(["in"]);
  expect(server.connections.map(({ headers }) => headers["authorization"])).toEqual(["Bearer t1", "Bearer t2"]);

  const strict = await startServer();
  strict.otherwise({ status: 401 });
  expect(await rejection(open({ url: strict.url, auth }).opened)).toMatchObject({ details: { status: 401 } });
  expect(strict.connectionCount).toBe(2);
  const fixed = await rejection(open({ url: strict.url, auth: ApiKeyAuth.header("X-Key", "k") }).opened);
  expect(fixed).toMatchObject({ details: { status: 401 } });
  expect(strict.connectionCount).toBe(3);
});

test.each(["http", "ws"])("a redirect to %s is followed, signed anew on the same origin", async (scheme) => {
  const server = await startServer();
  server.route("/a", { status: 302, headers: { location: `${scheme}://127.0.0.1:${server.port}/b` } });
  server.route("/b", { steps: ["in"], finish: "hold" });
  const auth = ApiKeyAuth.header("X-Key", "k");
  expect(await texts(open({ url: `${server.url}a`, auth, headers: { "x-mine": "1" } }), 1)).toEqual(["in"]);
  expect(server.connections.map(({ url, headers }) => [url, headers["x-key"], headers["x-mine"]])).toEqual([
    ["/a", "k", "1"],
    ["/b", "k", "1"],
  ]);
});

test("another origin gets nothing of the caller's, neither headers nor subprotocols", async () => {
  const [first, second] = [await startServer(), await startServer()];
  first.otherwise({ status: 307, headers: { location: second.url } });
  second.otherwise({ steps: ["in"], finish: "hold" });
  const options = { headers: { "x-mine": "1" }, protocols: ["token.secret"], auth: ApiKeyAuth.header("X-Key", "k") };
  expect(await texts(open({ url: first.url, ...options }), 1)).toEqual(["in"]);
  const [peer] = second.connections;
  expect([peer?.headers["x-mine"], peer?.headers["x-key"], peer?.protocols]).toEqual([undefined, undefined, []]);
});

test.each([
  ["without a Location", {}],
  ["to another scheme", { location: "ftp://example.com" }],
  ["with credentials", { location: "ws://a:b@127.0.0.1/" }],
])("a redirect %s is REDIRECT, fatal", async (_name, headers) => {
  const server = await startServer();
  server.otherwise({ status: 301, headers });
  expect(await rejection(open({ url: server.url }).opened)).toMatchObject({ code: "REDIRECT" });
  expect(server.connectionCount).toBe(1);
});

test("a sixth redirect is REDIRECT", async () => {
  const server = await startServer();
  server.otherwise({ status: 302, headers: { location: "/again" } });
  expect(await rejection(open({ url: server.url }).opened)).toMatchObject({ code: "REDIRECT" });
  expect(server.connectionCount).toBe(6);
});

test("the body of a refusal that never ends is waited for a second at most, and close() ends the wait", async () => {
  const server = await startServer();
  const raw = "HTTP/1.1 403 Forbidden\r\nContent-Length: 100\r\n\r\nstart";
  server.otherwise({ head: false, steps: [{ raw }], finish: "hold" });
  const error = await rejection(open({ url: server.url }).opened);
  expect(error).toMatchObject({ code: "WS_HANDSHAKE", details: { status: 403, body: "start" } });
  const connection = open({ url: server.url });
  await server.connection(2);
  await connection.close();
  await server.idle();
});
