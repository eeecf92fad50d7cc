import { isSafeMethod } from "../http/safe-methods.js";
import type { SseConfig } from "./config.js";
import type { Counters } from "./counters.js";
import type { Cursor } from "./cursor.js";

/**
 * Whether the user may have the request sent again. A POST that delivered events but no id to resume after may not be:
 * the server would do its work, and bill it, a second time from the start.
 */
export function isResendable(config: SseConfig, cursor: Cursor, counters: Counters): boolean {
  return isSafeMethod(config.method) || cursor.canResume || counters.events === 0;
}

/**
 * Whether it may be sent again unasked. A server that accepted a POST is at work on it, also before its first event;
 * only what resumes after the caller's own id may be tried again until then.
 */
export function isRetriable(config: SseConfig, cursor: Cursor, counters: Counters): boolean {
  if (isSafeMethod(config.method) || cursor.canResume || counters.accepted === 0) return true;
  return counters.events === 0 && cursor.resumeAfter !== "";
}
