import type { ServerSentEvent } from "./event.js";

/**
 * One block of `text/event-stream`, its blank line included: what a server writes for an event, a comment, or both.
 *
 * `data` may have line ends of any kind: it becomes one `data` line for each of its lines, and is read back with line
 * feeds. Without `data` nothing is dispatched, but `id` and `retry` still take effect. An empty `id` clears the last
 * event ID; the type `"message"`, or an empty one, needs no line.
 *
 * @throws TypeError for an `event` or `id` with a line end, an `id` with NUL, and a `retry` that is not a safe
 * integer from 0
 */
export function encodeEvent(event: Partial<ServerSentEvent> & { comment?: string }): string {
  const { event: type = "", data, id, retry, comment } = event;
  let block = comment === undefined ? "" : encodeLines(":", comment);
  if (type !== "" && type !== "message") block += `event: ${oneLine("event", type)}\n`;
  if (id !== undefined) {
    if (id.includes("\0"))
      throw new TypeError(`id: ${JSON.stringify(id)} cannot be sent; a client ignores one with NUL`);
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
  // The space is always written: a client drops one, and only one.
  return `${prefix} ${text.split(/\r\n|\r|\n/).join(`\n${prefix} `)}\n`;
}

function oneLine(field: string, value: string): string {
  if (/[\r\n]/.test(value)) {
    throw new TypeError(`${field}: ${JSON.stringify(value)} cannot be sent; it takes a string without line ends`);
  }
  return value;
}
