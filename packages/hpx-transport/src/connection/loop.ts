import { defaultClient } from "#default-client";
import type { AnyTransportError } from "../error.js";
import type { SseStats } from "../observe/stats.js";
import { Announcements } from "./notify.js";
import { Attempt } from "../sse/attempt/attempt.js";
import { AttemptCount } from "./attempts.js";
import { Channel } from "./channel.js";
import { closedError, neverSentAgain } from "./closed-error.js";
import type { SseConfig } from "../sse/config/config.js";
import { Cursor } from "./position.js";
import { type AttemptOutcome, type Decision, decide } from "./decision.js";
import { type Deferred, LazyDeferred, quietDeferred, quietRejection } from "./deferred.js";
import type { SseConnectInfo, SseProtocolHandler } from "../sse/protocol/handler.js";
import { isResendable } from "../sse/attempt/resend.js";
import { Sleep } from "./wait.js";
import type { SseConnectionState } from "../sse/protocol/event.js";
import type { SseVerdict } from "../sse/protocol/verdict.js";

/** Milliseconds between attempts that fail and are asked for again by `reconnect()`: a hook that always asks is no hammer. */
const SHORTEST_REQUESTED_WAIT = 100;

/**
 * The life of a connection: attempt, decide, wait, again. Everything else here is how the outside reaches into that
 * loop: close, abort and reconnect, which act at once and leave it to the loop to notice.
 */
export class Driver {
  readonly config: SseConfig;
  readonly channel: Channel;
  readonly #announce: Announcements;
  readonly #cursor: Cursor;
  readonly #opened = new LazyDeferred();
  readonly #closed = new LazyDeferred();
  readonly #sleep = new Sleep();
  readonly #attempts = new AttemptCount();
  #attempt: Attempt | undefined;
  /** The server's last `retry`. */
  #reconnectionTime: number | undefined;
  /** What callers of `reconnect()` wait for, and whether the current attempt is already the one they asked for. */
  #reconnectRequest: Deferred<void> | undefined;
  #attemptWasRequested = false;
  /** Set by the first stop, before any hook can hear of it. */
  #stopping = false;

