import type { SseConfig } from "./config.js";
import type { Counters } from "./counters.js";
import type { Cursor } from "./cursor.js";

/** Methods that only ask (RFC 9110, section 9.2.1, and QUERY): sending them again changes nothing at the server. */
const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "OPTIONS", "QUERY"]);

/**
 * Whether the request may be sent again. A POST that delivered events but no id to resume after may not: the server
 * would do its work, and bill it, a second time from the start.
 */
export function isResendable(config: SseConfig, cursor: Cursor, counters: Counters): boolean {
  return SAFE_METHODS.has(config.method) || counters.events === 0 || cursor.canResume;
}
