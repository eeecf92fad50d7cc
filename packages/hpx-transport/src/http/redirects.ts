import { showUrl } from "../checks/check.js";
import { TransportError } from "../error.js";
import { bytesAsText } from "./headers.js";

/** Redirects followed in a row; one more is an error. */
const MAX_REDIRECTS = 5;

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

/** Whether a response with `status` asks for another request elsewhere. */
export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/**
 * Where the redirect `status` to `location` leads from `hop`, as fetch would go, or the error that ends the chain.
 * No error shows a query or credentials.
 */
export function nextHop(hop: Hop, status: number, location: string | null): Hop | TransportError<"REDIRECT"> {
  const refuse = (reason: string): TransportError<"REDIRECT"> => TransportError.redirect(showUrl(hop.url), reason);
  if (hop.redirects === MAX_REDIRECTS) return refuse(`more than ${MAX_REDIRECTS} redirects in a row`);
  if (location === null || location === "") return refuse("a redirect without a Location");
  const url = resolve(location, hop.url);
  if (url === undefined) return refuse("a redirect whose Location is no URL");
  if (url.protocol !== "http:" && url.protocol !== "https:") return refuse(`a redirect to the scheme ${url.protocol}`);
  if (url.username !== "" || url.password !== "") return refuse(`a redirect with credentials to ${showUrl(url)}`);
  if (hop.url.protocol === "https:" && url.protocol === "http:") {
    return refuse(`a redirect from https to http, ${showUrl(url)}`);
  }

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
