import { defaultSocket, socketOf } from "#default-socket";
import { TransportError } from "../../error.js";
import type { SocketBackend } from "../socket/backend.js";
import type { WsSettings } from "./options.js";

/** Stands for a URL that is made for every attempt, where no attempt is meant. */
const UNKNOWN_URL = /* @__PURE__ */ new URL("ws://made-for-every-attempt.invalid");

/** The URL that observers are shown. */
export function observedUrl({ url }: WsSettings): URL {
  if (typeof url === "function") return UNKNOWN_URL;
  const copy = new URL(url);
  copy.protocol = copy.protocol === "https:" ? "wss:" : "ws:";
  return copy;
}

/** The backend that the options name. @throws {TransportError} `CONFIG` for a client that opens no sockets */
export function backendOf({ socket, client }: WsSettings): SocketBackend {
  if (socket !== undefined) return socket;
  if (client === undefined) return defaultSocket();
  const backend = socketOf(client);
  if (backend !== undefined) return backend;
  throw TransportError.config("client", "a client that opens no sockets", "it takes a NodeClient, on Node");
}
