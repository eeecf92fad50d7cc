import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  type Authentication,
  ConstantBackoff,
  ExponentialBackoff,
  NoRetry,
  type RetryPolicy,
} from "../../src/index.js";
import { SseConfig, type SseCursor, type SseOptions, type SseProtocolHandler } from "../../src/sse/index.js";

const url = "https://example.com/stream";

test("the defaults", () => {
  const config = new SseConfig(url);
  expect(config).toMatchObject({
    method: "GET",
    lastEventId: "",
    connectTimeout: 10_000,
    responseTimeout: 60_000,
    idleTimeout: 0,
    maxEventSize: 16 * 1024 * 1024,
    eventCapacity: 256,
    bufferSize: 1024 * 1024,
    overflow: "wait",
  });
  expect(config.url.href).toBe(url);
  expect([...config.headers]).toEqual([]);
  expect([config.body, config.auth, config.client, config.signal, config.logger]).toEqual(Array(5).fill(undefined));
  expect(config.reconnect).toMatchObject({
    initialDelay: 1000,
    maxDelay: 60_000,
    factor: 2,
    jitter: 0.1,
    maxAttempts: Infinity,
  });
});

test("every option may be undefined and then means its default", () => {
  const names = [
    "method",
    "headers",
    "body",
    "auth",
    "client",
    "signal",
    "logger",
    "lastEventId",
    "connectTimeout",
    "responseTimeout",
    "idleTimeout",
    "maxEventSize",
    "eventCapacity",
    "bufferSize",
    "overflow",
    "reconnect",
  ] as const satisfies (keyof SseOptions)[];
  const config = new SseConfig(url, Object.fromEntries(names.map((name) => [name, undefined])));
  const defaults = new SseConfig(url);
  for (const name of names) expect(config[name]).toEqual(defaults[name]);
});

test("what a user's own object may leave out may be undefined, too", () => {
  const cursor: SseCursor = { query: undefined };
  const handler: SseProtocolHandler = { classifyEvent: () => "data", cursor: undefined };
  const auth: Authentication = { renewable: undefined, sign: () => {} };
  const reconnect: RetryPolicy = { maxAttempts: undefined, delay: () => 0 };
  expect(new SseConfig(url, { auth, reconnect })).toMatchObject({ auth, reconnect });
  expect([handler.cursor, cursor.query]).toEqual([undefined, undefined]);
});

test("options are kept as given, a method in upper case", () => {
  const auth = { sign: () => {} };
  const config = new SseConfig(new URL(url), { method: "post", body: "x", auth, headers: { A: "1" }, idleTimeout: 5 });
  expect(config).toMatchObject({ method: "POST", body: "x", auth, idleTimeout: 5 });
  expect(config.headers.get("a")).toBe("1");
});

test("only plain values are printed: what may hold a secret, or prints at length, is not a property of its own", () => {
  const options: SseOptions & Record<keyof SseOptions, unknown> = {
    url,
    method: "POST",
    headers: { A: "1" },
    body: "body",
    auth: { sign: () => {} },
    client: undefined,
    fetch: () => Promise.reject(new Error("unused")),
    handler: { onConnect: () => {} },
    signal: new AbortController().signal,
    logger: console,
    telemetry: { observe: () => ({}) },
    name: "prices",
    resend: true,
    lastEventId: "7",
    connectTimeout: 1,
    responseTimeout: 2,
    idleTimeout: 3,
    maxEventSize: 4,
    eventCapacity: 5,
    bufferSize: 6,
    signTimeout: 7,
    openTimeout: 8,
    eventTimeout: 9,
    overflow: "error",
    reconnect: false,
  };
  const { method, lastEventId, connectTimeout, responseTimeout, idleTimeout } = options;
  const { maxEventSize, eventCapacity, bufferSize, overflow, name, resend } = options;
  const { signTimeout, openTimeout, eventTimeout } = options;
  expect(Object.fromEntries(Object.entries(SseConfig.from(options)))).toEqual({
    method,
    lastEventId,
    connectTimeout,
    responseTimeout,
    idleTimeout,
    maxEventSize,
    eventCapacity,
    bufferSize,
    overflow,
    name,
    resend,
    signTimeout,
    openTimeout,
    eventTimeout,
  });
});

