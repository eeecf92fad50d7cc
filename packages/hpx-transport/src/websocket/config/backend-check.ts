import { TransportError } from "../../error.js";
import type { WsProtocolHandler } from "../protocol/handler.js";
import type { SocketBackend } from "../socket/backend.js";
import type { WsSettings } from "./options.js";

/**
 * Refuses what a runtime's WebSocket cannot do, rather than to ignore it.
 *
 * @throws {TransportError} `CONFIG`, naming the option
 */
export function checkBackend(backend: SocketBackend, settings: WsSettings, handler: WsProtocolHandler): void {
  const lacks = (feature: string): boolean => backend.lacks?.some((each) => each === feature) === true;
  if (lacks("headers") && settings.headers !== undefined) {
    refuse("headers", "headers", "put a token into the URL or a subprotocol");
  }
  if (lacks("ping") && (settings.pingInterval ?? 0) > 0 && handler.ping === undefined) {
    refuse(
      "pingInterval",
      String(settings.pingInterval),
      "give the handler a ping() that is a message, or leave it out",
    );
  }
  if (lacks("pause") && settings.overflow === "wait") {
    refuse("overflow", '"wait"', 'choose "drop-oldest", "keep-latest" or "error"');
  }
  if (lacks("compression") && settings.compression) {
    refuse("compression", "true", "the runtime decides about it");
  }
}

function refuse(field: string, shown: string, expected: string): never {
  throw TransportError.config(field, shown, `this runtime's WebSocket cannot do that; ${expected}`);
}
