import { expect, onTestFinished, test, vi } from "vitest";
import { ApiKeyAuth } from "../../src/index.js";
import { FetchClient } from "../../src/http/entries/node.js";
import { startServer } from "../sse/support.js";
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
