import { type Check, error, note, ok } from "./check.js";

/** Whether a cache may answer, or has answered. */
export const caching: Check = {
  name: "Caching",
  judge({ first: { head } }) {
    if (head === undefined) return [];
    const { headers } = head;
    const age = Number(headers.get("age") ?? 0);
    if (age > 0 || /\bhit\b/i.test(headers.get("x-cache") ?? "")) {
      return [
        error(
          "This answer came from a cache: it is an old stream.",
          "Send `Cache-Control: no-store`, and purge the cache.",
        ),
      ];
    }
    const control = headers.get("cache-control") ?? "";
    if (/no-cache|no-store|private|max-age\s*=\s*0/i.test(control)) return ok(control);
    return [note("Nothing forbids a cache to keep the stream.", "Send `Cache-Control: no-cache` (or no-store).")];
  },
};
