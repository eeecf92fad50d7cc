import type { ServerSentEvent } from "./event.js";

/**
 * The text that a server sends for an event, a comment, or both: one block of `text/event-stream` with its blank line.
 *
 * `data` may have line ends of any kind: each of its lines becomes a `data` line, and a client reads them back joined by
 * line feeds. Without `data` a client dispatches nothing, but `id` and `retry` still take effect. An empty `id` clears
 * the last event ID. An empty type and the type `"message"` get no line.
 *
 * @throws TypeError when `event` or `id` has a line end, when `id` has a NUL, and when `retry` is not a safe integer
 * from 0
 */
export function encodeEvent(event: Partial<ServerSentEvent> & { comment?: string }): string {
  const { event: type = "", data, id, retry, comment } = event;
  let block = comment === undefined ? "" : encodeLines(":", comment);
  if (type !== "" && type !== "message") block += `event: ${oneLine("event", type)}\n`;
  if (id !== undefined) {
    if (id.includes("\0"))
      throw new TypeError(`id: ${JSON.stringify(id)} cannot be sent; a client ignores an id with NUL`);
    block += `id: ${oneLine("id", id)}\n`;
  }
  if (retry !== undefined) {
    if (!Number.isSafeInteger(retry) || retry < 0) {
      throw new TypeError(`retry: ${String(retry)} cannot be sent; it takes whole milliseconds from 0`);
    }
    block += `retry: ${retry}\n`;
  }
  if (data !== undefined) block += encodeLines("data:", data);
  return `${block}\n`;
}

function encodeLines(prefix: string, text: string): string {
  // The space is always written: a client removes exactly one space.
  return `${prefix} ${text.split(/\r\n|\r|\n/).join(`\n${prefix} `)}\n`;
}

function oneLine(field: string, value: string): string {
  if (/[\r\n]/.test(value)) {
    throw new TypeError(`${field}: ${JSON.stringify(value)} cannot be sent; it takes a string without line ends`);
  }
  return value;
}
