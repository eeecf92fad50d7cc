import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { ApiKeyAuth, TransportError } from "../../src/index.js";
import { SseConfig, SseConnection } from "../../src/sse/index.js";

const url = "https://example.com/stream";

describe("every rejected field, with the message that a user would want to read", () => {
  const duration = "it takes milliseconds from 0 (off) to 2147483647";
  const rows: [field: string, options: Record<string, unknown>, message: string][] = [
    ["url", { url: "stream" }, 'url: "stream" cannot be used; it takes an absolute http: or https: URL'],
    ["url", { url: 5 }, "url: 5 cannot be used; it takes an absolute http: or https: URL"],
    ["url", { url: undefined }, "url: undefined cannot be used; it takes an absolute http: or https: URL"],
    ["url", { url: "ws://x/" }, 'url: the scheme "ws:" cannot be used; it takes an absolute http: or https: URL'],
    [
      "url",
      { url: "https://user:pass@example.com/" },
      "url: a URL with credentials cannot be used; give them as `auth` or in the Authorization header",
    ],
    [
      "method",
      { method: "GE T" },
      'method: "GE T" cannot be used; it takes an HTTP method whose response has a body, such as GET or POST',
    ],
    [
      "method",
      { method: "head" },
      'method: "head" cannot be used; it takes an HTTP method whose response has a body, such as GET or POST',
    ],
    [
      "headers",
      { headers: { "X Y": "1" } },
      'headers: a header name (hidden) with " " cannot be used; a name is letters, digits and !#$%&\'*+.^_`|~-',
    ],
    [
      "headers",
      { headers: { "X-Key": undefined } },
      "headers: undefined as the value of X-Key cannot be used; a header's value is a string",
    ],
    [
      "headers",
      { headers: { "X-Key": "secret\r\nForged: 1" } },
      "headers: the value of X-Key (hidden) cannot be used; a value has no control characters and nothing beyond Latin-1",
    ],
    [
      "headers",
      { headers: [["X-Key", "日本"]] },
      "headers: the value of X-Key (hidden) cannot be used; a value has no control characters and nothing beyond Latin-1",
    ],
    [
      "headers",
      { headers: ["X-Key"] },
      "headers: an entry that is not a pair cannot be used; it takes [name, value] pairs",
    ],
    [
      "headers",
      { headers: "X-Key: secret" },
      "headers: a string cannot be used; it takes a Headers object, a record or an array of pairs",
    ],
    ["body", { body: "x" }, 'body: a body with GET cannot be used; a body needs another method; set `method: "POST"`'],
    [
      "body",
      { method: "POST", body: { a: 1 } },
      "body: an object (Object) cannot be used; it takes a string, bytes, or a function that makes one; JSON.stringify objects",
    ],
    ["auth", { auth: "token" }, "auth: a string cannot be used; it takes an object"],
    ["auth", { auth: {} }, "auth: an object without sign() cannot be used; it takes an object with sign()"],
    ["client", { client: {} }, "client: an object without send() cannot be used; it takes an object with send()"],
    [
      "logger",
      { logger: { info() {}, warn() {}, error() {} } },
      "logger: an object without debug() cannot be used; it takes an object with debug(), info(), warn(), error()",
    ],
    ["signal", { signal: {} }, "signal: an object (Object) cannot be used; it takes an AbortSignal"],
    [
      "lastEventId",
      { lastEventId: "a\nb" },
      String.raw`lastEventId: "a\nb" cannot be used; it takes a string without control characters, without blanks at an end, and of at most 64 KiB`,
    ],
    [
      "lastEventId",
      { lastEventId: " a" },
      'lastEventId: " a" cannot be used; it takes a string without control characters, without blanks at an end, and of at most 64 KiB',
    ],
    [
      "lastEventId",
      { lastEventId: 5 },
      "lastEventId: 5 cannot be used; it takes a string without control characters, without blanks at an end, and of at most 64 KiB",
    ],
    ["connectTimeout", { connectTimeout: -1 }, `connectTimeout: -1 cannot be used; ${duration}`],
    ["responseTimeout", { responseTimeout: "5s" }, `responseTimeout: "5s" cannot be used; ${duration}`],
    ["idleTimeout", { idleTimeout: Number.NaN }, `idleTimeout: NaN cannot be used; ${duration}`],
    ["idleTimeout", { idleTimeout: Infinity }, `idleTimeout: Infinity cannot be used; ${duration}`],
    ["idleTimeout", { idleTimeout: 2 ** 31 }, `idleTimeout: 2147483648 cannot be used; ${duration}`],
    [
      "maxEventSize",
      { maxEventSize: 0 },
      "maxEventSize: 0 cannot be used; it takes a whole number of bytes, at least 1",
    ],
    [
      "eventCapacity",
      { eventCapacity: 1.5 },
      "eventCapacity: 1.5 cannot be used; it takes a whole number of events, at least 1",
    ],
    [
      "bufferSize",
      { bufferSize: null },
      "bufferSize: null cannot be used; it takes a whole number of bytes, at least 1",
    ],
    ["overflow", { overflow: "drop" }, 'overflow: "drop" cannot be used; it takes "wait", "drop-oldest" or "error"'],
    [
      "reconnect",
      { reconnect: true },
      "reconnect: true cannot be used; it takes backoff options, a RetryPolicy or false",
    ],
  ];
  test.each(rows)("%s: %o", (field, options, message) => {
    const error = errorOf(() => SseConfig.from({ url, ...options }));
    expect(TransportError.is(error, "CONFIG") && error.details.field).toBe(field);
    expect(error).toMatchObject({ message, retryable: false });
  });

  test.each([
    ["initialDelay", -1],
    ["maxDelay", Number.NaN],
    ["factor", 0.5],
    ["jitter", 2],
    ["maxAttempts", 1.5],
    ["burst", 0.5],
    ["perSecond", 0],
  ])("reconnect.%s", (name, value) => {
    const error = errorOf(() => new SseConfig(url, { reconnect: { [name]: value } }));
    expect(TransportError.is(error, "CONFIG") && error.details.field).toBe("reconnect");
    expect(error).toMatchObject({ message: expect.stringMatching(new RegExp(`^reconnect\\.${name}: .*${value}`)) });
  });

  test.each([
    ["burst", 0],
    ["perSecond", -1],
  ])("reconnect.%s of a policy", (name, value) => {
    const policy = { delay: () => 0, [name]: value };
    expect(errorOf(() => new SseConfig(url, { reconnect: policy }))).toMatchObject({
      code: "CONFIG",
      message: expect.stringContaining(`reconnect.${name}: ${value} cannot be used`),
    });
  });

  test.each([
    [{ idleTimout: 5 }, "idleTimout: an unknown option cannot be used; did you mean idleTimeout?"],
    [{ IdleTimeout: 5 }, "IdleTimeout: an unknown option cannot be used; did you mean idleTimeout?"],
    [{ header: {} }, "header: an unknown option cannot be used; did you mean headers?"],
    [{ speed: 5 }, /^speed: an unknown option cannot be used; the options are url, method, headers, .*reconnect$/],
    [
      { reconnect: { initialDealy: 5 } },
      /^reconnect\.initialDealy: an unknown option cannot be used; the options are initialDelay, maxDelay, /,
    ],
  ])("an option that is none, with the one likely meant: %j", (options, message) => {
    for (const make of [
      () => SseConfig.from({ url, ...options } as never),
      () => new SseConfig(url, options as never),
      () => new SseConfig(url).with(options as never),
    ]) {
      const error = errorOf(make);
      expect(TransportError.is(error, "CONFIG") && error.message).toMatch(message);
    }
  });

  test("an unknown option that is undefined asks for nothing", () => {
    void SseConfig.from({ url, idleTimout: undefined } as never);
  });

  test("options, config and handler themselves", () => {
    expect(() => new SseConfig(url, null as never)).toThrow("options: null cannot be used; it takes an object");
    expect(() => SseConfig.from(5 as never)).toThrow("config: 5 cannot be used; it takes an object");
    expect(() => SseConfig.from(undefined as never)).toThrow("config: undefined cannot be used");
    expect(() => SseConnection.open(url, 5 as never)).toThrow("handler: 5 cannot be used; it takes an object of hooks");
  });
});

