import { TransportError } from "hpx-transport";
import type { Evidence, Head, SeenEvent } from "./evidence.js";

/** The ids of a stream in their order, each once where it came several times in a row. */
export function idsOf(events: readonly SeenEvent[]): string[] {
  return events.map(({ id }) => id).filter((id, index, ids) => id !== "" && id !== ids[index - 1]);
}

/** Whether a response is compressed. */
export function isEncoded(headers: Headers): boolean {
  const encoding = headers.get("content-encoding") ?? "identity";
  return encoding !== "" && encoding !== "identity";
}

/** Whether a response is an event stream. */
export function isStreamHead({ status, headers }: Head): boolean {
  return status === 200 && essence(headers.get("content-type")) === "text/event-stream";
}

/** A content type without its parameters. */
export function essence(value: string | null): string {
  return (value?.split(";", 1)[0] ?? "").trim().toLowerCase();
}

/** Whether compression keeps everything back: nothing came with it, not even a comment, and something came without it. */
export function isHeldBack({ first, uncompressed }: Pick<Evidence, "first" | "uncompressed">): boolean {
  if (uncompressed?.head === undefined || !isStreamHead(uncompressed.head)) return false;
  if (first.head === undefined) return first.end === undefined && !hasFailed(first.failure);
  return isEncoded(first.head.headers) && first.notes.bursts.length === 0 && uncompressed.notes.bursts.length > 0;
}

/** A deadline of the doctor is no failure of the connection. */
function hasFailed(failure: Error | undefined): boolean {
  return TransportError.is(failure);
}
