import { expect, onTestFinished, test, vi } from "vitest";
import { EventSource } from "../../src/eventsource/index.js";
import { startServer } from "../sse/support.js";
import { failure, next, open } from "./support.js";

/** What `call` throws. */
function thrown(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return expect.unreachable("it should have thrown");
}

test("the states are constants of the class and of each instance, and cannot be set", async () => {
  const { url } = await startServer();
  const source = open(url);
  expect([EventSource.CONNECTING, EventSource.OPEN, EventSource.CLOSED]).toEqual([0, 1, 2]);
  expect([source.CONNECTING, source.OPEN, source.CLOSED]).toEqual([0, 1, 2]);
  expect(() => Object.assign(source, { readyState: 2 })).toThrow(TypeError);
  expect(() => Object.assign(EventSource, { OPEN: 2 })).toThrow(TypeError);
});

test("it is an EventTarget named EventSource, connecting from its first moment", async () => {
  const { url } = await startServer();
  const source = open(`${url}path?q=1#part`);
  expect(source).toBeInstanceOf(EventTarget);
  expect(Object.prototype.toString.call(source)).toBe("[object EventSource]");
  expect(source).toMatchObject({ url: `${url}path?q=1#part`, withCredentials: false, readyState: 0 });
  expect([source.onopen, source.onmessage, source.onerror]).toEqual([null, null, null]);
  expect(open(new URL(url), { withCredentials: true })).toMatchObject({ url, withCredentials: true });
});

test.each(["bad url", "http://this is bad/", "/relative"])("the URL %j is a SyntaxError", (url) => {
  const error = thrown(() => new EventSource(url));
  expect(error).toBeInstanceOf(DOMException);
  expect(error).toMatchObject({ name: "SyntaxError" });
});

test("a relative URL is resolved against the location, and before that against the document's base", async () => {
  const { url } = await startServer();
  onTestFinished(() => void vi.unstubAllGlobals());
  vi.stubGlobal("location", { href: `${url}a/page` });
  expect(open("stream?q=1").url).toBe(`${url}a/stream?q=1`);
  vi.stubGlobal("document", { baseURI: `${url}base/` });
  expect(open("stream").url).toBe(`${url}base/stream`);
});

test("another scheme than http fails the connection, and does not throw", async () => {
  const source = open("mailto:me@example.com");
  expect(source.readyState).toBe(EventSource.CONNECTING);
  // Also for those who listen a moment later.
  await Promise.resolve();
  expect(await failure(source)).toMatchObject({
    code: "CONFIG",
    message: "url: the scheme mailto: cannot be used; it takes http: or https:",
  });
});

test("close() before that failure keeps it from being told", async () => {
  const source = open("mailto:me@example.com");
  const errors = vi.fn<() => void>();
  source.onerror = errors;
  source.close();
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(errors).not.toHaveBeenCalled();
});

test.each([
  [{ withCredential: true }, "withCredential: an unknown option cannot be used; did you mean withCredentials?"],
  [
    { timeout: 5 },
    /^timeout: an unknown option cannot be used; the options are withCredentials, shouldRetry, method, /,
  ],
  [{ headrs: {} }, "headrs: an unknown option cannot be used; did you mean headers?"],
  [{ overflow: "error" }, "overflow: this option cannot be used; events are dispatched as they arrive, "],
  [{ url: "http://127.0.0.1/" }, "url: this option cannot be used; the URL is the first argument"],
  [{ shouldRetry: true }, "shouldRetry: true cannot be used; it takes a function"],
  [{ body: "b" }, "body: a body with GET cannot be used"],
  ["options", "options: a string cannot be used; it takes an object"],
])("the options %j are refused", (options, message) => {
  const error = thrown(() => new EventSource("http://127.0.0.1/", options as object));
  expect(error).toMatchObject({ code: "CONFIG", message: expect.stringMatching(message) });
});

test("an on... handler keeps the place where it was first set, and null takes it away", async () => {
  const server = await startServer();
  const source = open(server.url);
  const calls: string[] = [];
  source.onmessage = () => calls.push("replaced");
  source.addEventListener("message", () => calls.push("listener"));
  source.onmessage = function handler(this: unknown) {
    calls.push(this === source ? "handler" : "no this");
  };
  server.publish({ data: "a" });
  await next(source, "message");
  source.onmessage = null;
  expect(source.onmessage).toBeNull();
  source.onmessage = () => calls.push("set again");
  server.publish({ data: "b" });
  await next(source, "message");
  expect(calls).toEqual(["handler", "listener", "listener", "set again"]);
});

test("an on... handler that is no object is none, and an object that is no function is never called", async () => {
  const server = await startServer();
  const source = open(server.url);
  source.onmessage = "text" as never;
  expect(source.onmessage).toBeNull();
  const handler = { handleEvent: vi.fn<() => void>() };
  source.onmessage = handler as never;
  expect(source.onmessage).toBe(handler);
  server.publish({ data: "a" });
  await next(source, "message");
  expect(handler.handleEvent).not.toHaveBeenCalled();
});

test("a listener can be removed, and one with `once` goes by itself", async () => {
  const server = await startServer();
  const source = open(server.url);
  const calls: string[] = [];
  const listener = ({ data }: MessageEvent<string>): void => void calls.push(data);
  source.addEventListener("trade", listener);
  source.addEventListener("trade", ({ data }) => calls.push(`once ${data}`), { once: true });
  server.publish({ event: "trade", data: "a" });
  await next(source, "trade");
  source.removeEventListener("trade", listener);
  server.publish({ event: "trade", data: "b" });
  await next(source, "trade");
  expect(calls).toEqual(["a", "once a"]);
});
