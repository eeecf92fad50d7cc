import { inspect } from "node:util";
import { describe, expect, expectTypeOf, test } from "vitest";
import { type AnyTransportError, TransportError, type TransportErrorCode } from "../src/index.js";

const cause = new Error("beneath");

const rows: {
  [C in TransportErrorCode]: [error: TransportError<C>, message: string, details: object, retryable: boolean];
} = {
  CONFIG: [
    TransportError.config("idleTimeout", "-1", "it takes milliseconds"),
    "idleTimeout: -1 cannot be used; it takes milliseconds",
    { field: "idleTimeout" },
    false,
  ],
  AUTH: [TransportError.auth(cause), "the authentication could not sign the request (see cause)", {}, false],
  CONNECT: [
    TransportError.connect("http://h", { cause }),
    "http://h: could not connect: beneath",
    { origin: "http://h", requestSent: false },
    true,
  ],
  TIMEOUT: [
    TransportError.timeout("connect", 10),
    "no connection within 10 ms (connectTimeout)",
    { phase: "connect", limit: 10 },
    true,
  ],
  IDLE_TIMEOUT: [
    TransportError.idleTimeout(10),
    "nothing arrived for 10 ms (idleTimeout)",
    { limit: 10, what: "bytes" },
    true,
  ],
  REDIRECT: [
    TransportError.redirect("http://h/", "no Location"),
    "http://h/: no Location",
    { from: "http://h/" },
    false,
  ],
  SSE_INVALID_STATUS: [
    TransportError.sseInvalidStatus(404, { body: "gone" }),
    "the server answered 404; a stream needs 200",
    { status: 404, retryAfter: undefined },
    false,
  ],
  SSE_INVALID_CONTENT_TYPE: [
    TransportError.sseInvalidContentType("text/html"),
    'the server sent content type "text/html"; a stream needs text/event-stream',
    { contentType: "text/html", status: 200 },
    false,
  ],
  SSE_PARSE: [
    TransportError.sseParse("not JSON", { event: 1, path: ["a", 0], cause }),
    "not JSON",
    { event: 1, path: ["a", 0] },
    false,
  ],
  SSE_EVENT_TOO_LARGE: [
    TransportError.sseEventTooLarge(100),
    "a line or event is larger than 100 bytes; raise maxEventSize if such events are expected",
    { limit: 100 },
    false,
  ],
  SSE_STREAM_ENDED: [TransportError.sseStreamEnded(), "the server ended the stream", { clean: true }, true],
  MAX_RECONNECT_ATTEMPTS: [
    TransportError.maxReconnectAttempts(3, cause),
    "gave up after 3 failed reconnects in a row: beneath",
    { attempts: 3 },
    false,
  ],
  OVERFLOW: [
    TransportError.overflow(7),
    "the consumer fell behind with 7 events unread; read faster, raise eventCapacity or bufferSize, or choose another overflow",
    { events: 7 },
    false,
  ],
  CURSOR_STORE: [
    TransportError.cursorStore("fills", "save", { cause }),
    'cursor "fills": the store failed to save it: beneath',
    { name: "fills", operation: "save" },
    true,
  ],
  CURSOR_FENCED: [
    TransportError.cursorFenced("fills"),
    'cursor "fills": another consumer claimed the name, so this one stops; use one name for each consumer',
    { name: "fills" },
    false,
  ],
  GAP: [TransportError.gap("3 events were lost", { count: 3 }), "3 events were lost", { gap: { count: 3 } }, false],
  WS_HANDSHAKE: [
    TransportError.wsHandshake(403, { body: "no", retryAfter: 5 }),
    "the server answered the WebSocket handshake with 403; it takes 101",
    { status: 403, retryAfter: 5 },
    false,
  ],
  WS_CLOSED: [
    TransportError.wsClosed(1011, { reason: "secret" }),
    "the server closed the WebSocket with code 1011",
    { code: 1011, clean: true, by: "server" },
    true,
  ],
  WS_PROTOCOL: [
    TransportError.wsProtocol("a frame is masked", { code: 1002 }),
    "the server broke the WebSocket protocol: a frame is masked",
    { rule: "a frame is masked", code: 1002 },
    false,
  ],
  WS_PARSE: [TransportError.wsParse("no number", { path: ["a"] }), "no number", { path: ["a"] }, false],
  WS_MESSAGE_TOO_LARGE: [
    TransportError.wsMessageTooLarge(100),
    "a message has more than 100 bytes; raise maxMessageSize if such messages are expected",
    { limit: 100, what: "bytes" },
    false,
  ],
  PONG_TIMEOUT: [
    TransportError.pongTimeout(10),
    "no byte arrived for 10 ms after a heartbeat (pongTimeout)",
    { limit: 10 },
    true,
  ],
  REQUEST_TIMEOUT: [
    TransportError.requestTimeout(1, true, 10),
    "no response within 10 ms (timeout); it was sent, so the server may have acted on it",
    { id: 1, sent: true, limit: 10 },
    false,
  ],
  REQUEST_LOST: [
    TransportError.requestLost("a", false),
    "there is no connection for the request; it was not sent",
    { id: "a", sent: false },
    false,
  ],
  REQUEST_FAILED: [
    TransportError.requestFailed(1, { code: -32601, response: "secret" }),
    "the server answered the request with an error: -32601",
    { id: 1, code: -32601 },
    false,
  ],
  SUBSCRIPTION_FAILED: [
    TransportError.subscriptionFailed(["a"], "unknown"),
    'the topic "a" is not subscribed: unknown',
    { topics: ["a"], reason: "unknown" },
    false,
  ],
  CAPACITY: [
    TransportError.capacity("requests", 1000),
    "there would be more than 1000 requests",
    { what: "requests", limit: 1000 },
    false,
  ],
  HANDLER: [TransportError.handler("onConnect", cause), "onConnect threw: beneath", { hook: "onConnect" }, false],
};

