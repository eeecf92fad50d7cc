import { expect, onTestFinished, test, vi } from "vitest";
import { ApiKeyAuth } from "../../src/index.js";
import { FetchClient } from "../../src/http/entries/node.js";
import { prompt, startServer } from "../sse/support.js";
import { next, open } from "./support.js";

test("headers, method, body, auth and the event ID to resume after are sent", async () => {
  const server = await startServer();
  server.reply({ body: "data: a\n\n", finish: "hold" });
  const source = open(server.url, {
    method: "POST",
    headers: { "X-Caller": "c" },
    body: "payload",
    auth: ApiKeyAuth.header("X-Api-Key", "key"),
    lastEventId: "41",
  });
  const { lastEventId } = await next(source, "message");
  const [request] = server.requests;
  expect(request).toMatchObject({ method: "POST", text: "payload", lastEventId: "41" });
  expect(request?.headers).toMatchObject({ "x-caller": "c", "x-api-key": "key", accept: "text/event-stream" });
  expect(lastEventId).toBe("41");
});

test("withCredentials is a fetch with credentials, where there is nothing but fetch", async () => {
  vi.doMock("#default-client", async () => await import("../../src/http/fetch/default.js"));
  vi.resetModules();
  onTestFinished(() => vi.doUnmock("#default-client"));
  const elsewhere = await import("../../src/eventsource/index.js");
  const server = await startServer();
  const fetched: unknown[] = [];
  const { fetch } = globalThis;
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    fetched.push(init.credentials);
    return fetch(url, init);
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  for (const withCredentials of [true, false]) {
    const source = new elsewhere.EventSource(server.url, { withCredentials });
    await next(source, "open");
    source.close();
  }
  expect(fetched).toEqual(["include", undefined]);
});

test("withCredentials leaves a client of the caller's alone", async () => {
  const server = await startServer();
  let sent = 0;
  const client = new FetchClient({
    fetch: (input, init) => {
      sent += 1;
      return fetch(input, init);
    },
  });
  await next(open(server.url, { withCredentials: true, client }), "open");
  expect(sent).toBe(1);
});

test("credentials in the URL are sent as basic authorization, and not in the request's URL", async () => {
  const server = await startServer();
  const at = (credentials: string): string => server.url.replace("//", `//${credentials}@`);
  const source = open(at("us%C3%A9r:p%40ss"));
  await next(source, "open");
  expect(server.requests[0]?.headers["authorization"]).toBe(`Basic ${Buffer.from("usér:p@ss").toString("base64")}`);
  expect(source.url).toBe(at("us%C3%A9r:p%40ss"));
  await next(open(at("user")), "open");
  expect(server.requests[1]?.headers["authorization"]).toBe(`Basic ${btoa("user:")}`);
  await next(open(at("100%:x"), { headers: { Authorization: "Bearer t", "X-Key": "k" } }), "open");
  expect(server.requests[2]?.headers).toMatchObject({ authorization: "Bearer t", "x-key": "k" });
});

test("fetch sends the requests, with the cookies where withCredentials asks for them", async () => {
  const server = await startServer();
  const modes: unknown[] = [];
  const send: typeof fetch = (input, init) => {
    modes.push(init?.credentials);
    return fetch(input, init);
  };
  await next(open(server.url, { fetch: send }), "open");
  await next(open(server.url, { fetch: send, withCredentials: true }), "open");
  expect(modes).toEqual([undefined, "include"]);
});

test("reconnect() drops the connection and makes a new one", async () => {
  const server = await startServer();
  server.otherwise({ body: "id: 5\ndata: a\n\n", finish: "hold" });
  const source = open(server.url, { reconnect: prompt });
  await next(source, "message");
  await source.reconnect("a newer token");
  expect(server.requests[1]?.lastEventId).toBe("5");
  source.close();
  await expect(source.reconnect()).rejects.toMatchObject({ code: "SSE_STREAM_ENDED" });
});

test("handler is no option: its events take the place of hooks", () => {
  expect(() => open("http://127.0.0.1:1/", { handler: {} } as never)).toThrow(
    "handler: this option cannot be used; its",
  );
});
