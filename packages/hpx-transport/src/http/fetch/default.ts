import { FetchClient } from "./client.js";
import type { HttpClient } from "../client.js";

let shared: HttpClient | undefined;

/** The client of those who chose none, one for the whole process: it keeps nothing between requests. */
export function defaultClient(): HttpClient {
  shared ??= new FetchClient();
  return shared;
}

let credentialed: HttpClient | undefined;

/** The one for those who want cookies sent to every origin. */
export function credentialedClient(): HttpClient {
  credentialed ??= new FetchClient({ credentials: "include" });
  return credentialed;
}
