import type { ServerSentEvent } from "sseer";

/** A call of a callback, in the order of the calls. */
export type Call =
  | { readonly kind: "event"; readonly event: ServerSentEvent }
  | { readonly kind: "comment"; readonly text: string }
  | { readonly kind: "retry"; readonly milliseconds: number }
  | { readonly kind: "unknown"; readonly line: string }
  | { readonly kind: "empty"; readonly event: string };

export interface Reference {
  readonly calls: readonly Call[];
  /** The last event ID after each blank line of a block with an `id` line, also when it is the same as before. */
  readonly ids: readonly string[];
  readonly lastEventId: string;
  /** A line or event exceeded the limit; `calls` has the calls before it. */
  readonly tooLarge: boolean;
}

/** The calls that a sink without `onUnknown` and `onEmpty` gets. */
export function withoutIgnored(calls: readonly Call[]): Call[] {
  return calls.filter(({ kind }) => kind !== "unknown" && kind !== "empty");
}

/**
 * The standard, word by word, for a complete stream: it decodes the stream, splits it into lines and interprets each
 * line. It is slow and easy to check; every parser test compares with it.
 */
export function parseReference(bytes: Uint8Array, limit = Infinity, lastEventId = ""): Reference {
  // "Streams must be decoded using the UTF-8 decode algorithm", which strips one leading byte order mark.
  const lines = new TextDecoder("utf-8").decode(bytes).split(/\r\n|\r|\n/);
  const lengths = lineLengths(bytes);
  const calls: Call[] = [];
  const ids: string[] = [];
  let hasId = false;
  let [dataBuffer, typeBuffer, idBuffer, dispatchedId] = ["", "", lastEventId, lastEventId];
  let [retry, dataBytes]: [number | undefined, number] = [undefined, 0];

  for (const [index, line] of lines.entries()) {
    const length = lengths[index] ?? 0;
    if (length > limit) return { calls, ids, lastEventId: dispatchedId, tooLarge: true };
    // The text after the last line end is an unfinished line, which is discarded.
    if (index === lines.length - 1) break;

    if (line === "") {
      dispatchedId = idBuffer;
      if (hasId) ids.push(dispatchedId);
      hasId = false;
      if (dataBuffer !== "") {
        const event: ServerSentEvent = {
          event: typeBuffer === "" ? "message" : typeBuffer,
          data: dataBuffer.slice(0, -1),
          id: dispatchedId,
        };
        if (retry !== undefined) event.retry = retry;
        calls.push({ kind: "event", event });
      } else if (typeBuffer !== "" && typeBuffer !== "message") {
        calls.push({ kind: "empty", event: typeBuffer });
      }
      [dataBuffer, typeBuffer, retry, dataBytes] = ["", "", undefined, 0];
      continue;
    }
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (colon === 0) {
      calls.push({ kind: "comment", text: value });
    } else if (field === "event") {
      typeBuffer = value;
    } else if (field === "data") {
      dataBytes += length + 1;
      if (dataBytes > limit) return { calls, ids, lastEventId: dispatchedId, tooLarge: true };
      dataBuffer += `${value}\n`;
    } else if (field === "id") {
      if (value.includes("\0")) continue;
      idBuffer = value;
      hasId = true;
    } else if (field === "retry" && /^[0-9]+$/.test(value)) {
      retry = Math.min(Number(value), Number.MAX_SAFE_INTEGER);
      calls.push({ kind: "retry", milliseconds: retry });
    } else if (field !== "retry") {
      calls.push({ kind: "unknown", line });
    }
  }
  return { calls, ids, lastEventId: dispatchedId, tooLarge: false };
}

/** The number of bytes of each line, without its line end and without the byte order mark. */
function lineLengths(bytes: Uint8Array): number[] {
  const [LF, CR] = [0x0a, 0x0d];
  const lengths: number[] = [];
  let length = 0;
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  for (let at = hasMark ? 3 : 0; at < bytes.length; at++) {
    if (bytes[at] === LF || bytes[at] === CR) {
      if (bytes[at] === CR && bytes[at + 1] === LF) at++;
      lengths.push(length);
      length = 0;
    } else {
      length++;
    }
  }
  return [...lengths, length];
}
