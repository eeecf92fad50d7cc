import type { HttpClient } from "../client.js";
import { UndiciClient } from "./client.js";

let shared: HttpClient | undefined;

/** The client of those who chose none, one for the whole process: it keeps no sockets between requests. */
export function defaultClient(): HttpClient {
  shared ??= new UndiciClient();
  return shared;
}

/** The one for those who want cookies sent to every origin: the same, as Node keeps no cookies. */
export function credentialedClient(): HttpClient {
  return defaultClient();
}
