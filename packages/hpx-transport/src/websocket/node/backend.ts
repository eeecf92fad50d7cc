import type { HttpClient } from "../../http/client.js";
import { NodeClient } from "../../http/node/client.js";
import type { OpenSocket, SocketBackend, SocketRefusal, SocketRequest } from "../socket/backend.js";
import { loadWs } from "./load.js";
import { NodeHandshake } from "./handshake.js";

/** Opens sockets by the package `ws`, over the connections of a `NodeClient`: its proxy, its TLS, its addresses. */
export class WsBackend implements SocketBackend {
  readonly #client: NodeClient;

  constructor(client: NodeClient = new NodeClient()) {
    this.#client = client;
  }

  async open(request: SocketRequest): Promise<OpenSocket | SocketRefusal> {
    const WebSocketClass = await loadWs();
    request.signal.throwIfAborted();
    return new NodeHandshake(request, WebSocketClass).start(this.#client);
  }
}

let shared: SocketBackend | undefined;

/** The backend of connections that name none. It holds no sockets between them. */
export function defaultSocket(): SocketBackend {
  shared ??= new WsBackend();
  return shared;
}

/** The backend that connects as `client` does; undefined where the client cannot. */
export function socketOf(client: HttpClient): SocketBackend | undefined {
  return client instanceof NodeClient ? new WsBackend(client) : undefined;
}
