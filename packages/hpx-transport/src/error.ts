// The one class of error, with the details of each code and a constructor for each: longer than other files, because they
// refer to each other.

/** The `details` of an error, by its code. They hold no secret, except where an entry says so. */
export interface TransportErrorDetails {
  /**
   * An option that cannot be used.
   *
   * @remarks Change the option that `details.field` names; the message says what it takes. It is thrown before
   * anything is sent, and is never retried.
   */
  CONFIG: {
    /** The option's name. */
    readonly field: string;
  };
  /**
   * The authentication could not sign the request, or the server refused a message with credentials.
   *
   * @remarks Read `cause`: it is what your signer, or your token function, threw. It is not retried. For a token
   * service that is down for a moment, try again inside of the function, or let a handler's `shouldRetry` return
   * true.
   */
  AUTH: Readonly<Record<string, never>>;
  /**
   * No response: refused, reset, DNS or TLS failure.
   *
   * @remarks Nothing, where it is temporary: the connection tries again. Otherwise look at the address, the proxy,
   * the firewall and the certificate, in this order; the message has the reason of the system, and `npx hpx-cli sse
   * doctor URL` shows the same from outside of your program. A certificate that is not trusted, and a request that
   * may have acted (`details.requestSent` with a POST), are not retried.
   */
  CONNECT: {
    /** Where the request went. */
    readonly origin: string;
    /** Whether the request may have reached the server, and acted there. */
    readonly requestSent: boolean;
  };
  /**
   * A deadline passed before a response was accepted.
   *
   * @remarks It is retried, except where the server may be working on a request that must not be sent twice. If the
   * server is slow by nature, raise the option that the message names: `connectTimeout`, `responseTimeout`,
   * `signTimeout` or `openTimeout`. With the phase `"open"` the connection has given up, and the cause is the last error.
   */
  TIMEOUT: {
    /** The work that was not done in time; its option is the phase and `Timeout`, `signTimeout` for `"body"`. */
    readonly phase: TimeoutPhase;
    /** In milliseconds. */
    readonly limit: number;
  };
  /**
   * The connection was silent for too long.
   *
   * @remarks Nothing: it is retried, and the stream resumes. If it happens again and again on a healthy stream, the
   * limit is shorter than the pause between the server's heartbeats: raise `idleTimeout` to two or three of them, or
   * leave it out for a stream without heartbeats.
   */
  IDLE_TIMEOUT: {
    /** `idleTimeout`, `eventTimeout` or `dataTimeout`, in milliseconds. */
    readonly limit: number;
    /** What did not arrive: any byte (`idleTimeout`), an event (`eventTimeout`), or an update (`dataTimeout`). */
    readonly what: "bytes" | "events" | "data";
  };
  /**
   * A redirect that cannot be followed.
   *
   * @remarks Use the address that the redirect leads to, or ask the owner of the server. A target that is missing, is
   * not http or https, contains what your authentication added, or is one too many, is never followed.
   */
  REDIRECT: {
    /** The URL that answered with it, without query and fragment. */
    readonly from: string;
  };
  /**
   * A status that is not a stream. A server may echo a secret in `headers` and `body`, so they are not enumerable and
   * never printed with the error.
   *
   * @remarks Look at `details.status` and `details.body`. 401 and 403: the key or the signature. 404: the URL. 408,
   * 425, 429 and 5xx (but not 501 and 505) are retried, not before `Retry-After`. A 2xx other than 200 is no stream
   * by the standard; `acceptResponse` of a handler can say otherwise.
   */
  SSE_INVALID_STATUS: {
    /** The response's status. */
    readonly status: number;
    /** The response's headers. */
    readonly headers: Headers;
    /** The first KiB of the response's body, as text. */
    readonly body: string;
    /** The wait of its `Retry-After` header, in milliseconds; `undefined` without one. */
    readonly retryAfter: number | undefined;
  };
  /**
   * An answer that is no event stream. As for a refusal, `headers` and `body` are not enumerable and never printed
   * with the error.
   *
   * @remarks Look at `details.body`. JSON with a status of 200 often means that the request did not ask for a stream
   * (`stream: true`), HTML that a login page or a proxy has answered. It is not retried. If the body is a stream all
   * the same, `acceptResponse` of a handler can say so.
   */
  SSE_INVALID_CONTENT_TYPE: {
    /** The response's content type without its parameters; `null` without one. The whole value is in `headers`. */
    readonly contentType: string | null;
    /** The response's status. */
    readonly status: number;
    /** The response's headers. */
    readonly headers: Headers;
    /** The first KiB of the response's body, as text. */
    readonly body: string;
  };
  /**
   * Data that `json()` could not read.
   *
   * @remarks Compare `details.event` with the schema, at `details.path`. Only `json()` throws it. `json(schema, {
   * onInvalid: "skip" })` passes over such events and counts them, and `"result"` hands over the error in place of
   * the value.
   */
  SSE_PARSE: {
    /** The event with that data. */
    readonly event: unknown;
    /** Where in the data: keys and indices from the top; empty for the data itself, or when it is not JSON. */
    readonly path: readonly PropertyKey[];
  };
  /**
   * A line or event that is too large.
   *
   * @remarks Raise `maxEventSize` if the service sends such events. It is not retried: the same event would come
   * again.
   */
  SSE_EVENT_TOO_LARGE: {
    /** `maxEventSize`, in bytes. */
    readonly limit: number;
  };
  /**
   * The stream ended.
   *
   * @remarks Nothing for a stream by GET: it is retried, and resumes by the last id. For an answer that is paid (a
   * POST), the answer is incomplete: show what came, and ask again only if a second bill is acceptable. With
   * `details.reason` the service has reported an error inside the stream; `details.message` has its words.
   */
  SSE_STREAM_ENDED: {
    /** Whether the server completed the body: the connection did not break. */
    readonly clean: boolean;
    /** The name of the error that the protocol handler found in the stream, if it found one. */
    readonly reason?: string;
    /** The number or the name that the server gave that error, such as 429. */
    readonly code?: number | string;
    /** The server's type of that error, such as `overloaded_error`. */
    readonly type?: string;
    /** The server's text. It may quote a secret: the property is not enumerable, and never printed with the error. */
    readonly message?: string;
  };
  /**
   * The allowed reconnects in a row are used up; the last error is the cause.
   *
   * @remarks Look at `cause`, the error of the last attempt. Raise or remove `reconnect.maxAttempts` if the server
   * may be away for longer.
   */
  MAX_RECONNECT_ATTEMPTS: {
    /** How many reconnects in a row failed. */
    readonly attempts: number;
  };
  /**
   * The consumer fell behind while `overflow` was `"error"`.
   *
   * @remarks Read faster, for example with `batches()`, or raise `eventCapacity` and `bufferSize`. `overflow: "wait"`
   * pauses the server, and `"drop-oldest"` drops what is old, in place of this error.
   */
  OVERFLOW: {
    /** How many events were unread. */
    readonly events: number;
  };
  /**
   * The store of a cursor failed.
   *
   * @remarks Look at `cause`: it is the error of the file system or the database. A claim is retried with the
   * connection. After a save that failed, the position that is stored is an older one, so a new start gets some
   * events a second time, and none is lost.
   */
  CURSOR_STORE: {
    /** The cursor's name. */
    readonly name: string;
    /** What was asked of the store. */
    readonly operation: "claim" | "save";
  };
  /**
   * Another process, or another cursor, has claimed the name: this one may save no more.
   *
   * @remarks Give each consumer a name of its own. If this is the old process during a hand-over, nothing is wrong:
   * let it end.
   */
  CURSOR_FENCED: {
    /** The cursor's name. */
    readonly name: string;
  };
  /**
   * Events were lost, or came in an order that shows a loss, while the cursor's `gaps` was `"error"`.
   *
   * @remarks Fetch what is missing, by REST for example, and open the connection again; or set `gaps: "report"` and
   * handle each gap in `onGap`.
   */
  GAP: {
    /** The loss: the `Gap` that `onGap` gets. */
    readonly gap: unknown;
  };
  /**
   * The server refused the WebSocket handshake. As for a refused stream, `headers` and `body` are not enumerable and never
   * printed with the error.
   *
   * @remarks Read `details.status` and `details.body`. 401 and 403: the credentials; 404 and 426: the address; 429 and
   * most of 5xx are retried, not before their `Retry-After`. With 200, a web page or an API without WebSocket is at this
   * address.
   */
  WS_HANDSHAKE: {
    /** The response's status; 0 where the runtime hides it. */
    readonly status: number;
    /** The response's headers. */
    readonly headers: Headers;
    /** The first KiB of the response's body, as text. */
    readonly body: string;
    /** The wait of its `Retry-After` header, in milliseconds; `undefined` without one. */
    readonly retryAfter: number | undefined;
  };
  /**
   * The WebSocket is closed.
   *
   * @remarks Read `details.code` and `details.by`. Codes for a restart or an overload (1001, 1011, 1012,
   * 1013, 1014) and a connection that broke (1006) are retried. 1008 and codes from 4000 on are the service's
   * own: its documents say what they mean, and `judgeClose` of a handler says what follows.
   */
  WS_CLOSED: {
    /** The code of the close frame (RFC 6455, section 7.4); 1005 where it has none, 1006 without a close frame. */
    readonly code: number;
    /** The reason of the close frame. It may quote a secret: it is not enumerable, and never printed with the error. */
    readonly reason: string;
    /** Both sides sent a close frame. */
    readonly clean: boolean;
    /** The side that closed; `"network"` where the connection broke. */
    readonly by: "server" | "client" | "network";
    /** The name of the error that the protocol handler found, if it found one. */
    readonly error?: string;
    /** The number or the name that the server gave that error. */
    readonly serverCode?: number | string;
    /** The server's text of that error. It may quote a secret: it is not enumerable, and never printed with the error. */
    readonly message?: string;
  };
  /**
   * The server broke a rule of RFC 6455.
   *
   * @remarks It is retried once, for a proxy may have garbled the bytes. If it stays, `details.rule` is what
   * to tell the owner of the server; a handshake without an accept hash is often an HTTP server, or a proxy
   * without WebSocket, at this address.
   */
  WS_PROTOCOL: {
    /** The rule, in words. */
    readonly rule: string;
    /** The code of our close frame; `undefined` where the handshake broke the rule. */
    readonly code: number | undefined;
  };
  /**
   * Content that `json()` or a `schema` could not read.
   *
   * @remarks The connection goes on. Read `cause` and `details.path`, and loosen the schema,
   * or read `data` yourself.
   */
  WS_PARSE: {
    /** Where in the content: keys and indices from the top; empty for the content itself, or when it is not JSON. */
    readonly path: readonly PropertyKey[];
  };
  /**
   * A message is larger than allowed.
   *
   * @remarks Raise `maxMessageSize` (or `maxFragments`) if the service sends such messages; ask for less in a
   * subscription otherwise. It is not retried, because the same message would come again.
   */
  WS_MESSAGE_TOO_LARGE: {
    /** `maxMessageSize` in bytes, or `maxFragments`. */
    readonly limit: number;
    /** What there was too much of. */
    readonly what: "bytes" | "fragments";
  };
  /**
   * The server sent no byte after a heartbeat of ours.
   *
   * @remarks Nothing: the connection was dead, and it is opened again. If it happens on a healthy connection,
   * raise `pongTimeout`; for a server that answers no pings, set `pingInterval: 0` and a `dataTimeout`.
   */
  PONG_TIMEOUT: {
    /** `pongTimeout`, in milliseconds. */
    readonly limit: number;
  };
  /**
   * A request had no response in time.
   *
   * @remarks Where `details.sent` is false, the server has not seen it: ask again. Where it is true, ask the
   * server what became of it before you send it again.
   */
  REQUEST_TIMEOUT: {
    /** The request's id; `undefined` where it was not made yet. */
    readonly id: number | string | undefined;
    /** Whether the request was given to a socket. If it was, the server may have acted on it. */
    readonly sent: boolean;
    /** In milliseconds. */
    readonly limit: number;
  };
  /**
   * The connection was lost, or closed, before the response came.
   *
   * @remarks As for `REQUEST_TIMEOUT`: `details.sent` says whether the server may have acted on it. It is
   * never sent again by itself.
   */
  REQUEST_LOST: {
    /** The request's id; `undefined` where it was not made yet. */
    readonly id: number | string | undefined;
    /** Whether the request was given to a socket. If it was, the server may have acted on it, and the outcome is unknown. */
    readonly sent: boolean;
  };
  /**
   * The server answered a request with an error.
   *
   * @remarks Read `details.code` and `details.response`: they are the service's own.
   */
  REQUEST_FAILED: {
    /** The request's id. */
    readonly id: number | string;
    /** The server's number or name for the error. */
    readonly code: number | string | undefined;
    /** The response as the handler parsed it. It may quote a secret: it is not enumerable, and never printed with the error. */
    readonly response: unknown;
  };
  /**
   * Topics were refused, or ended with an error, or not acknowledged in time.
   *
   * @remarks Read `details.topics` and `details.reason`: a topic is misspelt, needs other credentials, or is
   * over a limit. The other subscriptions go on; subscribe again once the reason is gone.
   */
  SUBSCRIPTION_FAILED: {
    /** The topics. */
    readonly topics: readonly string[];
    /** The server's name or number for the reason, or a reason of the transport. */
    readonly reason: string;
  };
  /**
   * A limit does not allow one more.
   *
   * @remarks Wait until some are done, or raise the limit if it is an option (`maxPendingRequests`,
   * `sendBufferSize`). A limit of topics is the service's: open a second connection.
   */
  CAPACITY: {
    /** What there would be too much of. */
    readonly what: "requests" | "topics" | "bytes to send";
    /** The limit. */
    readonly limit: number;
  };
  /**
   * A hook of the protocol handler, or another function of the user's, threw; the cause is the value that it threw.
   *
   * @remarks Repair the function that `details.hook` names; `cause` is what it threw. It is never retried, because
   * the same bug would throw again. With the hook "the transport itself" it is a bug of this package: report it.
   */
  HANDLER: {
    /** The function's name. */
    readonly hook: string;
    /** The error that the function was called with, if any: the reason why the attempt ended. */
    readonly error?: AnyTransportError;
  };
}

