import { createHash } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { WsResponseHead } from "./script.js";

/** RFC 6455, section 1.3: what the accept hash is made of, after the key. */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** The handshake request, as far as the answer depends on it. */
interface Handshake {
  /** Its `Sec-WebSocket-Key`. */
  readonly key: string | undefined;
  /** The subprotocols that it offers. */
  readonly protocols: readonly string[];
}

/** The subprotocol of the answer. */
export function chosenProtocol({ protocol }: WsResponseHead, offered: readonly string[]): string | undefined {
  return protocol === null ? undefined : (protocol ?? offered[0]);
}

/** The status line and headers of a 101, with the empty line after them. */
export function acceptHead(script: WsResponseHead, { key = "", protocols }: Handshake): Buffer {
  const protocol = chosenProtocol(script, protocols);
  return encodeHead(101, script.headers, {
    upgrade: "websocket",
    connection: "Upgrade",
    "sec-websocket-accept": createHash("sha1")
      .update(key + GUID)
      .digest("base64"),
    ...(protocol === undefined ? {} : { "sec-websocket-protocol": protocol }),
  });
}

/** A whole response that refuses the handshake. */
export function refusal({ status = 400, headers, body = "" }: WsResponseHead): Buffer {
  const bytes = Buffer.from(body);
  const head = encodeHead(status, headers, { "content-length": String(bytes.length), connection: "close" });
  return Buffer.concat([head, bytes]);
}

function encodeHead(status: number, own: WsResponseHead["headers"], defaults: Record<string, string>): Buffer {
  const lowered = Object.entries(own ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const);
  const headers = Object.entries({ ...defaults, ...Object.fromEntries(lowered) }).flatMap(([name, value]) =>
    (value === null ? [] : typeof value === "string" ? [value] : value).map((one) => `${name}: ${one}\r\n`),
  );
  return Buffer.from(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Unknown"}\r\n${headers.join("")}\r\n`, "latin1");
}
