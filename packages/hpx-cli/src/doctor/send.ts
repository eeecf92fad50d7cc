import { type FollowedRedirect, type HttpResponse, sendFollowingRedirects, textAsBytes } from "hpx-transport/http";
import type { RequestOptions } from "../request/request.js";

/** In milliseconds, as the transport's default. */
const CONNECT_TIMEOUT = 10_000;

/** A request of the doctor's: the user's request, with headers of the doctor. */
export interface ProbeRequest {
  readonly options: RequestOptions;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** The result of a request: the response, or the error that came in its place. */
export interface Sent {
  readonly hops: readonly FollowedRedirect[];
  /** The URL of the last request. */
  readonly url: URL;
  readonly outcome: HttpResponse | Error;
}

/** Sends a request and follows its redirects by the rules of the transport, to report each of them. Never rejects. */
export async function send({ options, headers: own, signal }: ProbeRequest): Promise<Sent> {
  const hops: FollowedRedirect[] = [];
  const { method, url, body, auth, client } = options;
  // The deadline of a probe covers the response's headers, too.
  const timeouts = { connectTimeout: CONNECT_TIMEOUT, responseTimeout: 0 };
  try {
    const headers = { headers: headersFor(options, own), foreignHeaders: foreignHeadersFor(options, own) };
    const request = { method, url, ...headers, body, auth, ...timeouts, signal };
    const followed = await sendFollowingRedirects(client, request, { onHop: (hop) => hops.push(hop) });
    return { hops, url: followed.url, outcome: followed.response };
  } catch (error) {
    const outcome = error instanceof Error ? error : new Error(String(error));
    return { hops, url: hops.at(-1)?.to ?? url, outcome };
  }
}

/** The headers of a stream's request, then the user's, which win, then the doctor's. */
function headersFor(options: RequestOptions, own: Readonly<Record<string, string>>): Headers {
  const headers = streamHeaders(options);
  for (const [name] of options.headers) headers.delete(name);
  for (const [name, value] of options.headers) headers.append(name, value);
  for (const [name, value] of Object.entries(own)) headers.set(name, value);
  return headers;
}

/** The headers for another origin: all except the user's. */
function foreignHeadersFor(options: RequestOptions, own: Readonly<Record<string, string>>): Headers {
  const headers = streamHeaders(options);
  for (const [name, value] of Object.entries(own)) headers.set(name, value);
  return headers;
}

function streamHeaders({ lastEventId = "" }: RequestOptions): Headers {
  const headers = new Headers({ Accept: "text/event-stream", "Cache-Control": "no-cache" });
  if (lastEventId !== "") headers.set("Last-Event-ID", textAsBytes(lastEventId));
  return headers;
}
