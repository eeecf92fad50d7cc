import type { RetryPolicy } from "sseer/retry";
import { LONGEST_TIMER, show } from "../checks/check.js";
import { type AnyTransportError, TransportError } from "../error.js";
import { quieten } from "../checks/guard.js";
import type { AttemptOutcome } from "./attempt.js";

/** The facts that the decision rests on, beside the outcome. */
export interface RetrySituation {
  /** Useless attempts in a row, this one included; 0 when this one was useful. */
  readonly failuresInARow: number;
  /** How many of those were reconnects. */
  readonly failedReconnects: number;
  /** Attempts in a row, this one included, that ended with an error that another attempt seldom cures. */
  readonly lastingErrors: number;
  /** The server's last `retry`, in milliseconds. */
  readonly reconnectionTime: number | undefined;
  /** False where the request must not be sent again, because the server would act on it twice. */
  readonly resendable: boolean;
  readonly policy: RetryPolicy | false;
  readonly shouldRetry: (error: AnyTransportError, attempt: number) => boolean;
}

/** Lasting errors in a row that end a connection: one may be an accident, such as a proxy that restarts. */
const MAX_LASTING_ERRORS = 3;

export type Decision =
  /** Try again in `delay` milliseconds. */
  | { readonly action: "retry"; readonly delay: number; readonly error: AnyTransportError | undefined }
  /** It is over: with an error, or cleanly. */
  | { readonly action: "stop"; readonly error: AnyTransportError | undefined };

/** Decides from the end of an attempt what comes next. Pure, apart from the calls of the policy and the handler. */
export function decide(outcome: AttemptOutcome, situation: RetrySituation): Decision {
  switch (outcome.kind) {
    case "closed":
    case "complete":
    case "no-content":
      return { action: "stop", error: undefined };
    case "reconnect":
      return { action: "retry", delay: 0, error: undefined };
    case "planned":
      // A planned close after a useless attempt backs off like any other end, or a server that only says goodbye would be
      // asked without a pause.
      if (situation.failuresInARow === 0) return comeAgain(outcome.error, situation);
      return retryOr(undefined, outcome.error, situation);
    case "ended":
      return retryOr(undefined, outcome.error, situation);
    case "failed":
      return retryOr(outcome.error, outcome.error, situation, outcome.retryAfter);
  }
}

/** `errorAtStop` goes to the consumer if this is the end: none after a clean end. */
function retryOr(
  errorAtStop: AnyTransportError | undefined,
  error: AnyTransportError,
  situation: RetrySituation,
  retryAfter?: number,
): Decision {
  const { failuresInARow, failedReconnects, policy, resendable } = situation;
  const stop: Decision = { action: "stop", error: errorAtStop };
  if (policy === false || !resendable || error.code === "HANDLER") return stop;
  if (situation.lastingErrors >= MAX_LASTING_ERRORS) return stop;
  if (!situation.shouldRetry(error, failuresInARow)) return stop;
  const givenUp: Decision = { action: "stop", error: TransportError.maxReconnectAttempts(failedReconnects, error) };
  if (failedReconnects >= (policy.maxAttempts ?? Infinity)) return givenUp;
  const delay = askPolicy(policy, error, situation, retryAfter);
  return delay === false ? givenUp : { action: "retry", delay, error };
}

/** After a planned close, which is no failure: the server's own wait is the only one. */
function comeAgain(error: AnyTransportError, situation: RetrySituation): Decision {
  const { policy, reconnectionTime = 0, resendable } = situation;
  if (policy === false || !resendable) return { action: "stop", error: undefined };
  const delay = askPolicy(policy, error, { ...situation, reconnectionTime });
  return delay === false ? { action: "stop", error: undefined } : { action: "retry", delay, error };
}

function askPolicy(
  policy: RetryPolicy,
  error: AnyTransportError,
  { failuresInARow, reconnectionTime: retry }: RetrySituation,
  retryAfter?: number,
): number | false {
  const context = { error, ...(retryAfter !== undefined && { retryAfter }), ...(retry !== undefined && { retry }) };
  let delay: number | false;
  try {
    delay = policy.delay(failuresInARow, context);
  } catch (cause) {
    throw TransportError.handler("reconnect.delay", cause, error);
  }
  if (delay === false) return false;
  if (typeof delay === "number" && delay >= 0) return Math.min(delay, LONGEST_TIMER);
  quieten(delay);
  const cause = new TypeError(`it returned ${show(delay)}; it takes milliseconds or false`);
  throw TransportError.handler("reconnect.delay", cause, error);
}
