import type { HttpClient, HttpRequest, HttpResponse } from "hpx-transport/http";
import type { Logger } from "hpx-transport/sse";
import { publicUrl } from "../request/url.js";

/** Headers whose values are no secret; of all others the log has the name only. */
const PUBLIC = new Set([
  "accept",
  "accept-encoding",
  "cache-control",
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "date",
  "last-event-id",
  "retry-after",
  "server",
  "transfer-encoding",
  "user-agent",
  "vary",
  "via",
  "x-accel-buffering",
]);

/** Tells `logger` of every request and its response, as they go over the wire, without secrets. */
export class LoggingClient implements HttpClient {
  readonly #client: HttpClient;
  readonly #logger: Logger;

  constructor(client: HttpClient, logger: Logger) {
    this.#client = client;
    this.#logger = logger;
  }

  async send(request: HttpRequest): Promise<HttpResponse> {
    const { method, url, headers } = request;
    this.#logger.debug({ method, url: publicUrl(url), ...visible(headers) }, "request");
    const response = await this.#client.send(request);
    this.#logger.debug({ status: response.status, ...visible(response.headers) }, "response");
    return response;
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}

function visible(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].map(([name, value]) => [name, PUBLIC.has(name) ? value : "(hidden)"]));
}
