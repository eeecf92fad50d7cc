import type { HttpClient } from "../../http/client.js";
import { NodeClient } from "../../http/node/client.js";
import type { SocketBackend } from "../socket/backend.js";
import { WsBackend } from "./backend.js";

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
