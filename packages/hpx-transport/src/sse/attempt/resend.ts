import { isSafeMethod } from "../../http/failure.js";
import type { SseConfig } from "../config/config.js";
import type { Counters } from "../../connection/counters.js";
import type { Cursor } from "../../connection/position.js";

/**
 * Whether the request may be sent again. A POST that delivered events but no id to resume after may not: the server
 * would do its work, and bill it, a second time from the start.
 */
export function isResendable(config: SseConfig, cursor: Cursor, counters: Counters): boolean {
  return isSafeMethod(config.method) || counters.events === 0 || cursor.canResume;
}
