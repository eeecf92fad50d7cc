import type { WsProtocolHandler, WsReading } from "./handler.js";

/** No protocol: every message is an update of the connection's own stream. */
export class PlainHandler implements WsProtocolHandler {
  read(): WsReading {
    return UPDATE;
  }
}

const UPDATE: WsReading = { kind: "update" };
