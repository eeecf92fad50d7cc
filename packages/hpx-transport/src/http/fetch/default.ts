import { FetchClient, type FetchClientOptions } from "./client.js";
import type { HttpClient } from "../client.js";

let shared: HttpClient | undefined;

/** The default client, shared by the whole process. It holds no state between requests. */
export function defaultClient(): HttpClient {
  shared ??= new FetchClient();
  return shared;
}

let credentialed: HttpClient | undefined;

/** The default client for requests that send cookies to every origin. */
export function credentialedClient(): HttpClient {
  credentialed ??= new FetchClient({ credentials: "include" });
  return credentialed;
}

/** A client that sends by a fetch of the user's. */
export function clientThatFetches(options: FetchClientOptions): HttpClient {
  return new FetchClient(options);
}
