import { type Authentication, NoAuth, type SignableRequest } from "../auth/authentication.js";
import { TransportError } from "../error.js";
import { dropBodyHeaders } from "./body-headers.js";
import { dropEchoes } from "./echoes.js";
import type { HttpClient, HttpRequest, HttpResponse } from "./client.js";
import { type Hop, isRedirect, nextHop } from "./redirects.js";

/** A request that may be redirected: `headers` are complete but unsigned. */
export interface RedirectableRequest extends Omit<HttpRequest, "hiddenRedirect"> {
  /** What another origin gets in place of `headers`: nothing that the caller gave. */
  readonly foreignHeaders: Headers;
  /** Signs each request to the first origin, and no other. */
  readonly auth: Authentication | undefined;
}

/** A response, and where it came from. */
export interface FollowedResponse {
  readonly response: HttpResponse;
  /** The URL after all redirects, without what the signer added. */
  readonly url: URL;
}

/**
 * Sends `request` through `client` and follows up to 5 redirects. Each request has the deadlines to itself.
 *
 * Rejects as `client.send` does, and with `REDIRECT` for a redirect that cannot be followed and `AUTH` when the signer
 * throws.
 */
export async function sendFollowingRedirects(
  client: HttpClient,
  request: RedirectableRequest,
): Promise<FollowedResponse> {
  const { method, url, body } = request;
  let hop: Hop = { method, url, body, bodyDropped: false, foreign: false, redirects: 0 };
  for (;;) {
    const sent = await prepare(request, hop);
    const response = await client.send(sent);
    if (!isRedirect(response.status)) return { response, url: response.url ?? hop.url };
    response.body.abort();
    const next = nextHop(hop, response.status, response.headers.get("location"));
    if (TransportError.is(next)) throw next;
    dropEchoes(next.url, hop.url, sent.url);
    hop = next;
  }
}

/** The request of `hop` as it goes out. */
async function prepare(request: RedirectableRequest, hop: Hop): Promise<HttpRequest> {
  const { connectTimeout, responseTimeout, signal } = request;
  const { method, body } = hop;
  const headers = headersOf(request, hop);
  // A copy: what the signer adds to it must not be carried on to where a redirect leads.
  const url = new URL(hop.url);
  const auth = hop.foreign || request.auth instanceof NoAuth ? undefined : request.auth;
  // A runtime that hides redirects may follow one only with what any origin may see.
  const harmless = auth === undefined && haveSameEntries(headers, request.foreignHeaders);
  const signable: SignableRequest = { method, url, headers, ...(body !== undefined && { body }) };
  if (auth !== undefined) await sign(auth, signable, signal);
  const hiddenRedirect = harmless ? "follow" : "refuse";
  return { method, url, headers, body: signable.body, connectTimeout, responseTimeout, hiddenRedirect, signal };
}

function headersOf(request: RedirectableRequest, hop: Hop): Headers {
  const headers = new Headers(hop.foreign ? request.foreignHeaders : request.headers);
  if (hop.bodyDropped) dropBodyHeaders(headers);
  return headers;
}

function haveSameEntries(a: Headers, b: Headers): boolean {
  return JSON.stringify([...a]) === JSON.stringify([...b]);
}

/** Signs, unless `signal` fires first: a token may be long in coming, or never come. */
async function sign(auth: Authentication, request: SignableRequest, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => {
      reject(signal.reason);
    };
    signal.addEventListener("abort", onAbort);
  });
  try {
    // In a function of its own: a signer that fires the signal and then throws must not leave the other one unheard.
    const signed = (async () => auth.sign(request))();
    await Promise.race([signed, aborted]);
  } catch (error) {
    throw signal.aborted ? signal.reason : TransportError.auth(error);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener("abort", onAbort);
  }
}
