import type { RetryPolicy } from "sseer/retry";
import { LONGEST_TIMER, show } from "../checks/check.js";
import { type AnyTransportError, TransportError } from "../error.js";
import { quieten } from "../checks/guard.js";

/** How an attempt ended. */
export type AttemptOutcome =
  /** The server completed the body; the error is `SSE_STREAM_ENDED`. */
  | { readonly kind: "ended"; readonly error: AnyTransportError }
  /** Anything went wrong, before or after the response was accepted. */
  | { readonly kind: "failed"; readonly error: AnyTransportError }
  /** The handler saw the server announce that it closes; the error is `SSE_STREAM_ENDED`. */
  | { readonly kind: "planned"; readonly error: AnyTransportError }
  /** The handler saw that the stream is complete. */
  | { readonly kind: "complete" }
  /** The server answered 204: there is nothing to stream, do not come again. */
  | { readonly kind: "no-content" }
  /** The user asked for a new connection. */
  | { readonly kind: "reconnect" }
  /** The connection was closed or aborted. */
  | { readonly kind: "closed" };

/** What the decision rests on, beside the outcome. */
export interface RetrySituation {
  /** Attempts in a row that delivered nothing, this one included; 0 when this one delivered an event. */
  readonly barrenAttempts: number;
  /** How many of those were reconnects. */
  readonly failedReconnects: number;
  /** The server's last `retry`, in milliseconds. */
  readonly reconnectionTime: number | undefined;
  /** False where the request may not be sent again: a POST that delivered events without an id. */
  readonly resendable: boolean;
  readonly policy: RetryPolicy | false;
  readonly shouldRetry: (error: AnyTransportError, attempt: number) => boolean;
}

export type Decision =
  /** Try again in `delay` milliseconds. */
  | { readonly action: "retry"; readonly delay: number; readonly error: AnyTransportError | undefined }
  /** It is over: with an error, or cleanly. */
  | { readonly action: "stop"; readonly error: AnyTransportError | undefined };

/** Turns the end of an attempt into what comes next. Pure, apart from what the policy and the handler do. */
export function decide(outcome: AttemptOutcome, situation: RetrySituation): Decision {
  switch (outcome.kind) {
    case "closed":
    case "complete":
    case "no-content":
      return { action: "stop", error: undefined };
    case "reconnect":
      return { action: "retry", delay: 0, error: undefined };
    case "planned":
      // One that brought nothing is an end as any other: a server that only says goodbye must not be hammered.
      if (situation.barrenAttempts === 0) return comeAgain(outcome.error, situation);
      return retryOr(undefined, outcome.error, situation);
    case "ended":
      return retryOr(undefined, outcome.error, situation);
    case "failed":
      return retryOr(outcome.error, outcome.error, situation);
  }
}

/** `errorAtStop` is what the consumer gets if this is the end: nothing after a clean end. */
function retryOr(
  errorAtStop: AnyTransportError | undefined,
  error: AnyTransportError,
  situation: RetrySituation,
): Decision {
  const { barrenAttempts, failedReconnects, policy, resendable } = situation;
  const stop: Decision = { action: "stop", error: errorAtStop };
  if (policy === false || !resendable || error.code === "HANDLER") return stop;
  if (!situation.shouldRetry(error, barrenAttempts)) return stop;
  const givenUp: Decision = { action: "stop", error: TransportError.maxReconnectAttempts(failedReconnects, error) };
  if (failedReconnects >= (policy.maxAttempts ?? Infinity)) return givenUp;
  const delay = askPolicy(policy, error, situation);
  return delay === false ? givenUp : { action: "retry", delay, error };
}

/** After a planned close: no failure, so the only wait is the one that the server asked for. */
function comeAgain(error: AnyTransportError, situation: RetrySituation): Decision {
  const { policy, reconnectionTime = 0, resendable } = situation;
  if (policy === false || !resendable) return { action: "stop", error: undefined };
  const delay = askPolicy(policy, error, { ...situation, reconnectionTime });
  return delay === false ? { action: "stop", error: undefined } : { action: "retry", delay, error };
}

function askPolicy(policy: RetryPolicy, error: AnyTransportError, situation: RetrySituation): number | false {
  const retryAfter = TransportError.is(error, "SSE_INVALID_STATUS") ? error.details.retryAfter : undefined;
  const context = {
    error,
    ...(retryAfter !== undefined && { retryAfter }),
    ...(situation.reconnectionTime !== undefined && { retry: situation.reconnectionTime }),
  };
  let delay: number | false;
  try {
    delay = policy.delay(situation.barrenAttempts, context);
  } catch (cause) {
    throw TransportError.handler("reconnect.delay", cause, error);
  }
  if (delay === false) return false;
  if (typeof delay === "number" && delay >= 0) return Math.min(delay, LONGEST_TIMER);
  quieten(delay);
  const cause = new TypeError(`it returned ${show(delay)}; it takes milliseconds or false`);
  throw TransportError.handler("reconnect.delay", cause, error);
}
