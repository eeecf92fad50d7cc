import type { LogLimits } from "../log/log.js";
import type { Arrived } from "./feed.js";

/** An event that the log cannot take. Its source stops there: an event that is left out silently would be a loss. */
export class TooLargeError extends Error {
  /** Always `"TooLargeError"`. */
  override readonly name = "TooLargeError";
}

/** The error for an event that does not fit into the log; `undefined` where it does. */
export function tooLarge({ event, id, data }: Arrived, limits: LogLimits): TooLargeError | undefined {
  // UTF-8 takes three bytes for a unit of text at most.
  if (data.length * 3 <= limits.data && event.length * 3 <= limits.name && id.length * 3 <= limits.name) {
    return undefined;
  }
  const size = Buffer.byteLength(data);
  if (size > limits.data) return error("data", size, limits.data, id);
  const long = Math.max(Buffer.byteLength(event), Buffer.byteLength(id));
  return long > limits.name ? error("type or id", long, limits.name, id.slice(0, 60)) : undefined;
}

function error(what: string, size: number, limit: number, id: string): TooLargeError {
  return new TooLargeError(
    `the ${what} of the event with the id ${JSON.stringify(id)} has ${size} bytes, and the log takes ${limit} (max_payload of a NATS server): raise that, or let the source send smaller events; the source goes on at a reload`,
  );
}