/** The codes of {@link TransportError}. */
export type TransportErrorCode = keyof TransportErrorDetails;

/** Any transport error, as a union that `switch (error.code)` narrows. */
export type AnyTransportError = { [C in TransportErrorCode]: TransportError<C> }[TransportErrorCode];

interface TransportErrorInit<C extends TransportErrorCode> {
  readonly details: TransportErrorDetails[C];
  readonly retryable?: boolean | undefined;
  readonly cause?: unknown;
}

const BRAND = Symbol.for("hpx-transport.TransportError");

/**
 * The one error class of the transport. `code` says what happened, `details` has the facts, `cause` is the error that led
 * to this one, and `retryable` says whether a reconnect follows by default.
 *
 * Recognise it with {@link TransportError.is}, which also works across copies of this package and across realms.
 */
export class TransportError<C extends TransportErrorCode = TransportErrorCode> extends Error {
  /** Always `"TransportError"`. */
  override readonly name = "TransportError";
  /** What happened. */
  readonly code: C;
  /** The facts, by the code. */
  readonly details: TransportErrorDetails[C];
  /** Whether the connection tries again by default; a handler's `shouldRetry` may decide otherwise. */
  readonly retryable: boolean;

  /** Prefer the static constructors: one for each code. `retryable` is `false` where it is not given. */
  constructor(code: C, message: string, init: TransportErrorInit<C>) {
    super(message, init.cause === undefined ? undefined : { cause: init.cause });
    this.code = code;
    this.details = init.details;
    this.retryable = init.retryable ?? false;
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** Whether `error` is a transport error and, where `code` is given, one with that code. */
  static is<C extends TransportErrorCode = TransportErrorCode>(
    error: unknown,
    code?: C,
  ): error is { [K in C]: TransportError<K> }[C] {
    if (typeof error !== "object" || error === null || !(BRAND in error)) return false;
    return code === undefined || (error as { code?: unknown }).code === code;
  }

  /** `CONFIG`: `field` was given `shown` (never a secret); `expected` says what it takes. */
  static config(field: string, shown: string, expected: string): TransportError<"CONFIG"> {
    return new TransportError("CONFIG", `${field}: ${shown} cannot be used; ${expected}`, { details: { field } });
  }

  /** `AUTH`: signing failed, or the server refused the credentials. Not retried unless the handler says so. */
  static auth(
    cause: unknown,
    options: { message?: string | undefined; retryable?: boolean | undefined } = {},
  ): TransportError<"AUTH"> {
    const { message = "the authentication could not sign the request (see cause)", retryable = false } = options;
    return new TransportError("AUTH", message, { details: {}, retryable, cause });
  }

  /** `CONNECT`: no response came from `origin`. */
  static connect(
    origin: string,
    options: {
      requestSent?: boolean | undefined;
      retryable?: boolean | undefined;
      cause?: unknown;
      /** Leaves the cause's message out of this one: it may hold a secret. */
      quiet?: boolean | undefined;
    } = {},
  ): TransportError<"CONNECT"> {
    const { requestSent = false, retryable = true, quiet = false, cause } = options;
    const what = requestSent ? "the connection broke before a response came" : "could not connect";
    return new TransportError("CONNECT", `${origin}: ${what}${quiet ? " (see cause)" : reasonOf(cause)}`, {
      details: { origin, requestSent },
      retryable,
      cause,
    });
  }

  /** `TIMEOUT`: `limit` milliseconds were not enough for `phase`. */
  static timeout(
    phase: TimeoutPhase,
    limit: number,
    options: { retryable?: boolean | undefined } = {},
  ): TransportError<"TIMEOUT"> {
    return new TransportError("TIMEOUT", TIMEOUTS[phase](limit), {
      details: { phase, limit },
      retryable: options.retryable ?? true,
    });
  }

  /** `IDLE_TIMEOUT`: no byte, no event or no update arrived for `limit` milliseconds. */
  static idleTimeout(limit: number, what: "bytes" | "events" | "data" = "bytes"): TransportError<"IDLE_TIMEOUT"> {
    return new TransportError("IDLE_TIMEOUT", SILENCES[what](limit), { details: { limit, what }, retryable: true });
  }

  /** `REDIRECT`: the redirect from `from` cannot be followed, for `reason`. */
  static redirect(from: string, reason: string): TransportError<"REDIRECT"> {
    return new TransportError("REDIRECT", `${from}: ${reason}`, { details: { from } });
  }

  /** `SSE_INVALID_STATUS`: retryable with the statuses 408, 425, 429 and every 5xx but 501 and 505. */
  static sseInvalidStatus(
    status: number,
    options: { headers?: Headers | undefined; body?: string | undefined; retryAfter?: number | undefined } = {},
  ): TransportError<"SSE_INVALID_STATUS"> {
    const { headers = new Headers(), body = "", retryAfter } = options;
    const details = hide({ status, headers, body, retryAfter }, "headers", "body");
    return new TransportError("SSE_INVALID_STATUS", `the server answered ${status}; a stream needs 200`, {
      details,
      retryable: isRetryableStatus(status),
    });
  }

  /** `SSE_INVALID_CONTENT_TYPE`: the response is not an event stream. `contentType` comes without its parameters. */
  static sseInvalidContentType(
    contentType: string | null,
    options: {
      status?: number | undefined;
      headers?: Headers | undefined;
      body?: string | undefined;
      message?: string | undefined;
    } = {},
  ): TransportError<"SSE_INVALID_CONTENT_TYPE"> {
    const { status = 200, headers = new Headers(), body = "" } = options;
    const got = contentType === null ? "no content type" : `content type ${printable(contentType)}`;
    const message = options.message ?? `the server sent ${got}; a stream needs text/event-stream`;
    const details = hide({ contentType, status, headers, body }, "headers", "body");
    return new TransportError("SSE_INVALID_CONTENT_TYPE", message, { details });
  }

  /** `SSE_PARSE`: the data of `event` cannot be read, as `message` says. */
  static sseParse(
    message: string,
    options: { event?: unknown; path?: readonly PropertyKey[] | undefined; cause?: unknown } = {},
  ): TransportError<"SSE_PARSE"> {
    const { event, path = [], cause } = options;
    return new TransportError("SSE_PARSE", message, { details: { event, path }, cause });
  }

  /** `SSE_EVENT_TOO_LARGE`: a line or event is larger than `limit` bytes. */
  static sseEventTooLarge(limit: number, cause?: unknown): TransportError<"SSE_EVENT_TOO_LARGE"> {
    return new TransportError(
      "SSE_EVENT_TOO_LARGE",
      `a line or event is larger than ${limit} bytes; raise maxEventSize if such events are expected`,
      { details: { limit }, cause },
    );
  }

  /**
   * `SSE_STREAM_ENDED`: the server completed the body (`clean`), the connection broke (with its cause), or there was an
   * error in the stream, `reason` by name. `reason`, `code` and `type` must hold no secret; `serverMessage` may.
   */
  static sseStreamEnded(
    options: {
      clean?: boolean | undefined;
      retryable?: boolean | undefined;
      message?: string | undefined;
      reason?: string | undefined;
      code?: number | string | undefined;
      type?: string | undefined;
      /** Becomes `details.message`. */
      serverMessage?: string | undefined;
      cause?: unknown;
    } = {},
  ): TransportError<"SSE_STREAM_ENDED"> {
    const { reason, code, type, serverMessage, retryable = true, cause } = options;
    const { clean = cause === undefined && reason === undefined } = options;
    const ended = clean ? "the server ended the stream" : `the stream broke off${reasonOf(cause)}`;
    const message = options.message ?? (reason === undefined ? ended : `the stream ended with an error: ${reason}`);
    const details = {
      clean,
      ...(reason !== undefined && { reason }),
      ...(code !== undefined && { code }),
      ...(type !== undefined && { type }),
      ...(serverMessage !== undefined && { message: serverMessage }),
    };
    if (details.message !== undefined) hide(details, "message");
    return new TransportError("SSE_STREAM_ENDED", message, { details, retryable, cause });
  }

  /** `MAX_RECONNECT_ATTEMPTS`: `attempts` reconnects in a row failed, the last one with `cause`. */
  static maxReconnectAttempts(attempts: number, cause?: unknown): TransportError<"MAX_RECONNECT_ATTEMPTS"> {
    return new TransportError(
      "MAX_RECONNECT_ATTEMPTS",
      `gave up after ${attempts} failed reconnects in a row${reasonOf(cause)}`,
      {
        details: { attempts },
        cause,
      },
    );
  }

  /** `OVERFLOW`: the consumer left `events` events unread and `overflow` is `"error"`. */
  static overflow(events: number): TransportError<"OVERFLOW"> {
    return new TransportError(
      "OVERFLOW",
      `the consumer fell behind with ${events} events unread; read faster, raise eventCapacity or bufferSize, or choose another overflow`,
      { details: { events } },
    );
  }

  /** `CURSOR_STORE`: the store of the cursor `name` failed at `operation`. A claim is tried again with the connection. */
  static cursorStore(
    name: string,
    operation: "claim" | "save",
    options: { message?: string | undefined; retryable?: boolean | undefined; cause?: unknown } = {},
  ): TransportError<"CURSOR_STORE"> {
    const {
      message = `the store failed to ${operation} it${reasonOf(options.cause)}`,
      retryable = true,
      cause,
    } = options;
    return new TransportError("CURSOR_STORE", `cursor ${JSON.stringify(name)}: ${message}`, {
      details: { name, operation },
      retryable,
      cause,
    });
  }

  /** `CURSOR_FENCED`: the name was claimed again. */
  static cursorFenced(name: string): TransportError<"CURSOR_FENCED"> {
    const message = `cursor ${JSON.stringify(name)}: another consumer claimed the name, so this one stops; use one name for each consumer`;
    return new TransportError("CURSOR_FENCED", message, { details: { name } });
  }

  /** `GAP`: a loss, as `message` says. */
  static gap(message: string, gap: unknown): TransportError<"GAP"> {
    return new TransportError("GAP", message, { details: { gap } });
  }

  /** `WS_HANDSHAKE`: the handshake was answered with `status`. Retryable as {@link TransportError.sseInvalidStatus} is. */
  static wsHandshake(
    status: number,
    options: { headers?: Headers | undefined; body?: string | undefined; retryAfter?: number | undefined } = {},
  ): TransportError<"WS_HANDSHAKE"> {
    const { headers = new Headers(), body = "", retryAfter } = options;
    const details = hide({ status, headers, body, retryAfter }, "headers", "body");
    const message = `the server answered the WebSocket handshake with ${status}; it takes 101`;
    return new TransportError("WS_HANDSHAKE", message, { details, retryable: isRetryableStatus(status) });
  }

  /**
   * `WS_CLOSED`: with the code 1006 the connection broke, maybe with `cause`. `error` is the name of an error that the handler
   * found; `error` and `serverCode` must hold no secret, `reason` and `serverMessage` may.
   */
  static wsClosed(
    code: number,
    options: {
      reason?: string | undefined;
      by?: "server" | "client" | "network" | undefined;
      retryable?: boolean | undefined;
      message?: string | undefined;
      error?: string | undefined;
      serverCode?: number | string | undefined;
      /** Becomes `details.message`. */
      serverMessage?: string | undefined;
      cause?: unknown;
    } = {},
  ): TransportError<"WS_CLOSED"> {
    const { reason = "", error, serverCode, serverMessage, retryable = true, cause } = options;
    const { by = code === 1006 ? "network" : "server" } = options;
    const broke = `the WebSocket broke without a close frame${reasonOf(cause)}`;
    const closed = code === 1006 ? broke : `the ${by} closed the WebSocket with code ${code}`;
    const message = options.message ?? (error === undefined ? closed : `the connection ended with an error: ${error}`);
    const details = {
      code,
      reason,
      clean: code !== 1006,
      by,
      ...(error !== undefined && { error }),
      ...(serverCode !== undefined && { serverCode }),
      ...(serverMessage !== undefined && { message: serverMessage }),
    };
    hide(details, "reason");
    if (serverMessage !== undefined) hide(details, "message");
    return new TransportError("WS_CLOSED", message, { details, retryable, cause });
  }

  /** `WS_PROTOCOL`: the server broke `rule`; `code` is that of our close frame, none in a handshake. */
  static wsProtocol(
    rule: string,
    options: { code?: number | undefined; retryable?: boolean | undefined; cause?: unknown } = {},
  ): TransportError<"WS_PROTOCOL"> {
    const { code, retryable = false, cause } = options;
    const message = `the server broke the WebSocket protocol: ${rule}`;
    return new TransportError("WS_PROTOCOL", message, { details: { rule, code }, retryable, cause });
  }

  /** `WS_PARSE`: the content of a message, or of a response, cannot be read, as `message` says. */
  static wsParse(
    message: string,
    options: { path?: readonly PropertyKey[] | undefined; cause?: unknown } = {},
  ): TransportError<"WS_PARSE"> {
    const { path = [], cause } = options;
    return new TransportError("WS_PARSE", message, { details: { path }, cause });
  }

  /** `WS_MESSAGE_TOO_LARGE`: a message has more than `limit` bytes, or fragments. */
  static wsMessageTooLarge(
    limit: number,
    what: "bytes" | "fragments" = "bytes",
    cause?: unknown,
  ): TransportError<"WS_MESSAGE_TOO_LARGE"> {
    const option = what === "bytes" ? "maxMessageSize" : "maxFragments";
    const message = `a message has more than ${limit} ${what}; raise ${option} if such messages are expected`;
    return new TransportError("WS_MESSAGE_TOO_LARGE", message, { details: { limit, what }, cause });
  }

  /** `PONG_TIMEOUT`: no byte came for `limit` milliseconds after a heartbeat. */
  static pongTimeout(limit: number): TransportError<"PONG_TIMEOUT"> {
    const message = `no byte arrived for ${limit} ms after a heartbeat (pongTimeout)`;
    return new TransportError("PONG_TIMEOUT", message, { details: { limit }, retryable: true });
  }

  /** `REQUEST_TIMEOUT`: no response came in `limit` milliseconds. */
  static requestTimeout(
    id: number | string | undefined,
    sent: boolean,
    limit: number,
  ): TransportError<"REQUEST_TIMEOUT"> {
    const fate = sent ? "it was sent, so the server may have acted on it" : "it was not sent";
    return new TransportError("REQUEST_TIMEOUT", `no response within ${limit} ms (timeout); ${fate}`, {
      details: { id, sent, limit },
    });
  }

  /** `REQUEST_LOST`: the connection ended before the response came. */
  static requestLost(id: number | string | undefined, sent: boolean, cause?: unknown): TransportError<"REQUEST_LOST"> {
    const fate = sent ? "it was sent, so the server may have acted on it" : "it was not sent";
    return new TransportError("REQUEST_LOST", `there is no connection for the request; ${fate}`, {
      details: { id, sent },
      cause,
    });
  }

  /** `REQUEST_FAILED`: the server answered with an error; `reason` must hold no secret. */
  static requestFailed(
    id: number | string,
    options: { code?: number | string | undefined; reason?: string | undefined; response?: unknown } = {},
  ): TransportError<"REQUEST_FAILED"> {
    const { code, reason, response } = options;
    const named = reason ?? (code === undefined ? undefined : String(code));
    const message = `the server answered the request with an error${named === undefined ? "" : `: ${named}`}`;
    return new TransportError("REQUEST_FAILED", message, { details: hide({ id, code, response }, "response") });
  }

  /** `SUBSCRIPTION_FAILED`: `topics` are not subscribed, for `reason`, which must hold no secret. */
  static subscriptionFailed(
    topics: readonly string[],
    reason: string,
    cause?: unknown,
  ): TransportError<"SUBSCRIPTION_FAILED"> {
    const named = topics.length === 1 ? `the topic ${JSON.stringify(topics[0])} is` : `${topics.length} topics are`;
    return new TransportError("SUBSCRIPTION_FAILED", `${named} not subscribed: ${reason}`, {
      details: { topics, reason },
      cause,
    });
  }

  /** `CAPACITY`: `limit` allows no more of `what`. */
  static capacity(what: "requests" | "topics" | "bytes to send", limit: number): TransportError<"CAPACITY"> {
    return new TransportError("CAPACITY", `there would be more than ${limit} ${what}`, { details: { what, limit } });
  }

  /** `HANDLER`: the user's function `hook` threw `cause`; `error` is the error that it was called with. Always fatal. */
  static handler(hook: string, cause: unknown, error?: AnyTransportError): TransportError<"HANDLER"> {
    const details = error === undefined ? { hook } : { hook, error };
    return new TransportError("HANDLER", `${hook} threw${reasonOf(cause)}`, { details, cause });
  }
}

/** Whether another try may get a better answer than `status`: 408, 425, 429 and every 5xx but 501 and 505. */
export function isRetryableStatus(status: number): boolean {
  if (status >= 500 && status <= 599) return status !== 501 && status !== 505;
  return status === 408 || status === 425 || status === 429;
}

/**
 * Makes properties of an error's details invisible: a server may echo a key in them, or set a cookie. Properties that are
 * not enumerable are not printed; as getters they are not printed by an inspect() with showHidden either.
 */
function hide<T extends object>(details: T, ...names: (keyof T)[]): T {
  for (const name of names) {
    const value = details[name];
    Object.defineProperty(details, name, { enumerable: false, get: () => value });
  }
  return details;
}

/** A server's text for a message: at most 100 characters, without control characters. */
function printable(text: string): string {
  const quoted = JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
  return quoted.replaceAll(
    /[\u007F-\u009F]/g,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error && cause.message !== "" ? `: ${cause.message}` : "";
}

/** A part of an attempt that has a deadline; `"open"` is all attempts up to the first accepted response. */
type TimeoutPhase = "connect" | "response" | "sign" | "body" | "open" | "handshake" | "auth";

const TIMEOUTS: Readonly<Record<TimeoutPhase, (limit: number) => string>> = {
  connect: (limit) => `no connection within ${limit} ms (connectTimeout)`,
  response: (limit) => `no response headers within ${limit} ms (responseTimeout)`,
  sign: (limit) => `the authentication did not sign the request within ${limit} ms (signTimeout)`,
  body: (limit) => `the function body() made no body within ${limit} ms (signTimeout)`,
  handshake: (limit) => `no answer to the WebSocket handshake within ${limit} ms (handshakeTimeout)`,
  auth: (limit) => `no answer to the authentication within ${limit} ms (authTimeout)`,
  open: (limit) => `no accepted response within ${limit} ms (openTimeout)`,
};

const SILENCES: Readonly<Record<"bytes" | "events" | "data", (limit: number) => string>> = {
  bytes: (limit) => `nothing arrived for ${limit} ms (idleTimeout)`,
  events: (limit) => `no event for ${limit} ms (eventTimeout)`,
  data: (limit) => `no update for ${limit} ms (dataTimeout)`,
};
