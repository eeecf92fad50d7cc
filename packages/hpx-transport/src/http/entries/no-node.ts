import { TransportError } from "../../error.js";
import type { HttpClient, HttpRequest, HttpResponse } from "../client.js";
import type { UndiciDispatcher } from "../node/dispatcher.js";
import type { NodeClientOptions } from "../node/options.js";

/** Stands for the client for Node where there is none. */
export class NodeClient implements HttpClient {
  /** @throws {TransportError} `CONFIG`, always */
  constructor(_options?: NodeClientOptions) {
    throw needsNode("NodeClient");
  }

  /** As {@link HttpClient.send}. */
  declare send: (request: HttpRequest) => Promise<HttpResponse>;
  /** As {@link HttpClient.close}. */
  declare close: () => Promise<void>;
}

/** Stands for the client over undici's dispatchers where there is no Node. */
export class DispatcherClient implements HttpClient {
  /** @throws {TransportError} `CONFIG`, always */
  constructor(_dispatcher: UndiciDispatcher) {
    throw needsNode("DispatcherClient");
  }

  /** As {@link HttpClient.send}. */
  declare send: (request: HttpRequest) => Promise<HttpResponse>;
  /** As {@link HttpClient.close}. */
  declare close: () => Promise<void>;
}

function needsNode(client: string): TransportError<"CONFIG"> {
  return TransportError.config("client", client, "it needs Node; use FetchClient in this runtime");
}
