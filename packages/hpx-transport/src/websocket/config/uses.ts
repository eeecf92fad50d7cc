import { defaultSocket, socketOf } from "#default-socket";
import { type AnyTransportError, TransportError } from "../../error.js";
import { observersOf } from "../../observe/observe-connection.js";
import type { Observers } from "../../observe/observers.js";
import type { SocketBackend } from "../socket/backend.js";
import type { WsStats } from "../stats.js";
import type { WsSettings } from "./options.js";

/** Stands for a URL that is made for every attempt, where no attempt is meant. */
const UNKNOWN_URL = "ws://made-for-every-attempt.invalid";

/** Begins to observe a connection. @throws {TransportError} `HANDLER` for telemetry that throws */
export function observe(connection: {
  readonly settings: WsSettings;
  stats(): WsStats;
  finish(error: AnyTransportError): void;
}): Observers {
  const { name, logger, telemetry, url } = connection.settings;
  const shown = new URL(typeof url === "function" ? UNKNOWN_URL : url);
  shown.protocol = shown.protocol === "https:" ? "wss:" : "ws:";
  return observersOf(
    { name, logger, telemetry, url: shown, method: "GET", transport: "websocket" },
    () => connection.stats(),
    (error) => connection.finish(error),
  );
}

/** The backend that the options name. @throws {TransportError} `CONFIG` for a client that opens no sockets */
export function backendOf({ socket, client }: WsSettings): SocketBackend {
  if (socket !== undefined) return socket;
  if (client === undefined) return defaultSocket();
  const backend = socketOf(client);
  if (backend !== undefined) return backend;
  throw TransportError.config("client", "a client that opens no sockets", "it takes a NodeClient, on Node");
}
