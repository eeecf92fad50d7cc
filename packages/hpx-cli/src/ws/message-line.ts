import type { WsMessage } from "hpx-transport/websocket";
import { escapeControlChars, jsonText } from "../text.js";

/** What a JSON line holds beside the message. */
export interface WsLineOptions {
  /** The line is the data itself, and nothing else. */
  readonly raw?: boolean;
  /** Adds `json`: the data as JSON, where it is JSON. */
  readonly parse?: boolean;
  /** Adds `time`: when the message was read. */
  readonly time?: boolean;
  /** Adds `kind`: what the message means to the protocol. */
  readonly kind?: boolean;
}

/**
 * A message as a line of JSON: `data` is the text exactly as it was sent, `base64` the bytes of a binary message. With `raw` it is
 * the text on one line, or base64.
 */
export function messageLine(message: WsMessage, { raw, parse, time, kind }: WsLineOptions = {}): string {
  const { data, topic, id, gap } = message;
  const text = typeof data === "string" ? data : Buffer.from(data).toString("base64");
  if (raw === true) return escapeControlChars(jsonText(text) ?? text.replace(/[\r\n]+/g, " "));
  const line = JSON.stringify({
    ...(kind === true && { kind: message.kind }),
    ...(topic !== undefined && { topic }),
    ...(id !== undefined && { id }),
    [typeof data === "string" ? "data" : "base64"]: text,
    ...(gap !== undefined && { gap: { reason: gap.reason, missing: gap.missing } }),
    ...(time === true && { time: new Date().toISOString() }),
  });
  const json = parse === true && typeof data === "string" ? jsonText(text) : undefined;
  return escapeControlChars(json === undefined ? line : `${line.slice(0, -1)},"json":${json}}`);
}
