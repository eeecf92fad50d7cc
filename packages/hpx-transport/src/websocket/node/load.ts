import type { WebSocket } from "ws";
import { TransportError } from "../../error.js";
import { codeOf } from "../../http/failure.js";

/** The class of the package `ws`. */
export type WsClass = typeof WebSocket;

/**
 * Loads the package `ws` at the first use: most users of this package open no WebSocket.
 *
 * @throws {TransportError} `CONFIG` where the package is not installed, or cannot be loaded, such as a chunk of a bundle
 */
export async function loadWs(): Promise<WsClass> {
  try {
    const ws = await import("ws");
    return ws.WebSocket;
  } catch (cause) {
    const code = codeOf(cause);
    // It cannot help to try again: Node remembers how an import ended.
    if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw TransportError.config(
        "socket",
        "the package ws, which cannot be loaded,",
        `${reason}; in a bundle, leave ws external`,
      );
    }
    throw TransportError.config("socket", "the package ws, which is not installed,", "run: npm install ws@8");
  }
}
