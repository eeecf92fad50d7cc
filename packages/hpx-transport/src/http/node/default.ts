import type { HttpClient } from "../client.js";
import { NodeClient } from "./client.js";

let shared: HttpClient | undefined;

/** The default client, shared by the whole process. It holds no sockets between requests. */
export function defaultClient(): HttpClient {
  shared ??= new NodeClient();
  return shared;
}

/** The default client for requests that send cookies to every origin: the same one, since Node keeps no cookies. */
export function credentialedClient(): HttpClient {
  return defaultClient();
}

export { clientThatFetches } from "../fetch/default.js";
