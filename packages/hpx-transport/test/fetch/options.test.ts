import { expect, test } from "vitest";
import { createFetch, type FetchOptions } from "../../src/fetch/index.js";
import { GenericSseHandler, type SseOptions } from "../../src/sse/index.js";
import { rejection } from "../support/promises.js";
import { startServer } from "../sse/support.js";
import { dataOf, testFetch } from "./support.js";

test.each([
  ["url", { url: "http://localhost/" }],
  ["method", { method: "POST" }],
  ["body", { body: "a" }],
  ["lastEventId", { lastEventId: "a" }],
  ["idleTimeout", { idleTimeout: -1 }],
  ["idelTimeout", { idelTimeout: 1 }],
  ["handler", { handler: "opnai" }],
  ["handler", { handler: 1 }],
  ["handler.onConect", { handler: { onConect: () => {} } }],
  ["openTimeout", { openTimeout: "a" }],
  ["fetch", { fetch: 1 }],
  ["options", 1],
])("%s that cannot be used is CONFIG at once", (field, options) => {
  expect(() => createFetch(options as FetchOptions)).toThrowError(
    expect.objectContaining({ code: "CONFIG", details: { field } }) as Error,
  );
});

test("a handler of a function that throws, or that is none, rejects the call", async () => {
  const throwing = (): never => {
    throw new Error("no");
  };
  expect(await rejection(createFetch({ handler: throwing })("http://localhost/"))).toMatchObject({ code: "HANDLER" });
  const misspelt = (): never => "opnai" as never;
  expect(await rejection(createFetch({ handler: misspelt })("http://localhost/"))).toMatchObject({ code: "CONFIG" });
});

test("a hook that throws rejects the call with HANDLER, or errors the body", async () => {
  const server = await startServer();
  server.otherwise({ body: "data: a\n\n" });
  const throwing = (): never => {
    throw new Error("no");
  };
  for (const hook of ["acceptResponse", "prepareRequest", "onConnect"]) {
    const error = await rejection(testFetch({ handler: { [hook]: throwing } })(server.url));
    expect(error).toMatchObject({ code: "HANDLER", details: { hook } });
  }
  const response = await testFetch({ handler: { judgeEvent: throwing } })(server.url);
  expect(await rejection(dataOf(response))).toMatchObject({ code: "HANDLER", details: { hook: "judgeEvent" } });
  await server.idle();
});

test("a stateless object of hooks serves many calls; the hooks see what they see of a connection", async () => {
  const server = await startServer();
  const seen: unknown[] = [];
  class Watching extends GenericSseHandler {
    readonly #list = seen;
    onConnect({ status }: { status: number }): void {
      this.#list.push(status);
    }
    onComment(text: string): void {
      this.#list.push(text);
    }
  }
  server.otherwise({ body: ": c\ndata: a\n\n" });
  const send = testFetch({ handler: new Watching() });
  for (let call = 0; call < 2; call += 1) expect(await dataOf(await send(server.url))).toEqual(["a"]);
  expect(seen).toEqual([200, "c", 200, "c"]);
});

test("all options of a connection are taken, and what is sent with them", async () => {
  const server = await startServer();
  server.otherwise({ body: "data: a\n\n" });
  const urls: string[] = [];
  const options: Partial<SseOptions> = {
    fetch: (input, init) => {
      urls.push(new Request(input, init).url);
      return fetch(input, init);
    },
    name: "llm",
    handler: () => new GenericSseHandler(),
  };
  expect(await dataOf(await createFetch(options)(server.url))).toEqual(["a"]);
  expect(urls).toEqual([server.url]);
});
