import type { HttpClient } from "../../http/client.js";
import type { SocketBackend } from "../socket/backend.js";
import { PlatformBackend } from "./backend.js";

let shared: SocketBackend | undefined;

/** The backend of connections that name none. */
export function defaultSocket(): SocketBackend {
  shared ??= new PlatformBackend();
  return shared;
}

/** A client opens no sockets here. */
export function socketOf(_client: HttpClient): SocketBackend | undefined {
  return undefined;
}
