import { type Authentication, NoAuth, type SignableRequest } from "../auth/authentication.js";
import { showUrl } from "../checks/check.js";
import { TransportError } from "../error.js";
import type { HttpClient, HttpRequest, HttpResponse } from "./client.js";
import { bytesAsText, dropBodyHeaders } from "./headers.js";
import { type Signed, SignedValues } from "./signed-values.js";

/** Redirects followed in a row; one more is an error. */
const MAX_REDIRECTS = 5;
/** Schemes that an error may name. Any other could be a secret in its place. */
const NAMED_SCHEMES = new Set(["ftp:", "ws:", "wss:", "file:", "data:", "blob:", "javascript:", "about:", "mailto:"]);

/** A request that may be redirected: its `headers` are complete but unsigned. */
export interface RedirectableRequest extends Omit<HttpRequest, "hiddenRedirect"> {
  /** What another origin gets in place of `headers`: nothing that the caller gave. */
  readonly foreignHeaders: Headers;
  /** Signs each request to the first origin, and no other. */
  readonly auth: Authentication | undefined;
}

/** A redirect that is followed. */
export interface FollowedRedirect {
  /** 301, 302, 303, 307 or 308. */
  readonly status: number;
  /** The URL that redirects, without what the signer added. */
  readonly from: URL;
  /** Where the next request goes. */
  readonly to: URL;
}

/** Settings of `sendFollowingRedirects`. */
export interface FollowOptions {
  /** Called for each redirect before it is followed. If it throws, that is what the promise rejects with. */
  readonly onHop?: ((redirect: FollowedRedirect) => void) | undefined;
}

/** A response, and where it came from. */
export interface FollowedResponse {
  /** The first one that is no redirect. */
  readonly response: HttpResponse;
  /** The URL after all redirects, without what the signer added. */
  readonly url: URL;
}

/** One request of a chain of redirects. */
export interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly body: string | Uint8Array | undefined;
  /** A redirect on the way dropped the body, and with it the headers that describe one. */
  readonly bodyDropped: boolean;
  /** Another origin was met on the way. A chain that comes back to the first one could be forged, so it stays foreign. */
  readonly foreign: boolean;
  /** How many redirects led here. */
  readonly redirects: number;
}

/**
 * Sends `request` through `client` and follows up to 5 redirects by the transport's own rules: 303, and 301 or 302 after a
 * POST, become GET; each request to the first origin is signed anew; another origin gets `foreignHeaders` only. Each
 * request has the deadlines to itself.
 *
 * Rejects as `client.send` does, and with `REDIRECT` for a redirect that cannot be followed and `AUTH` when the signer
 * throws.
 */
export async function sendFollowingRedirects(
  client: HttpClient,
  request: RedirectableRequest,
  { onHop }: FollowOptions = {},
): Promise<FollowedResponse> {
  const { method, url, body } = request;
  let hop: Hop = { method, url, body, bodyDropped: false, foreign: false, redirects: 0 };
  for (;;) {
    const { sent, unsigned } = await prepare(request, hop);
    const response = await client.send(sent);
    if (!isRedirect(response.status)) return { response, url: response.url ?? hop.url };
    response.body.abort();
    const next = nextHop(hop, response.status, response.headers.get("location"));
    if (TransportError.is(next)) throw next;
    if (unsigned !== undefined) hideSignature(new SignedValues(unsigned, sent), hop, next);
    onHop?.({ status: response.status, from: new URL(hop.url), to: new URL(next.url) });
    hop = next;
  }
}

/**
 * Keeps what the signer added out of the next URL, which another origin or a hook may see. A server that repeats the query
 * as it was may do so on its own origin, where the next request is signed anew. Anywhere else the value is on its way to
 * somebody: the redirect is refused, because a URL without it may mean something else.
 */
function hideSignature(added: SignedValues, hop: Hop, next: Hop): void {
  if (!next.foreign) added.strip(next.url);
  if (!added.areIn(next.url)) return;
  throw TransportError.redirect(
    showUrl(hop.url),
    "a redirect whose Location holds what the authentication added to the request (hidden); such a key would be given away",
  );
}

/** The request of `hop` as it goes out, and what a signer changed of it. */
interface Prepared {
  readonly sent: HttpRequest;
  readonly unsigned: Signed | undefined;
}

async function prepare(request: RedirectableRequest, hop: Hop): Promise<Prepared> {
  const { connectTimeout, responseTimeout, signal } = request;
  const { method, body } = hop;
  const headers = headersOf(request, hop);
  // A copy: what the signer adds must not be carried on to the next URL.
  const url = new URL(hop.url);
  const auth = hop.foreign || request.auth instanceof NoAuth ? undefined : request.auth;
  // A runtime that hides redirects may follow one only with what any origin may see.
  const harmless = auth === undefined && haveSameEntries(headers, request.foreignHeaders);
  const unsigned = auth === undefined ? undefined : { url: hop.url, headers: new Headers(headers) };
  const signable: SignableRequest = { method, url, headers, ...(body !== undefined && { body }) };
  if (auth !== undefined) await sign(auth, signable, signal);
  const hiddenRedirect = harmless ? "follow" : "refuse";
  const deadlines = { connectTimeout, responseTimeout };
  return { sent: { method, url, headers, body: signable.body, ...deadlines, hiddenRedirect, signal }, unsigned };
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
    // In a function of its own: when the signer fires the signal and then throws, both rejections need a listener.
    const signed = (async () => auth.sign(request))();
    await Promise.race([signed, aborted]);
  } catch (error) {
    throw signal.aborted ? signal.reason : TransportError.auth(error);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener("abort", onAbort);
  }
}

/** Whether a response with `status` asks for another request elsewhere. */
export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/**
 * Where the redirect `status` to `location` leads from `hop`, as fetch would go, or the error that ends the chain.
 * No error shows anything of the Location: the server may have put the request's secrets into it.
 */
export function nextHop(hop: Hop, status: number, location: string | null): Hop | TransportError<"REDIRECT"> {
  const refuse = (reason: string): TransportError<"REDIRECT"> => TransportError.redirect(showUrl(hop.url), reason);
  if (hop.redirects === MAX_REDIRECTS) return refuse(`more than ${MAX_REDIRECTS} redirects in a row`);
  if (location === null || location === "") return refuse("a redirect without a Location");
  const url = resolve(location, hop.url);
  if (url === undefined) return refuse("a redirect whose Location is no URL");
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    const scheme = NAMED_SCHEMES.has(url.protocol) ? `the scheme ${url.protocol},` : "a scheme that is";
    return refuse(`a redirect to ${scheme} neither http nor https`);
  }
  if (url.username !== "" || url.password !== "") return refuse("a redirect with credentials in its Location");
  if (hop.url.protocol === "https:" && url.protocol === "http:") return refuse("a redirect from https to http");

  const dropsBody = status === 303 || (status < 303 && hop.method === "POST");
  return {
    url,
    method: dropsBody && hop.method !== "HEAD" ? "GET" : hop.method,
    body: dropsBody ? undefined : hop.body,
    bodyDropped: hop.bodyDropped || dropsBody,
    foreign: hop.foreign || url.origin !== hop.url.origin,
    redirects: hop.redirects + 1,
  };
}

function resolve(location: string, base: URL): URL | undefined {
  try {
    const url = new URL(bytesAsText(location), base);
    // A fragment is inherited unless the Location brings its own.
    if (url.hash === "") url.hash = base.hash;
    return url;
  } catch {
    return undefined;
  }
}
