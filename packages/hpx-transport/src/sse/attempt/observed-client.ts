import type { HttpClient } from "../../http/client.js";
import type { Observers } from "../../observe/observers.js";

/** `client`, with each request sent as the observers want it, unless no instrumentation sees its requests anyway. */
export function observedClient(client: HttpClient, observers: Observers): HttpClient {
  if (client.uninstrumented === true) return client;
  return {
    send: (request) => observers.sending(async () => client.send(request)),
    close: () => client.close(),
  };
}
