import { clientThatFetches, credentialedClient } from "#default-client";
import { baseUrl, parseUrl } from "../checks/url.js";
import { SseConfig, type SseOptions } from "../sse/index.js";

/**
 * The constructor's `url` (WHATWG HTML, 9.2.2), resolved against the document or worker, if there is one.
 *
 * @throws {DOMException} `SyntaxError`
 */
export function resolve(url: string | URL): URL {
  const resolved = parseUrl(url, baseUrl());
  if (resolved !== undefined) return resolved;
  const hint = baseUrl() === undefined ? "; it takes an absolute URL here, because there is no location" : "";
  throw new DOMException(`EventSource: the URL cannot be parsed${hint}`, "SyntaxError");
}

/** The config of an `EventSource`'s connection. */
export function configFor(url: URL, options: Omit<SseOptions, "url">, withCredentials: boolean): SseConfig {
  // The standard never gives up on a server that does not answer.
  const { openTimeout = 0 } = options;
  const { client, fetch } = withCredentials ? credentialed(options) : options;
  const { username, password } = url;
  const bare = new URL(url);
  bare.username = "";
  bare.password = "";
  const config = new SseConfig(bare, { ...options, openTimeout, client, fetch });
  if (username === "" && password === "") return config;
  const { headers } = config;
  if (!headers.has("Authorization")) headers.set("Authorization", basic(username, password));
  return config.with({ headers });
}

/** The client that sends cookies to every origin, unless the caller gave one. */
function credentialed({ client, fetch }: Omit<SseOptions, "url">): Pick<SseOptions, "client" | "fetch"> {
  if (client !== undefined) return { client, fetch };
  if (fetch === undefined) return { client: credentialedClient() };
  return { client: clientThatFetches({ fetch, credentials: "include" }) };
}

/** Basic authorization (RFC 7617) with the parts of a URL, which are percent-encoded UTF-8. */
function basic(username: string, password: string): string {
  const bytes = new TextEncoder().encode(`${decoded(username)}:${decoded(password)}`);
  return `Basic ${btoa(String.fromCodePoint(...bytes))}`;
}

/** A percent sign that encodes nothing stays, as in the standard. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
