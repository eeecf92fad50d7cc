import { getEventListeners } from "node:events";
import { inspect } from "node:util";
import { describe, expect, test, vi } from "vitest";
import { TransportError } from "../../src/error.js";
import { sendFollowingRedirects } from "../../src/http/redirects.js";
import { FetchClient } from "../../src/http/entries/node.js";
import { rejection } from "../support/promises.js";
import { get, record } from "./support/requests.js";
import { startHttp } from "./support/servers.js";

test("asks for no cached answer", async () => {
  const server = await startHttp((_request, response) => response.end());
  let cache: unknown;
  const client = new FetchClient({
    fetch: (input, init) => {
      ({ cache } = init ?? {});
      return fetch(input, init);
    },
  });
  (await client.send(get(server.url))).body.abort();
  expect(cache).toBe("no-store");
});

test("says where a response came from when a redirect was hidden from us", async () => {
  const client = new FetchClient({
    fetch: () => {
      const response = new Response("hello");
      Object.defineProperties(response, { redirected: { value: true }, url: { value: "http://other.example/stream" } });
      return Promise.resolve(response);
    },
  });
  const request = { ...get("http://first.example/"), foreignHeaders: new Headers(), auth: undefined };
  const { url, response } = await sendFollowingRedirects(client, request);
  response.body.abort();
  expect(url.href).toBe("http://other.example/stream");
});

test("sends the credentials that it was made with", async () => {
  const given: unknown[] = [];
  const answer: typeof fetch = (_input, init) => {
    given.push(init?.credentials);
    return Promise.resolve(new Response());
  };
  for (const options of [{ fetch: answer }, { fetch: answer, credentials: "omit" as const }]) {
    (await new FetchClient(options).send(get("http://127.0.0.1:1/"))).body.abort();
  }
  expect(given).toEqual([undefined, "omit"]);
});

test("does without in a runtime that knows no cache", async () => {
  const server = await startHttp((_request, response) => response.end("hello"));
  // As older edge runtimes do.
  class CachelessRequest extends Request {
    constructor(input: RequestInfo | URL, init?: RequestInit) {
      if (init?.cache !== undefined)
        throw new Error("The 'cache' field on 'RequestInitializerDict' is not implemented.");
      super(input, init);
    }
  }
  vi.stubGlobal("Request", CachelessRequest);
  try {
    let init: RequestInit | undefined;
    const client = new FetchClient({
      fetch: (input, given) => {
        init = given;
        return fetch(input, given);
      },
    });
    const { body } = await client.send(get(server.url));
    expect(await record(body).ended).toBeUndefined();
    expect(init).not.toHaveProperty("cache");
  } finally {
    vi.unstubAllGlobals();
  }
});

test("a signal that fires with the response on its way to us is not lost", async () => {
  const server = await startHttp((_request, response) => response.write("hello"));
  const controller = new AbortController();
  const client = new FetchClient({
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      controller.abort("enough");
      return response;
    },
  });
  expect(await rejection(client.send(get(server.url, { signal: controller.signal })))).toBe("enough");
  expect(getEventListeners(controller.signal, "abort")).toEqual([]);
});

test("takes the runtime's fetch as it is at the time, and calls it without an object", async () => {
  const server = await startHttp((_request, response) => response.end());
  const client = new FetchClient();
  const original = globalThis.fetch;
  let calledOn: unknown[] = [];
  vi.stubGlobal("fetch", function patched(this: unknown, input: string, init: RequestInit) {
    calledOn = [this];
    return original(input, init);
  });
  try {
    (await client.send(get(server.url))).body.abort();
  } finally {
    vi.unstubAllGlobals();
  }
  expect(calledOn).toEqual([undefined]);
});

test("a request that fetch cannot send is CONFIG", async () => {
  const server = await startHttp((_request, response) => response.end());
  const error = await rejection(new FetchClient().send(get(server.url, { body: "a GET with a body" })));
  expect(TransportError.is(error, "CONFIG")).toBe(true);
  expect(server.connections).toBe(0);
});

test("an error that tells the whole URL, as Deno's do, is told without its query", async () => {
  const client = new FetchClient({
    fetch: (input) => Promise.reject(new TypeError(`error sending request for url (${input as string}): refused`)),
  });
  const error = await rejection(client.send(get("http://127.0.0.1:1/stream?key=secret")));
  expect(TransportError.is(error, "CONNECT")).toBe(true);
  expect((error as Error).message).toContain("http://127.0.0.1:1/stream?...");
  expect(inspect(error)).not.toContain("secret");
});

test("close() ends what is open, and what comes after", async () => {
  const server = await startHttp((request, response) => {
    if (request.url === "/") response.write("hello");
  });
  const client = new FetchClient();
  const reading = record((await client.send(get(server.url))).body);
  const waiting = rejection(client.send(get(new URL("/silent", server.url))));
  await vi.waitFor(() => expect(server.connections).toBe(2));
  await client.close();
  expect((await reading.ended)?.message).toBe("the HTTP client was closed");
  for (const error of [await waiting, await rejection(client.send(get(server.url)))]) {
    expect(TransportError.is(error, "CONNECT") && !error.retryable).toBe(true);
  }
});

describe("a fetch that cannot stream, as React Native's", () => {
  /** Its response comes when all is there, and has no body; an HTTP client's `body` would be `null` for none. */
  const whole =
    (status: number, text: string | null): typeof fetch =>
    () => {
      const response = new Response(text, { status, headers: { "Content-Type": "text/event-stream" } });
      Object.defineProperty(response, "body", { value: undefined });
      return Promise.resolve(response);
    };

  test.each([200, 201])("is CONFIG that says what to do, with status %i", async (status) => {
    const { signal } = new AbortController();
    const client = new FetchClient({ fetch: whole(status, "data: lost\n\n") });
    const error = await rejection(client.send(get("http://feed.test/", { signal })));
    if (!TransportError.is(error, "CONFIG")) throw new Error("expected CONFIG", { cause: error });
    expect(error.details.field).toBe("fetch");
    expect(error.message).toContain("expo/fetch");
    expect(error.retryable).toBe(false);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test.each([
    ["GET", 204],
    ["GET", 304],
    ["HEAD", 200],
    ["GET", 401],
    ["GET", 503],
  ])("is good enough for a response without a body, and for a refusal: %s, %i", async (method, status) => {
    const response = await new FetchClient({ fetch: whole(status, null) }).send(get("http://feed.test/", { method }));
    expect(response.status).toBe(status);
    expect(await record(response.body).ended).toBeUndefined();
  });
});
