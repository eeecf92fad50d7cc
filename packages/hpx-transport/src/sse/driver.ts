import { defaultClient } from "#default-client";
import { TransportError } from "../error.js";
import { ConnectionLog } from "../observe/connection-log.js";
import { Attempt } from "./attempt.js";
import { Channel } from "./channel.js";
import type { SseConfig } from "./config.js";
import type { Counters } from "./counters.js";
import { Cursor } from "./cursor.js";
import { type AttemptOutcome, type Decision, decide } from "./decision.js";
import { type Deferred, deferred, quietDeferred } from "./deferred.js";
import { Hooks } from "./hooks.js";
import { Lifecycle } from "./lifecycle.js";
import type { SseConnectInfo, SseProtocolHandler } from "./protocol.js";
import { isResendable } from "./resend.js";
import { Sleep } from "./sleep.js";
import type { SseConnectionState, SseStats } from "./types.js";

/**
 * The life of a connection: attempt, decide, wait, again. Everything else here is how the outside reaches into that
 * loop: close, abort and reconnect, which act at once and leave it to the loop to notice.
 */
export class Driver {
  readonly config: SseConfig;
  readonly channel: Channel;
  readonly #hooks: Hooks;
  readonly #lifecycle: Lifecycle;
  readonly #cursor: Cursor;
  readonly #log: ConnectionLog | undefined;
  readonly #opened: Deferred<void> = quietDeferred();
  readonly #closed: Deferred<void> = deferred();
  readonly #sleep = new Sleep();
  readonly #counters: Counters = { attempts: 0, reconnects: 0, bytes: 0, events: 0, dropped: 0 };
  #attempt: Attempt | undefined;
  /** Which attempt in a row this is since the last one that delivered an event. */
  #attemptNumber = 1;
  #everDelivered = false;
  #everAccepted = false;
  /** The server's last `retry`. */
  #reconnectionTime: number | undefined;
  /** What callers of `reconnect()` wait for, and whether the current attempt is already the one they asked for. */
  #reconnectRequest: Deferred<void> | undefined;
  #attemptWasRequested = false;

