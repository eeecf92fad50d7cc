import type { SeenEvent } from "./evidence.js";

/** The ids of a stream in their order, each once where it came several times in a row. */
export function idsOf(events: readonly SeenEvent[]): string[] {
  return events.map(({ id }) => id).filter((id, index, ids) => id !== "" && id !== ids[index - 1]);
}

/** Whether a response is compressed. */
export function isEncoded(headers: Headers): boolean {
  const encoding = headers.get("content-encoding") ?? "identity";
  return encoding !== "" && encoding !== "identity";
}
