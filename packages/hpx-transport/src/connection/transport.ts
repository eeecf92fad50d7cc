import type { RetryPolicy } from "sseer/retry";
import type { AnyTransportError } from "../error.js";
import type { Attempt, AttemptHost } from "./attempt.js";
import type { ConnectInfo, Notifier } from "./notify.js";

/** The parts of a connection that depend on its transport. `Info` describes an accepted response. */
export interface Transport<Info extends ConnectInfo> {
  /** Makes an attempt. The loop runs it. */
  openAttempt(host: AttemptHost<Omit<Info, "attempt">>): Attempt;
  readonly notifier: Notifier<Info>;
  readonly policy: RetryPolicy | false;
  readonly signal: AbortSignal | undefined;
  /** Milliseconds up to the first accepted response, over all attempts; 0 means no limit. */
  readonly openTimeout: number;
  /** The error after `openTimeout`, where no attempt has failed yet. */
  openTimeoutError(limit: number): AnyTransportError;
  /** Returns why the request must not be sent again, or undefined where it may. */
  forbidsRetry(): AnyTransportError | undefined;
  /** Recognises errors that another attempt seldom cures, such as a head that cannot be parsed. Three in a row end it. */
  isLasting(error: AnyTransportError): boolean;
  /** The error for callers that wait for something of a connection that is closed; `what` says what cannot be. */
  closedError(what: string): AnyTransportError;
  /** Called once, when the connection is over. `closed` resolves after it; it never rejects. */
  onOver?(): Promise<void>;
}