  constructor(config: SseConfig, handler: SseProtocolHandler) {
    this.config = config;
    const fail = (error: AnyTransportError): void => this.#finish(error);
    this.#announce = new Announcements({ config, handler, stats: () => this.stats, fail });
    const sentIn = this.#announce.hooks.cursorQuery === undefined ? "header" : "query";
    this.#cursor = new Cursor(config.lastEventId, () => this.#announce.idCannotBeSent(), sentIn);
    this.channel = new Channel({
      capacity: config.eventCapacity,
      bufferSize: config.bufferSize,
      onRoom: () => this.#attempt?.resume(),
      onDone: () => config.signal?.removeEventListener("abort", this.#onAbort),
    });
    void this.#run();
  }

  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  get state(): SseConnectionState {
    return this.#announce.state;
  }

  get stats(): SseStats {
    return this.#announce.counters.snapshot(this.channel.length);
  }

  get lastEventId(): string {
    return this.channel.lastTakenId ?? this.config.lastEventId;
  }

  close(): Promise<void> {
    this.channel.discard({});
    this.#stop(undefined);
    return this.closed;
  }

  /** Ends the connection with an error of the consumer's side: what it cannot read. */
  fail(error: AnyTransportError): void {
    this.channel.discard({});
    this.#stop(error);
  }

  /** The consumer's side passed over an event that it could not read. */
  skipped(): void {
    this.#announce.skipped();
  }

  reconnect(reason: string | undefined): Promise<void> {
    if (this.#stopping) return quietRejection(closedError("it cannot reconnect"));
    if (!this.#resendable) {
      return quietRejection(neverSentAgain(this.config.method));
    }
    const request = (this.#reconnectRequest ??= quietDeferred());
    this.#announce.reconnectRequested(reason);
    if (this.#attempt?.accepted || !this.#attemptWasRequested) this.#attempt?.end({ kind: "reconnect" });
    // Also where the attempt is over already and the wait after it has not begun.
    this.#sleep.hurry();
    return request.promise;
  }

  async #run(): Promise<void> {
    // Hooks may use the connection, which the caller is only now being given.
    await Promise.resolve();
    try {
      this.#heedSignal();
      if (!this.#stopping) this.#announce.started();
      while (!this.#stopping) {
        const decision = await this.#attemptAndDecide();
        if (this.#stopping) return;
        if (decision.action === "stop") return this.#finish(decision.error);
        await this.#waitForNext(decision);
      }
    } catch (error) {
      // Only a hook that threw gets here.
      this.#finish(error);
    }
  }

  async #attemptAndDecide(): Promise<Decision> {
    const attempt = this.#begin();
    await attempt.run();
    const { outcome } = attempt;
    // The consumer's loop has its turn on what was just read, before any hook hears of the end and may close.
    if (attempt.delivered) await new Promise((resolve) => setTimeout(resolve, 0));
    // A stop has told of the attempt's end itself; it may come from the hook, too.
    if (this.#stopping) return OVER;
    this.#attempt = undefined;
    if (outcome.kind === "no-content") this.#opened.resolve();
    this.#announce.disconnected("error" in outcome ? outcome.error : undefined);
    return this.#stopping ? OVER : this.#decide(outcome, attempt);
  }

  #begin(): Attempt {
    const { counters, hooks, observers } = this.#announce;
    this.#sleep.arm();
    counters.beginAttempt();
    this.#attemptWasRequested = this.#reconnectRequest !== undefined;
    this.#attempt = new Attempt({
      config: this.config,
      client: this.config.client ?? defaultClient(),
      hooks,
      observers,
      counters,
      channel: this.channel,
      cursor: this.#cursor,
      isResendable: () => this.#resendable,
      onAccepted: (info) => this.#accepted(info),
      onLost: (lost) => this.#announce.lost(lost),
      onRetry: (milliseconds) => {
        this.#reconnectionTime = milliseconds;
      },
      attempt: this.#attempts.current,
    });
    return this.#attempt;
  }

  #accepted(response: Omit<SseConnectInfo, "attempt">): SseVerdict | undefined {
    const info = { ...response, attempt: this.#attempts.current };
    const request = this.#reconnectRequest;
    this.#reconnectRequest = undefined;
    try {
      this.#announce.connected(info);
      if (this.#stopping) throw closedError("a hook closed it");
    } catch (error) {
      request?.reject(error);
      throw error;
    }
    request?.resolve();
    this.#opened.resolve();
    return this.#announce.hooks.judgeResponse(info);
  }

  #decide(outcome: AttemptOutcome, { succeeded }: Attempt): Decision {
    const abandoned = outcome.kind === "reconnect";
    const { barren, reconnects } = this.#attempts.finish({ delivered: succeeded, abandoned });
    return decide(outcome, {
      barrenAttempts: barren,
      failedReconnects: reconnects,
      reconnectionTime: this.#reconnectionTime,
      resendable: this.#resendable,
      policy: this.config.reconnect,
      shouldRetry: (error, attempt) => this.#announce.hooks.shouldRetry(error, attempt),
    });
  }

  async #waitForNext({ delay, error }: Decision & { action: "retry" }): Promise<void> {
    const attempt = this.#attempts.current;
    const shortest = this.#attemptWasRequested && attempt > 1 ? SHORTEST_REQUESTED_WAIT : 0;
    this.#announce.reconnecting({ attempt, delay, error });
    if (this.#stopping) return;
    await this.#sleep.wait(delay, shortest);
    if (!this.#stopping) this.#announce.connecting(attempt);
  }

  readonly #onAbort = (): void => {
    const reason: unknown = this.config.signal?.reason;
    this.channel.discard({ error: reason });
    this.#stop(reason, true);
  };

  #heedSignal(): void {
    const { signal } = this.config;
    if (signal === undefined || this.#stopping) return;
    if (signal.aborted) this.#onAbort();
    else signal.addEventListener("abort", this.#onAbort);
  }

  /** The end for good: what was received is delivered first. */
  #finish(error: unknown): void {
    this.channel.end(error === undefined ? {} : { error });
    this.#stop(error);
  }

  /** Ends everything at once; the loop finds that it is stopping and leaves. */
  #stop(error: unknown, aborted = false): void {
    if (this.#stopping) return;
    this.#stopping = true;
    const attempt = this.#attempt;
    this.#attempt = undefined;
    attempt?.end({ kind: "closed" });
    this.#announce.closed({ error, aborted, cut: attempt !== undefined });
    this.#sleep.end();
    const why = error ?? closedError("nothing more will come");
    this.#opened.reject(why);
    this.#reconnectRequest?.reject(why);
    this.#closed.resolve();
  }

  /** Whether the request may be sent again. */
  get #resendable(): boolean {
    return isResendable(this.config, this.#cursor, this.#announce.counters);
  }
}

const OVER: Decision = { action: "stop", error: undefined };