describe("with", () => {
  test("makes a changed copy and leaves the original", () => {
    const config = new SseConfig(url, { idleTimeout: 5, headers: { A: "1" }, reconnect: { factor: 3 } });
    const changed = config.with({ url: "http://localhost/x", connectTimeout: 7 });
    expect([config.url.href, config.connectTimeout]).toEqual([url, 10_000]);
    expect([changed.url.href, changed.connectTimeout, changed.idleTimeout]).toEqual(["http://localhost/x", 7, 5]);
    expect(changed.headers.get("a")).toBe("1");
    expect(changed.reconnect).toMatchObject({ factor: 3 });
  });

  test("an option that is given as undefined goes back to its default", () => {
    expect(new SseConfig(url, { idleTimeout: 5 }).with({ idleTimeout: undefined }).idleTimeout).toBe(0);
  });

  test("checks like the constructor", () => {
    expect(() => new SseConfig(url).with({ idleTimeout: -1 })).toThrow(/^idleTimeout: -1 cannot be used/);
  });
});

test("a config cannot be changed, not through what it gave out or was given either", () => {
  const body = Buffer.from([1]);
  const reconnect = { maxDelay: 3 };
  const given = new Headers({ A: "1" });
  const config = new SseConfig(url, { method: "POST", body, headers: given, reconnect });
  expect(() => Object.assign(config, { method: "GET" })).toThrow(TypeError);
  config.url.pathname = "/other";
  config.headers.set("a", "2");
  given.set("a", "3");
  body[0] = 2;
  reconnect.maxDelay = 99;
  (config.body as Uint8Array)[0] = 3;
  expect([config.url.href, config.headers.get("a"), config.body]).toEqual([url, "1", new Uint8Array([1])]);
  expect(config.with({}).headers.get("a")).toBe("1");
  expect(config.with({}).reconnect).toMatchObject({ maxDelay: 3 });
});

test("from takes a URL, options or a config", () => {
  const config = new SseConfig(url);
  expect(SseConfig.from(config)).toBe(config);
  expect(SseConfig.from(url).url.href).toBe(url);
  expect(SseConfig.from(new URL(url)).url.href).toBe(url);
  expect(SseConfig.from({ url, idleTimeout: 3 }).idleTimeout).toBe(3);
});

test("reconnect takes options merged with the defaults, a policy, or false", () => {
  const policy = new ConstantBackoff({ delay: 5 });
  const reconnect = (value: SseOptions["reconnect"]): SseConfig["reconnect"] =>
    new SseConfig(url, { reconnect: value }).reconnect;
  expect(reconnect({ maxDelay: 5 })).toMatchObject({ initialDelay: 1000, maxDelay: 5 });
  expect(reconnect({})).toBeInstanceOf(ExponentialBackoff);
  expect(reconnect(policy)).toBe(policy);
  expect(reconnect(false)).toBe(false);
  expect(reconnect(new NoRetry())).toBe(false);
});

test("a relative URL is resolved where there is a page or a worker, and needs one", () => {
  onTestFinished(() => void vi.unstubAllGlobals());
  expect(() => new SseConfig("/stream")).toThrow(
    'url: "/stream" cannot be used; it takes an absolute http: or https: URL',
  );
  vi.stubGlobal("location", { href: "https://app.test/a/b?key=1#x" });
  expect(new SseConfig("/stream").url.href).toBe("https://app.test/stream");
  expect(new SseConfig("stream").url.href).toBe("https://app.test/a/stream");
  expect(new SseConfig("https://feed.test/x").url.href).toBe("https://feed.test/x");
  vi.stubGlobal("document", { baseURI: "https://base.test/" });
  expect(new SseConfig("stream").url.href).toBe("https://base.test/stream");
  vi.stubGlobal("document", { baseURI: "about:blank" });
  expect(() => new SseConfig("stream")).toThrow('url: "stream" cannot be used');
});
