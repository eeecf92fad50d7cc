import { describe, expect, test } from "vitest";
import type { HttpResponse } from "../../src/http/entries/node.js";
import { startTcp } from "../http/support/servers.js";
import { rejection } from "../support/promises.js";
import { open, prompt, startServer, take, until } from "./support.js";

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

  test("a host name that DNS does not know is CONNECT and retried", async () => {
    // Too long a label for DNS: the resolver says no without asking anybody.
    const url = `http://${"x".repeat(64)}.localhost/`;
    const connection = open({ url, reconnect: { ...prompt, maxAttempts: 1 } });
    expect(await rejection(connection.opened)).toMatchObject({ cause: { code: "CONNECT", retryable: true } });
    expect(connection.handle.stats.attempts).toBe(2);
  });

  test("a TLS failure is CONNECT and retried, unless it is the certificate (secure.test.ts)", async () => {
    const server = await startTcp((socket) => void socket.once("data", () => socket.end("no TLS here")), "https:");
    const connection = open({ url: server.url, reconnect: { ...prompt, maxAttempts: 1 } });
    expect(await rejection(connection.opened)).toMatchObject({ cause: { code: "CONNECT", retryable: true } });
    expect(server.connections).toBe(2);
  });

  test("no connection in connectTimeout is TIMEOUT and retried, also for a POST: nothing was sent", async () => {
    // TLS belongs to connecting, and this server never answers.
    const server = await startTcp(() => {}, "https:");
    const reconnect = { ...prompt, maxAttempts: 1 };
    const connection = open({ url: server.url, method: "POST", body: "{}", connectTimeout: 60, reconnect });
    expect(await rejection(connection.opened)).toMatchObject({
      cause: { code: "TIMEOUT", retryable: true, details: { phase: "connect", limit: 60 } },
    });
    expect(server.connections).toBe(2);
  });

  test("no headers in responseTimeout is TIMEOUT and retried", async () => {
    const server = await startServer();
    server.reply({ head: false, finish: "hold" });
    server.otherwise({ body: "data: a\n\n", finish: "hold" });
    const errors: unknown[] = [];
    const connection = open(
      { url: server.url, responseTimeout: 60, reconnect: prompt },
      { classifyEvent: () => "data", onDisconnect: (error) => errors.push(error?.code) },
    );
    expect(await take(connection, 1)).toMatchObject([{ data: "a" }]);
    // More than once where the machine is busy.
    expect(new Set(errors)).toEqual(new Set(["TIMEOUT"]));
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

  test("that answers although it was told to stop has its body aborted", async () => {
    let aborted = 0;
    let answer = (): void => {};
    const body = {
      consume: () => expect.unreachable("it is not read"),
      pause() {},
      resume() {},
      abort: () => (aborted += 1),
    };
    const send = (): Promise<HttpResponse> =>
      new Promise((resolve) => {
        answer = () => resolve({ ...events, body });
      });
    const connection = open({ url: "http://localhost/", client: { send, close } });
    await until(() => connection.handle.stats.attempts === 1);
    await connection.close();
    answer();
    await until(() => aborted === 1);
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
