import type { AnyTransportError } from "../error.js";

/** How an attempt ended. */
export type AttemptOutcome =
  /** The server completed the response; the error says so, for a retry. */
  | { readonly kind: "ended"; readonly error: AnyTransportError }
  /** Anything went wrong, before or after the response was accepted. `retryAfter`: the server's wait, in milliseconds. */
  | { readonly kind: "failed"; readonly error: AnyTransportError; readonly retryAfter?: number | undefined }
  /** The server announced that it closes. */
  | { readonly kind: "planned"; readonly error: AnyTransportError }
  /** The stream is complete. */
  | { readonly kind: "complete" }
  /** The server answered that there is nothing to stream and that the client must not come again. */
  | { readonly kind: "no-content" }
  /** The user asked for a new connection. */
  | { readonly kind: "reconnect" }
  /** The connection was closed or aborted. */
  | { readonly kind: "closed" };

/** One try to connect and everything that it brings, of any transport. It ends once. */
export interface Attempt {
  /** Starts it. Its end goes to the host's `onOver`, one microtask later. */
  run(): void;
  /**
   * Ends it now: the socket closes and the rest of a read is dropped. The first end counts, except that a `HANDLER` error
   * replaces a `reconnect`: the hook that asked for it threw afterwards.
   */
  end(outcome: AttemptOutcome): void;
  /** The channel has room again after it was full. */
  resume(): void;
  /** The response was accepted. */
  readonly accepted: boolean;
  /** At least one event was delivered. */
  readonly delivered: boolean;
  /** The attempt was useful, so the waits start again from the shortest. */
  readonly resetsBackoff: boolean;
}

/** The loop, as an attempt sees it. `Info` describes the accepted response. */
export interface AttemptHost<Info> {
  /** Which attempt in a row it is, from 1. */
  readonly attempt: number;
  /**
   * To be called once, when the response is accepted. Throws when a hook throws or closes the connection.
   */
  onAccepted(info: Info): void;
  /** The socket is open, and something has to be exchanged before it counts as accepted. Throws as `onAccepted` does. */
  onAuthenticating(): void;
  /**
   * Another connection is to be made beside the one of this attempt, in place of another attempt. Returns 0 and counts it, or
   * the milliseconds to wait.
   */
  reserveConnect(): number;
  /** To be called once: the attempt is over. */
  onOver(outcome: AttemptOutcome): void;
  /** The server set the reconnection time, in milliseconds. */
  onReconnectionTime(milliseconds: number): void;
}
