import { type Authentication, NoAuth } from "../../auth/authentication.js";
import { showUrl } from "../../checks/check.js";
import { withDeadline } from "../../checks/deadline.js";
import { TransportError } from "../../error.js";
import type { HttpClient, HttpRequest, HttpResponse } from "../../http/client.js";
import { sendFollowingRedirects } from "../../http/redirects.js";
import { parseRetryAfter } from "../../http/retry-after.js";
import type { WsFresh } from "../config/options.js";
import type { OpenSocket, SocketRefusal } from "../socket/backend.js";
import type { WsContext } from "./context.js";

/** Carries the subprotocols to offer, as a header that redirects treat like the others of the caller. */
const PROTOCOLS = "Sec-WebSocket-Protocol";

/** A socket that is open, and where it goes. */
export interface OpenedSocket {
  readonly socket: OpenSocket;
  /** By the scheme of WebSockets. */
  readonly url: URL;
}

/**
 * Opens one socket by the rules of HTTP: its URL and headers are made anew, the handler may change them, it is signed,
 * redirects are followed, and a token that can be renewed is asked for once more after a 401.
 *
 * @throws {TransportError} the reason why there is none
 */
export async function shakeHands(context: WsContext, attempt: number, signal: AbortSignal): Promise<OpenedSocket> {
  const { settings, observers, hooks, backend } = context;
  const { connectTimeout, handshakeTimeout, signTimeout } = settings;
  const auth = settings.auth && limited(settings.auth, signTimeout);
  const asked = await within(signTimeout, async () => hooks.prepareRequest(await freshRequest(context)));
  signal.throwIfAborted();
  const url = withScheme(asked.url, "http");
  const headers = new Headers(asked.headers);
  const foreignHeaders = new Headers();
  const traced = observers.attemptStarted({ attempt, method: "GET", url: showUrl(withScheme(url, "ws")) });
  if (backend.lacks?.includes("headers") !== true) propagate(traced, headers);
  signal.throwIfAborted();
  if (asked.protocols.length > 0) headers.set(PROTOCOLS, asked.protocols.join(","));
  // What the caller offers may be a token; what the protocol offers is no secret.
  const { protocols: common = [] } = hooks.handler;
  if (common.length > 0) foreignHeaders.set(PROTOCOLS, common.join(","));
  const client = new SocketClient(context);
  const responseTimeout = handshakeTimeout;
  const request = {
    method: "GET",
    url,
    headers,
    foreignHeaders,
    body: undefined,
    auth,
    connectTimeout,
    responseTimeout,
    signal,
  };
  try {
    let { response, url: end } = await sendFollowingRedirects(client, request);
    if (response.status === 401 && auth?.renewable === true) {
      ({ response, url: end } = await sendFollowingRedirects(client, request));
    }
    return { socket: accepted(client.answer, signal), url: withScheme(end, "ws") };
  } catch (error) {
    if (client.answer?.accepted === true) client.answer.abort();
    if (TransportError.is(error, "AUTH") && TransportError.is(error.cause, "TIMEOUT")) throw error.cause;
    if (TransportError.is(error) || signal.aborted) throw error;
    // A user's backend may reject with any error, and its message may hold the URL with its secrets: it stays in the cause.
    throw TransportError.connect(withScheme(url, "ws").origin, { cause: error, quiet: true });
  }
}

/** Opens sockets as an HTTP client sends requests, so that redirects and signatures follow the same rules. */
class SocketClient implements HttpClient {
  /** The last answer. */
  answer: OpenSocket | SocketRefusal | undefined;
  readonly #context: WsContext;

  constructor(context: WsContext) {
    this.#context = context;
  }

  async send(request: HttpRequest): Promise<HttpResponse> {
    const { backend, observers, settings } = this.#context;
    const { maxMessageSize, maxFragments, closeTimeout, compression } = settings;
    const { connectTimeout, responseTimeout: handshakeTimeout, signal } = request;
    const headers = new Headers(request.headers);
    const protocols = (headers.get(PROTOCOLS) ?? "").split(/\s*,\s*/).filter((name) => name !== "");
    headers.delete(PROTOCOLS);
    const url = withScheme(request.url, "ws");
    const limits = { maxMessageSize, maxFragments, closeTimeout, compression, connectTimeout, handshakeTimeout };
    const answer = await observers.sending(async () => backend.open({ url, headers, protocols, signal, ...limits }));
    this.answer = answer;
    observers.responded({ status: answer.status });
    return { status: answer.accepted ? 101 : answer.status, headers: locationOfHttp(answer.headers), body: NO_BODY };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function accepted(answer: OpenSocket | SocketRefusal | undefined, signal: AbortSignal): OpenSocket {
  signal.throwIfAborted();
  if (answer?.accepted === true) return answer;
  const { status = 0, headers = new Headers(), body = "" } = answer ?? {};
  const retryAfter = parseRetryAfter(headers.get("Retry-After"));
  throw TransportError.wsHandshake(status, { headers, body, retryAfter });
}

async function freshRequest({
  settings,
  hooks,
}: WsContext): Promise<{ url: URL; headers: Headers; protocols: readonly string[] }> {
  const url = withScheme(await fresh(settings.url), "ws");
  const headers = new Headers(await fresh(settings.headers));
  const protocols = (await fresh(settings.protocols)) ?? hooks.handler.protocols ?? [];
  return { url, headers, protocols };
}

async function fresh<T>(value: WsFresh<T>): Promise<T> {
  return typeof value === "function" ? (value as () => Promise<T>)() : value;
}

/** A copy with the scheme of HTTP or of WebSockets. */
function withScheme(url: URL | string, scheme: "http" | "ws"): URL {
  const copy = new URL(url);
  const isSecure = copy.protocol === "https:" || copy.protocol === "wss:";
  copy.protocol = isSecure ? `${scheme}s:` : `${scheme}:`;
  copy.hash = "";
  return copy;
}

/** A redirect may name its target by either scheme. */
function locationOfHttp(headers: Headers): Headers {
  const location = headers.get("Location");
  if (location === null || !/^wss?:/i.test(location)) return headers;
  const copy = new Headers(headers);
  copy.set("Location", location.replace(/^ws/i, "http"));
  return copy;
}

const NO_BODY = { consume: () => {}, pause: () => {}, resume: () => {}, abort: () => {} };

/** Trace context, unless the caller gave some: half of each would belong to neither trace. */
function propagate(propagated: Headers | undefined, headers: Headers): void {
  if (propagated === undefined || [...propagated.keys()].some((name) => headers.has(name))) return;
  for (const [name, value] of propagated) headers.set(name, value);
}

/** `auth` with a deadline for each signature; 0 means none. */
function limited(auth: Authentication, limit: number): Authentication {
  if (auth instanceof NoAuth) return auth;
  return { renewable: auth.renewable, sign: (request) => within(limit, async () => auth.sign(request)) };
}

/** The result of `work`, or `TIMEOUT` after `limit` milliseconds; 0 means no limit. */
function within<T>(limit: number, work: () => Promise<T>): Promise<T> {
  return withDeadline(limit, work, () => TransportError.timeout("sign", limit));
}
