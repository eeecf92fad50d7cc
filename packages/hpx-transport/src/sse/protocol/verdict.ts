/**
 * What a handler makes of what the server did; `undefined` where there is nothing special about it.
 *
 * - `"end"`: the stream is complete. What was received is delivered, then the loop ends; nothing more is read
 * - `"reconnect"`: the server is about to close, as planned. A new connection is made promptly (after the server's `retry`
 *   where it set one), and it counts as no failure. Where this one brought nothing, the waits grow as after any other end
 * - `error`: there is an error in the stream, which ends this connection with `SSE_STREAM_ENDED`. `error` names it in the
 *   message and in `details.reason`, so it must hold no secret. Retried if `retryable` (`shouldRetry` is asked), else fatal
 * - `lost`: events are gone for good, as many as that. The stream goes on; `handle.stats.lost`, the logger's `warn` and
 *   `onLoss` tell of it
 */
export type SseVerdict =
  | "end"
  | "reconnect"
  | {
      /** The error's name. */
      readonly error: string;
      /** Whether to reconnect. @defaultValue `false` */
      readonly retryable?: boolean | undefined;
    }
  | {
      /** How many events are gone. */
      readonly lost: SseLoss;
    };

/** How many events were lost, where the server says so. */
export type SseLoss = number | "unknown";

/** What hooks that judge may return, for the error of one that returned something else. */
export const VERDICTS = '"end", "reconnect", { error, retryable? }, { lost } or undefined';

export function isVerdict(value: unknown): value is SseVerdict | undefined {
  if (value === undefined || value === "end" || value === "reconnect") return true;
  if (typeof value !== "object" || value === null) return false;
  if ("lost" in value) return value.lost === "unknown" || (Number.isSafeInteger(value.lost) && Number(value.lost) > 0);
  return "error" in value && typeof value.error === "string";
}
