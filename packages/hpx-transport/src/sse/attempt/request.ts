import { type Authentication, NoAuth } from "../../auth/authentication.js";
import { putInQuery } from "../../auth/query.js";
import { showUrl } from "../../checks/check.js";
import { TransportError } from "../../error.js";
import { isSafeMethod } from "../../http/failure.js";
import { bytesAsText } from "../../http/headers.js";
import { type FollowedResponse, sendFollowingRedirects } from "../../http/redirects.js";
import { checkBodyContent } from "../config/checks.js";
import type { Position } from "../../connection/position.js";
import type { SseBody } from "../config/options.js";
import type { SseRequest } from "../protocol/handler.js";
import type { SseContext } from "./context.js";

/** The response to an attempt's request. `lastEventId`: the id that the request asked to resume after. */
export interface SseResponse extends FollowedResponse {
  readonly lastEventId: string;
}

/**
 * Sends the request of one attempt: it resumes after the position of now, the handler may change it, its body is made anew,
 * it is signed, and redirects are followed.
 *
 * @throws {TransportError} the reason why there is no response
 */
export async function sendRequest(context: SseContext, attempt: number, signal: AbortSignal): Promise<SseResponse> {
  const { config, observers, resend, responseTimeout } = context;
  const { connectTimeout, signTimeout } = config;
  const auth = config.auth && withDeadline(config.auth, signTimeout);
  const own = ownHeaders(context);
  const asked = configuredRequest(context, own);
  const { method, url, headers, body: unmade } = context.hooks.prepareRequest(asked);
  // The hook may have closed the connection: observers, which know that, must not see another attempt.
  signal.throwIfAborted();
  const isSafe = isSafeMethod(method);
  if (!isSafe && resend.mayHaveActed) {
    throw TransportError.handler(
      "prepareRequest",
      new Error(`it made a ${method} again, which the server may have acted on`),
    );
  }
  const { lastEventId } = asked;
  propagate(observers.attemptStarted({ attempt, method, url: showUrl(url) }), headers);
  // An observer may have closed the connection.
  signal.throwIfAborted();
  const body = await within(signTimeout, "body", () => makeBody(unmade));
  signal.throwIfAborted();
  const client = isSafe ? context.client : resend.watch(context.client);
  const request = { method, url, headers, foreignHeaders: own, body, auth, connectTimeout, responseTimeout, signal };
  try {
    let redirected = false;
    const onHop = (): void => void (redirected = true);
    const followed = await sendFollowingRedirects(client, request, { onHop });
    const { response } = followed;
    // The token may have expired: its function is called once more. After a redirect, a first server has a POST already.
    const again = response.status === 401 && auth?.renewable === true && (isSafe || !redirected);
    if (!again) return { ...followed, lastEventId };
    response.body.abort();
    return { ...(await sendFollowingRedirects(client, request)), lastEventId };
  } catch (error) {
    if (TransportError.is(error, "AUTH") && TransportError.is(error.cause, "TIMEOUT")) throw error.cause;
    if (TransportError.is(error)) throw error;
    // A user's client may reject with any error, and its message may hold the URL with its secrets: it stays in the cause.
    throw TransportError.connect(url.origin, { cause: error, quiet: true });
  }
}

/** The request as the config has it, with the cursor where it belongs. */
function configuredRequest({ config, position, hooks }: SseContext, own: Headers): SseRequest {
  const { method, url, body } = config;
  const headers = merge(own, config.headers, position);
  const query = hooks.cursorQuery;
  if (query !== undefined && position.resumeAfter !== "") putInQuery(url, query, position.resumeAfter);
  const lastEventId = query === undefined ? bytesAsText(headers.get("Last-Event-ID") ?? "") : position.resumeAfter;
  return { method, url, headers, body, lastEventId };
}

function ownHeaders({ position, hooks }: SseContext): Headers {
  const headers = new Headers({ Accept: "text/event-stream", "Cache-Control": "no-cache" });
  if (position.header !== "" && hooks.cursorQuery === undefined) headers.set("Last-Event-ID", position.header);
  return headers;
}

/** The caller's headers win over ours; but once the server sent an id, only ours says where the stream stands. */
function merge(own: Headers, callers: Headers, position: Position): Headers {
  if (position.fromServer) callers.delete("Last-Event-ID");
  const headers = new Headers(own);
  for (const name of callers.keys()) headers.delete(name);
  for (const [name, value] of callers) headers.append(name, value);
  return headers;
}

/** Trace context, unless the caller gave some: half of each would belong to neither trace. */
function propagate(propagated: Headers | undefined, headers: Headers): void {
  if (propagated === undefined || [...propagated.keys()].some((name) => headers.has(name))) return;
  for (const [name, value] of propagated) headers.set(name, value);
}

async function makeBody(body: SseBody | undefined): Promise<string | Uint8Array | undefined> {
  if (typeof body !== "function") return body;
  let made: unknown;
  try {
    made = await body();
  } catch (cause) {
    throw TransportError.handler("body", cause);
  }
  checkBodyContent("body()", made);
  return made;
}

/** `auth` with a deadline for each signature; 0 means none. */
function withDeadline(auth: Authentication, limit: number): Authentication {
  if (auth instanceof NoAuth) return auth;
  return { renewable: auth.renewable, sign: (request) => within(limit, "sign", async () => auth.sign(request)) };
}

/** The result of `work`, or `TIMEOUT` after `limit` milliseconds; 0 means no limit. */
async function within<T>(limit: number, phase: "sign" | "body", work: () => Promise<T>): Promise<T> {
  if (limit === 0) return work();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(TransportError.timeout(phase, limit)), limit);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
