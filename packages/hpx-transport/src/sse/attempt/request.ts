import { putInQuery } from "../../auth/place.js";
import { showUrl } from "../../checks/check.js";
import { TransportError } from "../../error.js";
import { bytesAsText } from "../../http/headers.js";
import { type FollowedResponse, sendFollowingRedirects } from "../../http/redirects.js";
import type { AttemptContext } from "./context.js";
import { checkBodyContent } from "../config/checks.js";
import type { Cursor } from "../../connection/position.js";
import type { SseBody } from "../config/options.js";
import type { SseRequest } from "../protocol/handler.js";

/** The answer to an attempt's request, and what the request asked to resume after. */
export interface SseResponse extends FollowedResponse {
  readonly lastEventId: string;
}

/**
 * Sends the request of one attempt: with the cursor as it is now, as the handler wants it, its body made anew, signed,
 * and redirects followed.
 *
 * @throws {TransportError} whatever kept a response from coming
 */
export async function sendRequest(context: AttemptContext, signal: AbortSignal): Promise<SseResponse> {
  const { attempt, client, config, observers } = context;
  const { auth, connectTimeout, responseTimeout } = config;
  const own = ownHeaders(context);
  const asked = configuredRequest(context, own);
  const { method, url, headers, body: unmade } = context.hooks.prepareRequest(asked);
  // The hook may have closed the connection: whoever heard of its end must not hear of another attempt.
  signal.throwIfAborted();
  const { lastEventId } = asked;
  propagate(observers.attemptStarted({ attempt, method, url: showUrl(url) }), headers);
  // An observer may have closed the connection.
  signal.throwIfAborted();
  const body = await makeBody(unmade);
  signal.throwIfAborted();
  const request = { method, url, headers, foreignHeaders: own, body, auth, connectTimeout, responseTimeout, signal };
  try {
    const followed = await sendFollowingRedirects(client, request);
    if (followed.response.status !== 401 || auth?.renewable !== true) return { ...followed, lastEventId };
    // The token may have expired since it was made: a function is asked for another one, once.
    followed.response.body.abort();
    return { ...(await sendFollowingRedirects(client, request)), lastEventId };
  } catch (error) {
    if (TransportError.is(error)) throw error;
    // A client of the user's may reject with what it likes, the URL with its secrets included: that stays in the cause.
    throw TransportError.connect(url.origin, { cause: error, quiet: true });
  }
}

/** The request as the config has it, with the cursor where it belongs. */
function configuredRequest({ config, cursor, hooks }: AttemptContext, own: Headers): SseRequest {
  const { method, url, body } = config;
  const headers = merge(own, config.headers, cursor);
  const query = hooks.cursorQuery;
  if (query !== undefined && cursor.resumeAfter !== "") putInQuery(url, query, cursor.resumeAfter);
  const lastEventId = query === undefined ? bytesAsText(headers.get("Last-Event-ID") ?? "") : cursor.resumeAfter;
  return { method, url, headers, body, lastEventId };
}

function ownHeaders({ cursor, hooks }: AttemptContext): Headers {
  const headers = new Headers({ Accept: "text/event-stream", "Cache-Control": "no-cache" });
  if (cursor.header !== "" && hooks.cursorQuery === undefined) headers.set("Last-Event-ID", cursor.header);
  return headers;
}

/** The caller's headers win over ours; but once the server sent an id, only ours says where the stream stands. */
function merge(own: Headers, callers: Headers, cursor: Cursor): Headers {
  if (cursor.fromServer) callers.delete("Last-Event-ID");
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
