import { type SignableRequest, TransportError } from "hpx-transport";
import type { HttpResponse } from "hpx-transport/http";
import type { RequestOptions } from "../request/request.js";
import type { Hop } from "./evidence.js";

/** As many as the transport follows. */
const MAX_REDIRECTS = 5;
/** What another origin gets to see of a request. */
const HARMLESS = new Set(["accept", "accept-encoding", "cache-control", "last-event-id", "origin", "user-agent"]);

/** A request of the doctor's: what the user asks for, with headers of its own. */
export interface ProbeRequest {
  readonly options: RequestOptions;
  readonly headers: Readonly<Record<string, string>>;
  /** How many milliseconds the response's headers may take. */
  readonly responseTimeout: number;
  readonly signal: AbortSignal;
}

/** What a request led to: the response, or what kept it from coming. */
export interface Sent {
  readonly hops: readonly Hop[];
  readonly url: URL;
  readonly outcome: HttpResponse | Error;
}

/** Sends a request and follows its redirects by hand, as the transport does, to tell of each. Never rejects. */
export async function send({ options, headers: own, responseTimeout, signal }: ProbeRequest): Promise<Sent> {
  const hops: Hop[] = [];
  let { url, method, body } = options;
  let foreign = false;
  for (;;) {
    let response: HttpResponse;
    try {
      const headers = headersFor(options, own, foreign, body === undefined);
      const signed = new URL(url);
      if (!foreign) await sign(options, { method, url: signed, headers, ...(body !== undefined && { body }) });
      const request = { method, url: signed, headers, body, connectTimeout: 10_000, responseTimeout, signal };
      response = await options.client.send({ ...request, hiddenRedirect: "refuse" });
    } catch (error) {
      return { hops, url, outcome: error instanceof Error ? error : new Error(String(error)) };
    }
    const { status } = response;
    if (![301, 302, 303, 307, 308].includes(status)) return { hops, url, outcome: response };
    response.body.abort();
    const to = target(response.headers.get("location"), url);
    if (typeof to === "string" || hops.length === MAX_REDIRECTS) {
      const reason = typeof to === "string" ? to : `more than ${MAX_REDIRECTS} redirects in a row`;
      return { hops, url, outcome: TransportError.redirect(url.origin + url.pathname, reason) };
    }
    hops.push({ status, from: url, to });
    foreign ||= to.origin !== url.origin;
    if (status === 303 || (status < 303 && method === "POST")) [method, body] = ["GET", undefined];
    url = to;
  }
}

async function sign({ auth }: RequestOptions, request: SignableRequest): Promise<void> {
  try {
    await auth?.sign(request);
  } catch (error) {
    throw TransportError.auth(error);
  }
}

function headersFor(
  { headers: given, lastEventId = "" }: RequestOptions,
  own: Readonly<Record<string, string>>,
  foreign: boolean,
  bodyless: boolean,
): Headers {
  const headers = new Headers({ Accept: "text/event-stream", "Cache-Control": "no-cache" });
  if (lastEventId !== "") headers.set("Last-Event-ID", asHeader(lastEventId));
  for (const [name] of given) headers.delete(name);
  for (const [name, value] of given) headers.append(name, value);
  for (const [name, value] of Object.entries(own)) headers.set(name, value);
  const dropped = [...headers.keys()].filter(
    (name) => (foreign && !HARMLESS.has(name)) || (bodyless && name.startsWith("content-")),
  );
  for (const name of dropped) headers.delete(name);
  return headers;
}

/** A header holds one character a byte of UTF-8. */
export function asHeader(id: string): string {
  return Buffer.from(id).toString("latin1");
}

/** Where a redirect leads, or what is wrong with it. */
function target(location: string | null, base: URL): URL | string {
  if (location === null || location === "") return "a redirect without a Location";
  if (!URL.canParse(location, base)) return "a redirect whose Location is no URL";
  const url = new URL(location, base);
  if (url.protocol !== "http:" && url.protocol !== "https:") return `a redirect to the scheme ${url.protocol}`;
  if (base.protocol === "https:" && url.protocol === "http:") return "a redirect from https to http";
  return url;
}
