import { retryDefaults } from "sseer/retry";
import { nextTurn } from "../checks/turns.js";
import type { AnyTransportError } from "../error.js";
import type { Attempt, AttemptHost, AttemptOutcome } from "./attempt.js";
import { AttemptCount } from "./attempts.js";
import { Channel } from "./channel.js";
import type { ChannelOptions, ChannelOwner } from "./channel-options.js";
import { type Decision, decide } from "./decision.js";
import { type Deferred, LazyDeferred, quietDeferred, quietRejection } from "./deferred.js";
import type { ConnectInfo, Notifier } from "./notify.js";
import { Opening } from "./opening.js";
import { ConnectRate } from "./rate.js";
import { watchSignal } from "./signals.js";
import type { SocketState } from "./state.js";
import type { Transport } from "./transport.js";
import { Wait } from "./wait.js";

/**
 * The life of a connection: attempt, decide, wait, again. Close, abort and reconnect reach into that loop from outside:
 * they act at once, and the loop notices.
 */
export class ConnectionLoop<T, Info extends ConnectInfo> implements ChannelOwner, AttemptHost<Omit<Info, "attempt">> {
  readonly channel: Channel<T>;
  readonly #transport: Transport<Info>;
  /** Until the first accepted response, or the end. */
  #opening: Opening | undefined = new Opening();
  /** Made when it is asked for, or over. */
  #closed: LazyDeferred | undefined;
  /** Made for the first wait. */
  #wait: Wait | undefined;
  readonly #attempts = new AttemptCount();
  readonly #rate: ConnectRate;
  #attempt: Attempt | undefined;
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
  /** Leaves the signal, if there is one. */
  #unwatch: (() => void) | undefined;

  constructor(transport: Transport<Info>, buffer: ChannelOptions<T>) {
    this.#transport = transport;
    const { policy } = transport;
    const { burst = retryDefaults.burst, perSecond = retryDefaults.perSecond } = policy === false ? {} : policy;
    this.#rate = new ConnectRate({ burst, perSecond });
    this.channel = new Channel(buffer, this);
    void this.#start();
  }

  get #notifier(): Notifier<Info> {
    return this.#transport.notifier;
  }

  get opened(): Promise<void> {
    return this.#opening?.promise ?? Promise.resolve();
  }

  get closed(): Promise<void> {
    return (this.#closed ??= new LazyDeferred()).promise;
  }

  get state(): SocketState {
    return this.#notifier.state;
  }

  onDrain(): void {
    this.#attempt?.resume();
  }

  onRest(): void {
    // The connection is over and no longer listens to the signal.
    if (this.#transport.signal?.aborted === true) this.#abort();
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
    (this.#wait ??= new Wait()).hurry();
    return request.promise;
  }

  async #start(): Promise<void> {
    // Hooks may use the connection, and the caller gets it only now.
    await Promise.resolve();
    try {
      const { signal } = this.#transport;
      if (signal !== undefined && !this.#stopping) this.#unwatch = watchSignal(signal, () => this.#abort());
      if (!this.#stopping) this.#notifier.started();
      if (!this.#stopping) this.#opening?.limit(this.#transport.openTimeout, () => this.#giveUpOpening());
      this.#attemptNext();
    } catch (error) {
      // Only a hook that threw gets here.
      this.finish(error);
    }
  }

  #attemptNext(): void {
    if (this.#stopping) return;
    this.#wait?.arm();
    this.#rate.take();
    this.#notifier.counters.beginAttempt();
    this.#attemptWasRequested = this.#reconnectRequest !== undefined;
    this.#attempt = this.#transport.openAttempt(this);
    this.#attempt.run();
  }

  onOver(outcome: AttemptOutcome): void {
    const attempt = this.#attempt;
    if (attempt !== undefined) void this.#follow(attempt, outcome);
  }

  /** Waits for the next attempt, or ends the connection. While an attempt is under way, no promise of the loop waits for it. */
  async #follow(attempt: Attempt, outcome: AttemptOutcome): Promise<void> {
    try {
      // Wait one macrotask, so that the consumer can take the events just read: `onDisconnect` may call `close()`, which
      // drops unread events.
      if (attempt.delivered) await new Promise<void>(nextTurn);
      // `#stop` has notified of the attempt's end itself; the hook may stop, too.
      if (this.#stopping) return;
      this.#attempt = undefined;
      if (outcome.kind === "no-content") this.#hasOpened();
      this.#lastError = "error" in outcome ? outcome.error : undefined;
      this.#notifier.disconnected(this.#lastError);
      if (this.#stopping) return;
      const decision = this.#decide(outcome, attempt);
      if (this.#stopping) return;
      if (decision.action === "stop") return this.finish(decision.error);
      await this.#waitForNext(decision);
      this.#attemptNext();
    } catch (error) {
      // Only a hook that threw gets here.
      this.finish(error);
    }
  }

  get attempt(): number {
    return this.#attempts.current;
  }

  onAccepted(info: Omit<Info, "attempt">): void {
    const request = this.#reconnectRequest;
    this.#reconnectRequest = undefined;
    try {
      this.#notifier.connected({ ...info, attempt: this.attempt } as Info);
      if (this.#stopping) throw this.#transport.closedError("a hook closed it");
    } catch (error) {
      request?.reject(error);
      throw error;
    }
    request?.resolve();
    this.#hasOpened();
  }

  onAuthenticating(): void {
    this.#notifier.authenticating(this.attempt);
    if (this.#stopping) throw this.#transport.closedError("a hook closed it");
  }

  reserveConnect(): number {
    const { wait } = this.#rate;
    if (wait === 0) this.#rate.take();
    return wait;
  }

  onReconnectionTime(milliseconds: number): void {
    this.#reconnectionTime = milliseconds;
  }

  #hasOpened(): void {
    this.#opening?.done();
    this.#opening = undefined;
  }

  #giveUpOpening(): void {
    this.finish(this.#lastError ?? this.#transport.openTimeoutError(this.#transport.openTimeout));
  }

  #decide(outcome: AttemptOutcome, { resetsBackoff }: Attempt): Decision {
    const abandoned = outcome.kind === "reconnect";
    const lasting = outcome.kind === "failed" && this.#transport.isLasting(outcome.error);
    return decide(outcome, {
      ...this.#attempts.finish({ useful: resetsBackoff, abandoned, lasting }),
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
    await (this.#wait ??= new Wait()).start(delay, shortest);
    if (!this.#stopping) this.#notifier.connecting(attempt);
  }

  #abort(): void {
    const reason: unknown = this.#transport.signal?.reason;
    this.channel.discard({ error: reason });
    this.#stop(reason, true);
  }

  /** Ends everything at once; the loop finds that it is stopping and leaves. */
  #stop(error: unknown, aborted = false): void {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#unwatch?.();
    const attempt = this.#attempt;
    this.#attempt = undefined;
    attempt?.end({ kind: "closed" });
    this.#notifier.closed({ error, aborted, cut: attempt !== undefined });
    this.#wait?.end();
    const reason = error ?? this.#transport.closedError("nothing more will come");
    this.#opening?.end(reason);
    this.#reconnectRequest?.reject(reason);
    void this.#finishUp();
  }

  async #finishUp(): Promise<void> {
    await this.#transport.onOver?.();
    (this.#closed ??= new LazyDeferred()).resolve();
  }
}
