import { type Check, error, ok, warning, withWords } from "./check.js";
import type { Evidence } from "../evidence.js";
import { essence, isStreamHead } from "../facts.js";

/** Whether it says that it is an event stream. */
export const contentType: Check = {
  name: "Content type",
  judge({ first: { head, serverSays } }) {
    if (head?.status !== 200) return [];
    const value = head.headers.get("content-type");
    const type = essence(value);
    if (value === null) {
      const none = error(
        "It names no content type: browsers refuse such a stream.",
        "Send `Content-Type: text/event-stream`.",
      );
      return [withWords(none, serverSays)];
    }
    if (type !== "text/event-stream") {
      return [withWords(error(`It is ${JSON.stringify(value)}, no event stream${guess(type)}.`, WAY_OUT), serverSays)];
    }
    const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(value)?.[1];
    if (charset === undefined || /^utf-?8$/i.test(charset)) return ok("text/event-stream");
    return [
      warning(
        `It says charset=${charset}, but an event stream is always read as UTF-8.`,
        "Send UTF-8, and leave the charset out.",
      ),
    ];
  },
};

const WAY_OUT = "Send `Content-Type: text/event-stream`; browsers and most clients refuse all else.";

/** Whether the first response was an event stream; only then the checks of the stream run. */
export function isStream({ first: { head } }: Evidence): boolean {
  return head !== undefined && isStreamHead(head);
}

function guess(type: string): string {
  if (type === "text/html") return "; it may be an error page or a login";
  if (/ndjson|jsonl|json-seq/.test(type)) return "; lines of JSON are another format";
  return "";
}
