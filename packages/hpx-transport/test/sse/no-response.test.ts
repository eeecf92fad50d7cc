import { describe, expect, test } from "vitest";
import type { HttpResponse } from "../../src/http/index.js";
import { SseConnection } from "../../src/sse/index.js";
import { open, prompt, rejection, startServer, take } from "./support.js";

describe("no response", () => {
  test("a refused connection is CONNECT and retried", async () => {
    const server = await startServer();
    const { url } = server;
    await server.close();
    const connection = open({ url, reconnect: { ...prompt, maxAttempts: 2 } });
    const error = await rejection(connection.opened);
    expect(error).toMatchObject({ code: "MAX_RECONNECT_ATTEMPTS", cause: { code: "CONNECT", retryable: true } });
    expect(connection.handle.stats.attempts).toBe(3);
  });

  test("a server that accepts and closes at once is CONNECT and retried", async () => {
    const server = await startServer();
    server.reply(
      { head: false, finish: "cut" },
      { head: false, finish: "reset" },
      { body: "data: a\n\n", finish: "hold" },
    );
    expect(await take(open({ url: server.url, reconnect: prompt }), 1)).toMatchObject([{ data: "a" }]);
  });

  test("no headers in responseTimeout is TIMEOUT and retried", async () => {
    const server = await startServer();
    server.reply({ head: false, finish: "hold" }, { body: "data: a\n\n", finish: "hold" });
    const errors: unknown[] = [];
    const connection = open(
      { url: server.url, responseTimeout: 60, reconnect: prompt },
      { classifyEvent: () => "data", onDisconnect: (error) => errors.push(error?.code) },
    );
    expect(await take(connection, 1)).toMatchObject([{ data: "a" }]);
    expect(errors).toEqual(["TIMEOUT"]);
  });

  test("a POST whose headers did not come is not re-sent", async () => {
    const server = await startServer();
    server.otherwise({ head: false, finish: "hold" });
    const connection = open({ url: server.url, method: "POST", body: "{}", responseTimeout: 60, reconnect: prompt });
    expect(await rejection(connection.opened)).toMatchObject({ code: "TIMEOUT", retryable: false });
    await server.idle();
    expect(server.requests).toHaveLength(1);
  });
});

describe("a client of the user's", () => {
  const events = { status: 200, headers: new Headers({ "content-type": "text/event-stream" }) };
  const close = async (): Promise<void> => {};

  test("that rejects with an error of its own is CONNECT, retried", async () => {
    let sent = 0;
    const send = async (): Promise<never> => {
      sent += 1;
      throw new Error("no route");
    };
    const connection = open({
      url: "http://localhost/",
      client: { send, close },
      reconnect: { ...prompt, maxAttempts: 1 },
    });
    expect(await rejection(connection.opened)).toMatchObject({
      cause: { code: "CONNECT", cause: { message: "no route" } },
    });
    expect(sent).toBe(2);
  });

  test("that breaks its promises is HANDLER, fatal: never retried for ever", async () => {
    const body = { consume: () => expect.unreachable("mine"), pause() {}, resume() {}, abort() {} };
    const send = async (): Promise<HttpResponse> => ({ ...events, body });
    const connection = open({ url: "http://localhost/", client: { send, close }, reconnect: prompt });
    expect(await rejection(connection.stream.next())).toMatchObject({
      code: "HANDLER",
      details: { hook: "the transport itself" },
    });
  });
});

describe("redirects of the same origin", () => {
  test("are followed, signed anew on each hop, and the next attempt starts at the configured URL", async () => {
    const server = await startServer();
    server.reply(
      { status: 307, headers: { location: "/moved?x=1" } },
      { body: "id: 7\ndata: a\n\n" },
      { body: "data: b\n\n", finish: "hold" },
    );
    let signatures = 0;
    const urls: string[] = [];
    const connection = open(
      {
        url: `${server.url}start`,
        headers: { "X-Caller": "yes" },
        auth: { sign: ({ headers, url }) => headers.set("X-Signature", `${(signatures += 1)} ${url.pathname}`) },
        reconnect: prompt,
      },
      { classifyEvent: () => "data", onConnect: ({ url }) => urls.push(url.pathname + url.search) },
    );
    await take(connection, 2);
    expect(server.requests.map(({ url, headers }) => [url, headers["x-signature"], headers["x-caller"]])).toEqual([
      ["/start", "1 /start", "yes"],
      ["/moved?x=1", "2 /moved", "yes"],
      ["/start", "3 /start", "yes"],
    ]);
    expect(urls).toEqual(["/moved?x=1", "/start"]);
  });

  test("303 turns a POST into a GET; 308 keeps method and body", async () => {
    const server = await startServer();
    server.reply(
      { status: 308, headers: { location: "b" } },
      { status: 303, headers: { location: "c" } },
      { status: 204 },
    );
    await SseConnection.connect({ url: `${server.url}a`, method: "POST", body: "hello" });
    expect(server.requests.map(({ method, url, text }) => [method, url, text])).toEqual([
      ["POST", "/a", "hello"],
      ["POST", "/b", "hello"],
      ["GET", "/c", ""],
    ]);
  });

  test("a sixth one is REDIRECT, fatal", async () => {
    const server = await startServer();
    server.otherwise({ status: 302, headers: { location: "/again" } });
    expect(await rejection(SseConnection.connect(server.url))).toMatchObject({ code: "REDIRECT", retryable: false });
    expect(server.requests).toHaveLength(6);
  });
});
