import type { AttemptOutcome } from "../../connection/attempt.js";
import { TransportError } from "../../error.js";

/**
 * A handler's answer to an event, a comment, a response or the end of a body; `undefined` where nothing follows from it.
 *
 * - `"end"`: the stream is complete. Received events are delivered, then the loop ends; nothing more is read
 * - `"reconnect"`: the server is about to close, as planned. A new connection is made promptly (after the server's `retry`
 *   where it set one), and it counts as no failure. Where this one brought nothing, the waits grow as after any other end
 * - `error`: there is an error in the stream, which ends this connection with `SSE_STREAM_ENDED`. `error` names it in the
 *   message and in `details.reason`, so it must hold no secret. Retried if `retryable` (`shouldRetry` is asked), else fatal.
 *   `code`, `type` and `message` are the server's own, for `details`
 * - `"skip"`, of `judgeEvent` only: the event was delivered before a break, and the server sends it again. It is not delivered
 *   a second time
 * - `lost`: events are gone for good, as many as that. The stream goes on; `handle.stats.lost`, the logger's `warn` and
 *   `onLoss` say so
 */
export type SseVerdict =
  | "end"
  | "reconnect"
  | "skip"
  | {
      /** The error's name. */
      readonly error: string;
      /** Whether to reconnect. @defaultValue `false` */
      readonly retryable?: boolean | undefined;
      /** The server's number or name for it, such as 429. It must hold no secret. */
      readonly code?: number | string | undefined;
      /** The server's type of error. It must hold no secret. */
      readonly type?: string | undefined;
      /** The server's text, which may quote a secret: it goes into `details.message` only, which is never printed. */
      readonly message?: string | undefined;
    }
  | {
      /** How many events are gone. */
      readonly lost: SseLoss;
    };

/** How many events were lost, where the server says so. */
export type SseLoss = number | "unknown";

/** The answers that `judge...` hooks may return, for the error of a hook that returned another one. */
export const VERDICTS =
  '"end", "reconnect", { error, retryable?, code?, type?, message? }, { lost }, "skip" or undefined';

export function isVerdict(value: unknown): value is SseVerdict | undefined {
  if (value === undefined || value === "end" || value === "reconnect" || value === "skip") return true;
  if (typeof value !== "object" || value === null) return false;
  if ("lost" in value) return value.lost === "unknown" || (Number.isSafeInteger(value.lost) && Number(value.lost) > 0);
  if (!("error" in value) || typeof value.error !== "string") return false;
  const { code, type, message } = value as { code?: unknown; type?: unknown; message?: unknown };
  return isOptional(code, "number", "string") && isOptional(type, "string") && isOptional(message, "string");
}

function isOptional(value: unknown, ...types: string[]): boolean {
  return value === undefined || types.includes(typeof value);
}

/** A verdict that ends the attempt that it is about. */
export type EndingVerdict = Exclude<SseVerdict, "skip" | { readonly lost: unknown }>;

export function isEnding(verdict: SseVerdict | undefined): verdict is EndingVerdict {
  if (verdict === undefined || verdict === "skip") return false;
  return typeof verdict === "string" || !("lost" in verdict);
}

/** How a verdict ends an attempt. `clean`: the body was complete; `resendable`: the request may be sent again. */
export function outcomeOf(
  verdict: EndingVerdict,
  { clean, resendable }: { clean: boolean; resendable: boolean },
): AttemptOutcome {
  if (verdict === "end") return { kind: "complete" };
  if (verdict === "reconnect") return { kind: "planned", error: TransportError.sseStreamEnded() };
  const { error: reason, code, type, message: serverMessage } = verdict;
  const retryable = verdict.retryable === true && resendable;
  const error = TransportError.sseStreamEnded({ clean, reason, code, type, serverMessage, retryable });
  return { kind: "failed", error };
}