test("neither a printed config nor an error about one shows a secret", () => {
  const secret = "planted-secret";
  const config = new SseConfig(`https://example.com/?key=${secret}`, {
    method: "POST",
    headers: { Authorization: secret },
    body: secret,
  });
  const broken = [
    { url: `https://user:${secret}@example.com/` },
    { url: `https//example.com?key=${secret}` },
    { url: `http://user:a/${secret}@ho st/` },
    { url: `http:\\\\user:${secret}@ho st/` },
    { url: `ftp://user:${secret}@example.com/` },
    { url, headers: { Authorization: `${secret}\n` } },
    { url, headers: secret },
    { url, auth: secret },
    { url, body: secret },
  ].map((options) => errorOf(() => SseConfig.from(options as never)));
  broken.push(errorOf(() => ApiKeyAuth.header(`${secret}/+=`, "X-Api-Key")));
  const shown = [config, ...broken].flatMap((value) => [
    inspect(value, { depth: 9 }),
    JSON.stringify(value),
    String(value),
  ]);
  expect(shown.join("\n")).not.toContain(secret);
});

function errorOf(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return expect.unreachable("it should have thrown");
}

describe("an option of another library is told what it is here", () => {
  test.each([
    ["timeout", "connectTimeout, responseTimeout, openTimeout, idleTimeout or eventTimeout"],
    ["requestTimeout", "connectTimeout, responseTimeout"],
    ["heartbeatTimeout", "idleTimeout"],
    ["readTimeoutMillis", "idleTimeout"],
    ["headersTimeout", "responseTimeout"],
    ["retry", "reconnect: { initialDelay, maxDelay, factor, jitter, maxAttempts }"],
    ["maxRetries", "reconnect: {"],
    ["initialRetryDelayMillis", "reconnect: {"],
    ["initialLastEventId", "lastEventId"],
    ["json", "body: JSON.stringify(value)"],
    ["params", "the query of the url"],
    ["withCredentials", 'client: new FetchClient({ credentials: "include" })'],
    ["dispatcher", "client: new DispatcherClient(dispatcher)"],
    ["httpsAgent", "client: new NodeClient("],
    ["rejectUnauthorized", "client: new NodeClient("],
    ["onmessage", "for await (const event of connection)"],
    ["onopen", "a hook of handler"],
  ])("%s", (name, here) => {
    const options = { [name]: "secret" };
    expect(() => new SseConfig(url, options)).toThrow(`${name}: an unknown option cannot be used; here it is ${here}`);
  });

  test("a misspelt option comes first", () => {
    expect(() => new SseConfig(url, { reconect: false } as object)).toThrow("did you mean reconnect?");
  });
});