  constructor(config: SseConfig, handler: SseProtocolHandler) {
    this.config = config;
    this.#hooks = new Hooks(handler);
    this.#lifecycle = new Lifecycle(this.#hooks);
    this.#log = config.logger && new ConnectionLog(config.logger);
    this.#cursor = new Cursor(config.lastEventId, () =>
      this.#log?.warning(
        {},
        "the server sent an id with control characters, which no header can carry; the last other one is kept",
      ),
    );
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
    return this.#lifecycle.state;
  }

  get stats(): SseStats {
    return { ...this.#counters, buffered: this.channel.length };
  }

  get lastEventId(): string {
    return this.channel.lastTakenId ?? this.config.lastEventId;
  }

  close(): Promise<void> {
    this.channel.discard({});
    this.#stop(undefined);
    return this.closed;
  }

  reconnect(reason: string | undefined): Promise<void> {
    if (this.#lifecycle.closed) return Promise.reject(closedError("it cannot reconnect"));
    if (!isResendable(this.config, this.#cursor, this.#counters)) {
      return Promise.reject(
        closedError(`a ${this.config.method} that delivered events without ids is never sent again`),
      );
    }
    this.#log?.warning({ reason }, "reconnect requested");
    this.#reconnectRequest ??= quietDeferred();
    if (this.#attempt === undefined) this.#sleep.interrupt();
    else if (this.#attempt.accepted || !this.#attemptWasRequested) this.#attempt.end({ kind: "reconnect" });
    return this.#reconnectRequest.promise;
  }

  async #run(): Promise<void> {
    // Hooks may use the connection, which the caller is only now being given.
    await Promise.resolve();
    try {
      this.#heedSignal();
      if (!this.#lifecycle.closed) this.#lifecycle.announceStart();
      while (!this.#lifecycle.closed) {
        const decision = this.#decide(await this.#makeAttempt());
        if (this.#lifecycle.closed) return;
        if (decision.action === "stop") return this.#finish(decision.error);
        const { delay, error } = decision;
        this.#log?.reconnecting({ attempt: this.#attemptNumber, delay, reason: error?.code ?? "requested" });
        this.#lifecycle.change({ status: "reconnecting", attempt: this.#attemptNumber, delay, error });
        await this.#sleep.wait(delay);
        this.#lifecycle.change({ status: "connecting", attempt: this.#attemptNumber });
      }
    } catch (error) {
      // Only a hook that threw gets here.
      this.#finish(error);
    }
  }

  #makeAttempt(): Promise<AttemptOutcome> {
    this.#sleep.arm();
    this.#counters.attempts += 1;
    this.#attemptWasRequested = this.#reconnectRequest !== undefined;
    this.#attempt = new Attempt({
      config: this.config,
      client: this.config.client ?? defaultClient(),
      hooks: this.#hooks,
      channel: this.channel,
      cursor: this.#cursor,
      counters: this.#counters,
      onAccepted: (info) => this.#accepted(info),
      onRetry: (milliseconds) => {
        this.#reconnectionTime = milliseconds;
      },
      onEvent: this.#log && ((event) => this.#log?.event(event)),
    });
    return this.#attempt.run();
  }

  #accepted(info: Omit<SseConnectInfo, "attempt">): void {
    const attempt = this.#attemptNumber;
    if (this.#everAccepted) this.#counters.reconnects += 1;
    this.#everAccepted = true;
    const request = this.#reconnectRequest;
    this.#reconnectRequest = undefined;
    try {
      this.#log?.connected({ status: info.status, origin: info.url.origin, attempt });
      this.#lifecycle.change({ status: "connected", attempt });
      this.#hooks.connected({ ...info, attempt });
      if (this.#lifecycle.closed) throw closedError("a hook closed it");
    } catch (error) {
      request?.reject(error);
      throw error;
    }
    request?.resolve();
    this.#opened.resolve();
  }

  /** Takes stock of the attempt that ended, and decides what comes next. */
  #decide(outcome: AttemptOutcome): Decision {
    const attempt = this.#attempt;
    // A stop has ended the attempt itself, and told so.
    if (attempt === undefined || this.#lifecycle.closed) return { action: "stop", error: undefined };
    this.#attempt = undefined;
    if (outcome.kind === "no-content") this.#opened.resolve();
    this.#hooks.disconnected("error" in outcome ? outcome.error : undefined);
    const { delivered } = attempt;
    this.#everDelivered ||= delivered;
    const barrenAttempts = delivered ? 0 : this.#attemptNumber;
    const failedReconnects = delivered ? 0 : this.#attemptNumber - (this.#everDelivered ? 0 : 1);
    if (delivered) this.#attemptNumber = 1;
    else if (outcome.kind !== "reconnect") this.#attemptNumber += 1;
    return decide(outcome, {
      barrenAttempts,
      failedReconnects,
      reconnectionTime: this.#reconnectionTime,
      resendable: isResendable(this.config, this.#cursor, this.#counters),
      policy: this.config.reconnect,
      shouldRetry: (error, attemptsInARow) => this.#hooks.shouldRetry(error, attemptsInARow),
    });
  }

  readonly #onAbort = (): void => {
    const reason: unknown = this.config.signal?.reason;
    this.channel.discard({ error: reason });
    this.#stop(reason);
  };

  #heedSignal(): void {
    const { signal } = this.config;
    if (signal === undefined || this.#lifecycle.closed) return;
    if (signal.aborted) this.#onAbort();
    else signal.addEventListener("abort", this.#onAbort);
  }

  /** The end for good: what was received is delivered first. */
  #finish(error: unknown): void {
    this.channel.end(error === undefined ? {} : { error });
    this.#stop(error);
  }

  /** Ends everything at once; the loop finds the state closed and leaves. */
  #stop(error: unknown): void {
    if (this.#lifecycle.closed) return;
    const attempt = this.#attempt;
    this.#attempt = undefined;
    attempt?.end({ kind: "closed" });
    this.#tellWhileClosing(() => attempt && this.#hooks.disconnected(undefined));
    this.#tellWhileClosing(() => this.#lifecycle.change({ status: "closed", error }));
    this.#tellWhileClosing(() => this.#log?.closed(error));
    this.#sleep.interrupt();
    const why = error ?? closedError("nothing more will come");
    this.#opened.reject(why);
    this.#reconnectRequest?.reject(why);
    this.#closed.resolve();
  }

  /** A hook that throws now can end nothing more; the logger is told, and if it is what throws, nobody is left to tell. */
  #tellWhileClosing(call: () => void): void {
    try {
      call();
    } catch (error) {
      try {
        this.#log?.failed(error);
      } catch {}
    }
  }
}

function closedError(message: string): TransportError {
  return TransportError.sseStreamEnded({
    clean: true,
    retryable: false,
    message: `the connection is closed: ${message}`,
  });
}
