import { retryDefaults } from "sseer/retry";
import { nextTurn } from "../checks/turns.js";
import type { AnyTransportError } from "../error.js";
import type { Attempt, AttemptOutcome } from "./attempt.js";
import { AttemptCount } from "./attempts.js";
import { Channel } from "./channel.js";
import type { ChannelOwner } from "./channel-options.js";
import { type Decision, decide } from "./decision.js";
import { type Deferred, LazyDeferred, quietDeferred, quietRejection } from "./deferred.js";
import type { ConnectInfo, Notifier } from "./notify.js";
import { Opening } from "./opening.js";
import { ConnectRate } from "./rate.js";
import { offAbort, onAbort } from "./signals.js";
import type { SocketState } from "./state.js";
import type { Transport } from "./transport.js";
import { Wait } from "./wait.js";

/**
 * The life of a connection: attempt, decide, wait, again. Close, abort and reconnect reach into that loop from outside:
 * they act at once, and the loop notices.
 */
export class ConnectionLoop<T, Info extends ConnectInfo> implements ChannelOwner {
  readonly channel: Channel<T>;
  readonly #transport: Transport<T, Info>;
  readonly #notifier: Notifier<Info>;
  readonly #opening = new Opening();
  readonly #closed = new LazyDeferred();
  readonly #wait = new Wait();
  readonly #attempts = new AttemptCount();
  readonly #rate: ConnectRate;
  #attempt: Attempt | undefined;
  /** Attempts in a row that ended with a lasting error. */
  #lastingErrors = 0;
  /** The error of the last attempt. */
  #lastError: AnyTransportError | undefined;
  /** The server's last reconnection time, in milliseconds. */
  #reconnectionTime: number | undefined;
  /** Callers of `reconnect()` wait for it. */
  #reconnectRequest: Deferred<void> | undefined;
  /** The current attempt is already the one that `reconnect()` asked for. */
  #attemptWasRequested = false;
  /** Set by the first stop, before any hook is called. */
  #stopping = false;

  constructor(transport: Transport<T, Info>) {
    this.#transport = transport;
    this.#notifier = transport.notifier;
    const { policy } = transport;
    const { burst = retryDefaults.burst, perSecond = retryDefaults.perSecond } = policy === false ? {} : policy;
    this.#rate = new ConnectRate({ burst, perSecond });
    this.channel = new Channel(transport.buffer, this);
    void this.#run();
  }

  get opened(): Promise<void> {
    return this.#opening.promise;
  }

  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  get state(): SocketState {
    return this.#notifier.state;
  }

  onDrain(): void {
    this.#attempt?.resume();
  }

