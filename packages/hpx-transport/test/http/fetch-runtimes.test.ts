import { afterEach, expect, test, vi } from "vitest";
import { FetchClient } from "../../src/http/entries/node.js";
import { rejection } from "../support/promises.js";
import { get, record } from "./support/requests.js";
import { startHttp } from "./support/servers.js";

// What other runtimes do is held in these runtimes themselves, by `npm run test:runtimes`; here it is told apart.
afterEach(() => vi.unstubAllGlobals());

test("a browser, which asks for that itself, is not given a header that costs a preflight; others are", async () => {
  const server = await startHttp((request, response) => response.end(request.headers["cache-control"]));
  const client = new FetchClient({
    fetch: (input, init) => fetch(input, { ...init, cache: "default" }),
  });
  const seen = async (value: string): Promise<string> => {
    const { body } = await client.send(get(server.url, { headers: new Headers({ "Cache-Control": value }) }));
    const recording = record(body);
    await recording.ended;
    return recording.text();
  };
  expect(await seen("no-cache")).toBe("no-cache");
  vi.stubGlobal("crossOriginIsolated", false);
  expect([await seen("no-cache"), await seen("max-age=0")]).toEqual(["", "max-age=0"]);
});

test("a browser is left to follow a redirect from the start, where nothing of the caller's can go along", async () => {
  vi.stubGlobal("crossOriginIsolated", false);
  const modes: unknown[] = [];
  const client = new FetchClient({
    fetch: (_input, init) => {
      modes.push(init?.redirect);
      return Promise.resolve(new Response());
    },
  });
  for (const hiddenRedirect of ["follow", "refuse"] as const) {
    (await client.send(get("http://127.0.0.1:1/", { hiddenRedirect }))).body.abort();
  }
  expect(modes).toEqual(["follow", "manual"]);
});

test("a header that the runtime would leave out, as browsers do, is CONFIG", async () => {
  class BrowserRequest extends Request {
    constructor(input: RequestInfo | URL, init: RequestInit = {}) {
      const headers = new Headers(init.headers);
      headers.delete("Cookie");
      super(input, { ...init, headers });
    }
  }
  vi.stubGlobal("Request", BrowserRequest);
  const headers = new Headers({ "X-Key": "k", Cookie: "secret=1" });
  const error = await rejection(new FetchClient().send(get("http://127.0.0.1:1/", { headers })));
  expect(error).toMatchObject({
    code: "CONFIG",
    message: "headers: the header cookie cannot be used; this runtime does not let it be set",
  });
});

test("a body that Deno would send again by itself can be read once", async () => {
  vi.stubGlobal("Deno", {});
  const bodies: unknown[] = [];
  const client = new FetchClient({
    fetch: (input, init) => {
      bodies.push(init?.body);
      return fetch(input, init);
    },
  });
  const server = await startHttp((request, response) => void request.pipe(response));
  for (const body of ["grün", new TextEncoder().encode("grün")]) {
    const response = await client.send(get(server.url, { method: "POST", body }));
    const recording = record(response.body);
    await recording.ended;
    expect(Buffer.from(recording.text(), "latin1").toString()).toBe("grün");
  }
  expect(bodies.every((body) => body instanceof ReadableStream)).toBe(true);
});

test("a header that Deno would overwrite in silence is CONFIG, unless it says the same", async () => {
  vi.stubGlobal("Deno", {});
  const client = new FetchClient({ fetch: () => Promise.resolve(new Response()) });
  const withHost = (Host: string): Promise<unknown> =>
    client.send(get("http://127.0.0.1:1/", { headers: new Headers({ Host }) }));
  expect(await rejection(withHost("stream.example"))).toMatchObject({ code: "CONFIG" });
  await withHost("127.0.0.1:1");
});

test("an abort cancels the body itself, for a runtime that has forgotten whose signal it was", async () => {
  const cancelled = vi.fn<() => void>();
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new Uint8Array(1)),
    cancel: cancelled,
  });
  const client = new FetchClient({ fetch: () => Promise.resolve(new Response(stream)) });
  const controller = new AbortController();
  const { body } = await client.send(get("http://127.0.0.1:1/", { signal: controller.signal }));
  const recording = record(body, () => controller.abort());
  await vi.waitFor(() => expect(cancelled).toHaveBeenCalledOnce());
  expect([recording.chunks.length, recording.endings]).toEqual([1, 0]);
});

test("a page that fails at another origin is told which headers that origin must allow", async () => {
  vi.stubGlobal("crossOriginIsolated", false);
  vi.stubGlobal("location", { origin: "https://page.test" });
  const client = new FetchClient({ fetch: () => Promise.reject(new TypeError("Failed to fetch")) });
  const messageFor = async (url: string, headers: Record<string, string>): Promise<string> => {
    const own = { Accept: "text/event-stream", "Cache-Control": "no-cache" };
    const error = await rejection(client.send(get(url, { headers: new Headers({ ...own, ...headers }) })));
    expect(error).toMatchObject({ code: "CONNECT", retryable: true });
    return (error as Error).message;
  };
  expect(await messageFor("https://page.test/s", { "Last-Event-ID": "7" })).toMatch(/: Failed to fetch$/);
  expect(await messageFor("https://feed.test/s", {})).toMatch(/: Failed to fetch$/);
  expect(await messageFor("https://feed.test/s", { "Last-Event-ID": "7" })).toMatch(
    /: Failed to fetch; the server is of another origin: its Access-Control-Allow-Headers must have last-event-id, or a reconnect cannot resume$/,
  );
  expect(await messageFor("https://feed.test/s", { "X-Key": "secret" })).toMatch(/ must have x-key$/);
  vi.unstubAllGlobals();
  expect(await messageFor("https://feed.test/s", { "X-Key": "secret" })).toMatch(/: Failed to fetch$/);
});
