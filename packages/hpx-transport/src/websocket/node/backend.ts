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
