import { TransportError } from "../error.js";
import type { UndiciClientOptions } from "./client-options.js";
import type { HttpClient, HttpRequest, HttpResponse } from "./http-client.js";

/** Stands for the client for Node where there is none. */
export class UndiciClient implements HttpClient {
  /** Throws `CONFIG` always. */
  constructor(_options?: UndiciClientOptions) {
    throw TransportError.config("client", "UndiciClient", "it needs Node; use FetchClient in this runtime");
  }

  declare send: (request: HttpRequest) => Promise<HttpResponse>;
  declare close: () => Promise<void>;
}
