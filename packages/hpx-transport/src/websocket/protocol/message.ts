/** The content of a message: a string for a text message, bytes for a binary one. Bytes belong to the receiver. */
export type WsData = string | Uint8Array;

/** The number or the text by which a request and its response, or a subscription and its updates, are matched. */
export type WsId = number | string;

/**
 * The meaning of a message to its protocol, as {@link WsProtocolHandler.read} returned it.
 *
 * - `"response"`: answers a request
 * - `"update"`: the payload of a subscription, or of the connection
 * - `"system"`: about the connection: greetings, acknowledgements, status
 * - `"control"`: heartbeats
 * - `"unknown"`: the protocol does not define it
 */
export type WsMessageKind = "response" | "update" | "system" | "control" | "unknown";

/** A message, as a subscription or the connection's stream delivers it. */
export interface WsMessage {
  /** Its meaning to the protocol. */
  kind: WsMessageKind;
  /** Its content, as the server sent it. */
  data: WsData;
  /** The content as the handler parsed it: the one parse of the message. Missing where the handler gave none. */
  value?: unknown;
  /** The topic that it belongs to. */
  topic?: string;
  /** The id of the request that it answers. */
  id?: WsId;
  /** The number of the socket that it came from, counted from 1. */
  epoch: number;
  /** Messages are missing before this one. */
  gap?: WsGap;
}

/** Messages of a topic that were not delivered. */
export interface WsGap {
  /** The topic; `""` for the connection's own stream. */
  readonly topic: string;
  /**
   * The reason: the connection was lost in between, the numbers of the feed jump, the consumer was too slow and messages were
   * dropped, or the connection was replaced as planned.
   */
  readonly reason: "reconnect" | "sequence" | "overflow" | "renewal";
  /** How many messages are missing. */
  readonly missing: number | "unknown";
}

/** How much of a buffer a message takes: its length. */
export function sizeOf({ data }: WsMessage): number {
  return data.length;
}
