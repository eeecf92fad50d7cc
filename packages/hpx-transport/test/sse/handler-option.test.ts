import { expect, test } from "vitest";
import { TransportError } from "../../src/index.js";
import { GenericSseHandler, SseConfig, SseConnection, type SseProtocolHandler } from "../../src/sse/index.js";
import { drain, open, startServer } from "./support.js";

const body = "data: a\n\ndata\n\nevent: x\ndata: b\n\n";

/** The kinds of the events of `body`. */
async function kindsWith(handler: SseProtocolHandler | undefined): Promise<string[]> {
  const server = await startServer();
  server.reply({ body });
  const kinds: string[] = [];
  for await (const { kind } of open({ url: server.url, reconnect: false, handler })) kinds.push(kind);
  return kinds;
}

test("a plain object of hooks is a handler; events are classified as without one", async () => {
  const calls: string[] = [];
  const kinds = await kindsWith({
    onConnect: () => calls.push("connect"),
    onDisconnect: () => calls.push("disconnect"),
  });
  expect(calls).toEqual(["connect", "disconnect"]);
  expect(kinds).toEqual(["data", "system", "data"]);
  expect(kinds).toEqual(await kindsWith(undefined));
  expect(kinds).toEqual(await kindsWith(new GenericSseHandler()));
});

test("an empty object is a handler", async () => {
  expect(await kindsWith({})).toEqual(["data", "system", "data"]);
});

test("the handler of the second argument wins over the option's", async () => {
  const server = await startServer();
  server.reply({ body });
  const calls: string[] = [];
  const options = { url: server.url, reconnect: false as const, handler: { onConnect: () => calls.push("option") } };
  await drain(open(options, { onConnect: () => calls.push("argument") }));
  expect(calls).toEqual(["argument"]);
});

test("a function makes a handler for each connection of a config", async () => {
  const server = await startServer();
  server.otherwise({ body });
  const made: SseProtocolHandler[] = [];
  const used: SseProtocolHandler[] = [];
  const config = new SseConfig(server.url, {
    reconnect: false,
    handler: () => {
      const handler: SseProtocolHandler = { onConnect: () => used.push(handler) };
      made.push(handler);
      return handler;
    },
  });
  await drain(open(config));
  await drain(open(config.with({ name: "second" })));
  expect(made).toHaveLength(2);
  expect(used).toEqual(made);
  expect(used[0]).not.toBe(used[1]);
});

const url = "http://127.0.0.1:1/";

test.each<[what: string, handler: unknown, message: string]>([
  ["a misspelt hook", { onConect() {} }, "handler.onConect: an unknown hook cannot be used; did you mean onConnect?"],
  [
    "a hook in other letters",
    { onconnect() {} },
    "handler.onconnect: an unknown hook cannot be used; did you mean onConnect?",
  ],
  [
    "a hook of another library",
    { onMessage() {} },
    "handler.onMessage: an unknown hook cannot be used; the hooks are classifyEvent",
  ],
  ["a hook that is no function", { onConnect: true }, "handler.onConnect: true cannot be used; it takes a function"],
  ["a number", 5, "handler: 5 cannot be used; it takes an object of hooks, or one that ships"],
  ["a function that returns nothing", () => {}, "handler(): undefined cannot be used; it takes an object of hooks"],
  ["a function that returns a promise", async () => ({}), "handler(): a promise cannot be used; it returns a handler"],
])("%s is CONFIG", (_, handler, message) => {
  let thrown: unknown;
  try {
    SseConnection.open({ url, handler: handler as SseProtocolHandler });
  } catch (error) {
    thrown = error;
  }
  expect(TransportError.is(thrown, "CONFIG") && thrown.message).toContain(message);
});

test("an object of a class, and a plain one, may have other members", () => {
  class Counting {
    conect = 0;
    onConnect(): void {
      this.conect += 1;
    }
  }
  expect(() => new SseConfig(url, { handler: new Counting() })).not.toThrow();
  expect(() => new SseConfig(url, { handler: { seen: 0 } as SseProtocolHandler })).not.toThrow();
});

test("a function that throws is HANDLER, with its error as the cause", () => {
  const cause = new Error("no");
  const handler = (): never => {
    throw cause;
  };
  expect(() => SseConnection.open({ url, handler })).toThrow(expect.objectContaining({ code: "HANDLER", cause }));
});
