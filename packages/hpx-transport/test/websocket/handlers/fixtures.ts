import type { WsMessage, WsProtocolHandler, WsReading } from "hpx-transport/websocket";

/** What a handler reads from a message given as a value. */
export function read(handler: WsProtocolHandler, message: unknown): WsReading | readonly WsReading[] {
  return handler.read(typeof message === "string" ? message : JSON.stringify(message));
}

/** The message that the connection makes of a reading, for the hooks that get one. */
export function messageOf(handler: WsProtocolHandler, message: unknown, epoch = 1): WsMessage {
  const reading = read(handler, message);
  const { kind, topic, id, value } = (Array.isArray(reading) ? reading[0] : reading) as WsReading;
  return {
    kind,
    data: JSON.stringify(message),
    value,
    epoch,
    ...(topic === undefined ? {} : { topic }),
    ...(id === undefined ? {} : { id }),
  };
}

/** A reading without the members that are undefined. */
export function plain(reading: unknown): unknown {
  return JSON.parse(JSON.stringify(reading));
}

/** What `hello` and `authenticate` get. */
export const INFO = {
  status: 101,
  headers: new Headers(),
  url: new URL("wss://service.test/"),
  protocol: "",
  attempt: 1,
  epoch: 1,
  id: 77,
  renew: false,
} as const;