describe("one constructor a code", () => {
  test.each(Object.entries(rows))("%s", (code, [error, message, details, retryable]) => {
    expect(error).toBeInstanceOf(TransportError);
    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.code, error.message, error.retryable]).toEqual([
      "TransportError",
      code,
      message,
      retryable,
    ]);
    expect(error.details).toEqual(details);
    expect(String(error)).toBe(`TransportError: ${message}`);
  });

  test("the cause is kept", () => {
    for (const error of [rows.AUTH[0], rows.CONNECT[0], rows.SSE_PARSE[0], rows.HANDLER[0]])
      expect(error.cause).toBe(cause);
    expect("cause" in rows.IDLE_TIMEOUT[0]).toBe(false);
  });

  test("the other forms of their messages", () => {
    expect(TransportError.connect("http://h", { requestSent: true }).message).toBe(
      "http://h: the connection broke before a response came",
    );
    expect(TransportError.timeout("response", 5).message).toBe("no response headers within 5 ms (responseTimeout)");
    expect(TransportError.sseInvalidContentType(null).message).toBe(
      "the server sent no content type; a stream needs text/event-stream",
    );
    expect(TransportError.sseStreamEnded({ cause }).message).toBe("the stream broke off: beneath");
    expect(TransportError.sseStreamEnded({ cause }).details).toEqual({ clean: false });
  });
});

test("what a server sent with its refusal can be read and is not printed: it may echo a secret", () => {
  const error = TransportError.sseInvalidStatus(401, {
    headers: new Headers({ "set-cookie": "secret" }),
    body: "secret",
  });
  expect([error.details.headers.get("set-cookie"), error.details.body]).toEqual(["secret", "secret"]);
  expect(inspect(error, { depth: 9 }) + JSON.stringify(error)).not.toContain("secret");
});

test("retryable statuses are 408, 425, 429 and every 5xx but 501 and 505", () => {
  const retryable = Array.from({ length: 500 }, (_, index) => index + 100).filter(
    (status) => TransportError.sseInvalidStatus(status).retryable,
  );
  const expected = Array.from({ length: 100 }, (_, index) => index + 500).filter((s) => s !== 501 && s !== 505);
  expect(retryable).toEqual([408, 425, 429, ...expected]);
});

describe("TransportError.is", () => {
  const error: unknown = rows.OVERFLOW[0];

  test("recognises by brand, so also across copies of the package", () => {
    const foreign = Object.assign(new Error("x"), {
      code: "OVERFLOW",
      [Symbol.for("hpx-transport.TransportError")]: true,
    });
    expect([error, foreign].map((e) => TransportError.is(e))).toEqual([true, true]);
    expect([new Error("x"), null, undefined, "x", { code: "OVERFLOW" }].some((e) => TransportError.is(e))).toBe(false);
  });

  test("narrows to a code", () => {
    expect(TransportError.is(error, "OVERFLOW")).toBe(true);
    expect(TransportError.is(error, "CONFIG")).toBe(false);
    if (TransportError.is(error, "OVERFLOW")) expectTypeOf(error.details).toEqualTypeOf<{ readonly events: number }>();
  });

  test("makes a union that a switch on the code narrows", () => {
    const events = (e: AnyTransportError): number => {
      switch (e.code) {
        case "OVERFLOW":
          return e.details.events;
        default:
          return -1;
      }
    };
    expect(TransportError.is(error) && events(error)).toBe(7);
  });
});