  onRest(): void {
    // The connection is over and no longer listens to the signal.
    if (this.#transport.signal?.aborted === true) this.#onAbort();
  }

  close(): Promise<void> {
    this.channel.discard({});
    this.#stop(undefined);
    return this.closed;
  }

  /** Ends the connection because the consumer cannot read on. The error is thrown elsewhere. */
  fail(error: AnyTransportError): void {
    this.channel.discard({});
    this.#stop(error);
  }

  /** Ends the connection at once: the consumer gets the error in place of the events that it has not read. */
  abandon(error: AnyTransportError): void {
    this.channel.discard({ error });
    this.#stop(error);
  }

  /** Ends the connection for good; received events are delivered first. */
  finish(error: unknown): void {
    this.channel.end(error === undefined ? {} : { error });
    this.#stop(error);
  }

  reconnect(reason: string | undefined): Promise<void> {
    if (this.#stopping) return quietRejection(this.#transport.closedError("it cannot reconnect"));
    const forbidden = this.#transport.forbidsRetry();
    if (forbidden !== undefined) return quietRejection(forbidden);
    const request = (this.#reconnectRequest ??= quietDeferred());
    this.#notifier.reconnectRequested(reason);
    if (this.#attempt?.accepted || !this.#attemptWasRequested) this.#attempt?.end({ kind: "reconnect" });
    // Also where the attempt is over already and the wait after it has not begun.
    this.#wait.hurry();
    return request.promise;
  }

  async #run(): Promise<void> {
    // Hooks may use the connection, and the caller gets it only now.
    await Promise.resolve();
    try {
      this.#watchSignal();
      if (!this.#stopping) this.#notifier.started();
      this.#limitOpening();
      while (!this.#stopping) {
        const decision = await this.#attemptAndDecide();
        if (this.#stopping) return;
        if (decision.action === "stop") return this.finish(decision.error);
        await this.#waitForNext(decision);
      }
    } catch (error) {
      // Only a hook that threw gets here.
      this.finish(error);
    }
  }

  async #attemptAndDecide(): Promise<Decision> {
    const attempt = this.#begin();
    const outcome = await attempt.run();
    // Wait one macrotask, so that the consumer can take the events just read: `onDisconnect` may call `close()`, which
    // drops unread events.
    if (attempt.delivered) await new Promise<void>(nextTurn);
    // `#stop` has notified of the attempt's end itself; the hook may stop, too.
    if (this.#stopping) return STOPPED;
    this.#attempt = undefined;
    if (outcome.kind === "no-content") this.#opening.done();
    this.#lastError = "error" in outcome ? outcome.error : undefined;
    this.#notifier.disconnected(this.#lastError);
    return this.#stopping ? STOPPED : this.#decide(outcome, attempt);
  }

  #begin(): Attempt {
    this.#wait.arm();
    this.#rate.take();
    this.#notifier.counters.beginAttempt();
    this.#attemptWasRequested = this.#reconnectRequest !== undefined;
    const attempt = this.#attempts.current;
    return (this.#attempt = this.#transport.openAttempt({
      attempt,
      onAccepted: (info) => this.#accepted({ ...info, attempt } as Info),
      onAuthenticating: () => {
        this.#notifier.authenticating(attempt);
        if (this.#stopping) throw this.#transport.closedError("a hook closed it");
      },
      reserveConnect: () => {
        const { wait } = this.#rate;
        if (wait === 0) this.#rate.take();
        return wait;
      },
      onReconnectionTime: (milliseconds) => {
        this.#reconnectionTime = milliseconds;
      },
    }));
  }

  #accepted(info: Info): void {
    const request = this.#reconnectRequest;
    this.#reconnectRequest = undefined;
    try {
      this.#notifier.connected(info);
      if (this.#stopping) throw this.#transport.closedError("a hook closed it");
    } catch (error) {
      request?.reject(error);
      throw error;
    }
    request?.resolve();
    this.#opening.done();
  }

  #limitOpening(): void {
    const { openTimeout, openTimeoutError } = this.#transport;
    if (this.#stopping) return;
    this.#opening.limit(openTimeout, () => this.finish(this.#lastError ?? openTimeoutError(openTimeout)));
  }

  #decide(outcome: AttemptOutcome, { resetsBackoff }: Attempt): Decision {
    const abandoned = outcome.kind === "reconnect";
    const lasting = outcome.kind === "failed" && this.#transport.isLasting(outcome.error);
    this.#lastingErrors = lasting ? this.#lastingErrors + 1 : 0;
    const { failures, reconnects } = this.#attempts.finish({ useful: resetsBackoff, abandoned });
    return decide(outcome, {
      failuresInARow: failures,
      failedReconnects: reconnects,
      lastingErrors: this.#lastingErrors,
      reconnectionTime: this.#reconnectionTime,
      resendable: this.#transport.forbidsRetry() === undefined,
      policy: this.#transport.policy,
      shouldRetry: (error, attempt) => this.#notifier.shouldRetry(error, attempt),
    });
  }

  async #waitForNext(decision: Decision & { action: "retry" }): Promise<void> {
    const attempt = this.#attempts.current;
    // Also for `reconnect()`, or a hook that calls it every time would flood the server.
    const shortest = this.#rate.wait;
    const delay = Math.max(decision.delay, shortest);
    this.#notifier.reconnecting({ attempt, delay, error: decision.error });
    if (this.#stopping) return;
    await this.#wait.start(delay, shortest);
    if (!this.#stopping) this.#notifier.connecting(attempt);
  }

  readonly #onAbort = (): void => {
    const reason: unknown = this.#transport.signal?.reason;
    this.channel.discard({ error: reason });
    this.#stop(reason, true);
  };

  #watchSignal(): void {
    const { signal } = this.#transport;
    if (signal === undefined || this.#stopping) return;
    if (signal.aborted) this.#onAbort();
    else onAbort(signal, this.#onAbort);
  }

  /** Ends everything at once; the loop finds that it is stopping and leaves. */
  #stop(error: unknown, aborted = false): void {
    if (this.#stopping) return;
    this.#stopping = true;
    const { signal } = this.#transport;
    if (signal !== undefined) offAbort(signal, this.#onAbort);
    const attempt = this.#attempt;
    this.#attempt = undefined;
    attempt?.end({ kind: "closed" });
    this.#notifier.closed({ error, aborted, cut: attempt !== undefined });
    this.#wait.end();
    const reason = error ?? this.#transport.closedError("nothing more will come");
    this.#opening.end(reason);
    this.#reconnectRequest?.reject(reason);
    void this.#finishUp();
  }

  async #finishUp(): Promise<void> {
    const { onOver } = this.#transport;
    if (onOver !== undefined) await onOver();
    this.#closed.resolve();
  }
}

const STOPPED: Decision = { action: "stop", error: undefined };
