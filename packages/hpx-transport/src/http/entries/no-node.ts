import { TransportError } from "../../error.js";
import type { UndiciClientOptions } from "../node/options.js";
import type { HttpClient, HttpRequest, HttpResponse } from "../client.js";

/** Stands for the client for Node where there is none. */
export class UndiciClient implements HttpClient {
  /** @throws {TransportError} `CONFIG`, always */
  constructor(_options?: UndiciClientOptions) {
    throw TransportError.config("client", "UndiciClient", "it needs Node; use FetchClient in this runtime");
  }

  /** As {@link HttpClient.send}. */
  declare send: (request: HttpRequest) => Promise<HttpResponse>;
  /** As {@link HttpClient.close}. */
  declare close: () => Promise<void>;
}
