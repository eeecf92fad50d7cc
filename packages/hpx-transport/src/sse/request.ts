import { TransportError } from "../error.js";
import type { HttpClient } from "../http/http-client.js";
import { type FollowedResponse, sendFollowingRedirects } from "../http/follow-redirects.js";
import type { SseConfig } from "./config.js";
import { checkBodyContent } from "./config-checks.js";
import type { Cursor } from "./cursor.js";

/**
 * Sends the request of one attempt: its body made anew, its headers with the cursor as it is now, signed, and
 * redirects followed.
 *
 * @throws {TransportError} whatever kept a response from coming
 */
export async function sendRequest(
  client: HttpClient,
  config: SseConfig,
  cursor: Cursor,
  propagated: Headers,
  signal: AbortSignal,
): Promise<FollowedResponse> {
  const body = await makeBody(config);
  signal.throwIfAborted();
  const { method, url, auth, connectTimeout, responseTimeout } = config;
  const own = ownHeaders(cursor);
  const headers = merge(own, config.headers, cursor);
  propagate(propagated, headers);
  const request = { method, url, headers, foreignHeaders: own, body, auth, connectTimeout, responseTimeout, signal };
  try {
    const followed = await sendFollowingRedirects(client, request);
    if (followed.response.status !== 401 || auth?.renewable !== true) return followed;
    // The token may have expired since it was made: a function is asked for another one, once.
    followed.response.body.abort();
    return await sendFollowingRedirects(client, request);
  } catch (error) {
    if (TransportError.is(error)) throw error;
    // A client of the user's may reject with what it likes, the URL with its secrets included: that stays in the cause.
    throw TransportError.connect(url.origin, { cause: error, quiet: true });
  }
}

function ownHeaders(cursor: Cursor): Headers {
  const headers = new Headers({ Accept: "text/event-stream", "Cache-Control": "no-cache" });
  if (cursor.header !== "") headers.set("Last-Event-ID", cursor.header);
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
function propagate(propagated: Headers, headers: Headers): void {
  const names = [...propagated.keys()];
  if (names.some((name) => headers.has(name))) return;
  for (const [name, value] of propagated) headers.set(name, value);
}

async function makeBody({ body }: SseConfig): Promise<string | Uint8Array | undefined> {
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
