import { expect, test } from "vitest";
import { FetchClient } from "../../src/http/entries/node.js";
import { SseConfig } from "../../src/sse/index.js";
import { drain, open, startServer } from "./support.js";

test("fetch sends the requests", async () => {
  const server = await startServer();
  server.reply({ body: "data: a\n\n" });
  const asked: string[] = [];
  const send: typeof fetch = async (input, init) => {
    asked.push(new Request(input).url);
    return await fetch(input, init);
  };
  expect(await drain(open({ url: server.url, fetch: send, reconnect: false }))).toEqual(["a"]);
  expect(asked).toEqual([server.url]);
});

test("fetch and client are two forms of one option: with() replaces one by the other", () => {
  const config = new SseConfig("http://127.0.0.1/", { fetch });
  expect(config.client).toBeInstanceOf(FetchClient);
  const client = new FetchClient();
  expect(config.with({ client }).client).toBe(client);
  expect(config.with({ client }).with({ fetch }).client).not.toBe(client);
  expect(config.with({ fetch: undefined }).client).toBeUndefined();
  expect(config.with({ idleTimeout: 1 }).client).toBe(config.client);
  expect(() => config.with({ client, fetch })).toThrow("fetch: fetch beside client cannot be used; both send");
});

test("a fetch that is no function is CONFIG", () => {
  const options = { fetch: "fetch" as unknown as typeof fetch };
  expect(() => new SseConfig("http://127.0.0.1/", options)).toThrow(
    "fetch: a string cannot be used; it takes a function",
  );
});
