import { EventParser, type EventSink } from "sseer";
import { TransportError } from "../../error.js";
import type { BodyConsumer, HttpBody } from "../../http/client.js";
import type { Observers } from "../../observe/observers.js";
import type { AttemptContext } from "./context.js";
import { asTransportError } from "./failure.js";
import { createEvent } from "./create-event.js";
import type { AttemptOutcome } from "../../connection/decision.js";
import { IdleClock } from "../../connection/idle-clock.js";
import { isEnding, outcomeOf } from "../protocol/judgement.js";
import type { SseEvent } from "../protocol/event.js";
import type { SseVerdict } from "../protocol/verdict.js";

/**
 * What the body of a response brings: bytes -> parser -> classify -> channel, and the pauses that a consumer needs who is
 * slower. Whatever ends it is told to `end`.
 */
export class Reading implements BodyConsumer, EventSink<SseEvent> {
  readonly #context: AttemptContext;
  readonly #end: (outcome: AttemptOutcome) => void;
  readonly #parser: EventParser<SseEvent>;
  readonly #idle: IdleClock | undefined;
  #body: HttpBody | undefined;
  #over = false;
  #delivered = false;
  /** Whether there was more in it than greetings and what ended it; asked only where a verdict ended it. */
  #fruitful = false;
  #judged = false;
  #paused = false;
  /** Whether something was read in this turn of the event loop. */
  #readThisTurn = false;
  /** Whom to tell of the events of this read. */
  #listener: ReturnType<Observers["eventListener"]>;
  /** Chunks that came while paused: the one that found the channel full, and what the client had read already. */
  readonly #held: Uint8Array[] = [];

  /** Left out where nobody listens: the parser then makes no text of a comment. */
  readonly onComment?: (text: string) => void;

  constructor(context: AttemptContext, end: (outcome: AttemptOutcome) => void) {
    this.#context = context;
    this.#end = end;
    const { config, cursor, hooks } = context;
    const { comment } = hooks;
    if (comment !== undefined) this.onComment = (text) => this.heed(comment(text));
    const { maxEventSize, idleTimeout } = config;
    this.#parser = new EventParser(this, { maxEventSize, lastEventId: cursor.parserStart, createEvent });
    if (idleTimeout > 0) {
      this.#idle = new IdleClock(idleTimeout, () => this.#fail(TransportError.idleTimeout(idleTimeout)));
    }
  }

  /** Whether an event was delivered. */
  get delivered(): boolean {
    return this.#delivered;
  }

  /**
   * Whether it delivered an event, for the backoff. Where a handler's verdict ended it, what only spoke of the stream
   * itself is not counted: a server that greets and refuses, over and over, must not be hammered.
   */
  get succeeded(): boolean {
    return this.#judged ? this.#fruitful : this.#delivered;
  }

  /** Begins to read; what is to be read goes through this from now on. */
  start(body: HttpBody): void {
    this.#body = body;
    this.#idle?.start();
    body.consume(this);
    // What an earlier attempt left unread may fill the channel already.
    const { channel, config } = this.#context;
    if (config.overflow === "wait" && channel.full) this.#pause();
  }

  /** Reads nothing more. */
  stop(): void {
    this.#over = true;
    this.#idle?.stop();
    // From inside a callback of the parser this drops the rest of the chunk.
    this.#parser.reset();
  }

  /** The channel has room again: what is held is parsed first. */
  resume(): void {
    if (!this.#paused || this.#over) return;
    while (this.#held.length > 0 && !this.#context.channel.full) {
      this.#parse(this.#held.shift() as Uint8Array);
      this.#context.channel.wake();
    }
    if (this.#held.length > 0 || this.#over) return;
    this.#paused = false;
    this.#idle?.resume();
    this.#body?.resume();
  }

  /** Takes a chunk; one read of the socket may bring many, one after the other. */
  onChunk(bytes: Uint8Array): void {
    if (this.#over) return;
    this.#context.counters.bytes += bytes.length;
    this.#idle?.touch();
    if (!this.#readThisTurn) this.#startReading();
    if (this.#paused) this.#held.push(new Uint8Array(bytes));
    else if (!this.#over) this.#parse(bytes);
  }

  /**
   * The first chunk of a read. Only now is it asked whether the channel is full, on what the consumer left: it had its
   * turn since the last read, so one that keeps up is never paused, and nothing of it dropped. It is woken after the
   * last chunk of the read: until then a hook may still close.
   */
  #startReading(): void {
    const { channel, config, counters, observers } = this.#context;
    this.#readThisTurn = true;
    this.#listener = observers.eventListener();
    queueMicrotask(() => {
      this.#readThisTurn = false;
      channel.wake();
    });
    if (!channel.full) return;
    if (config.overflow === "wait") this.#pause();
    else if (config.overflow === "error") this.#fail(TransportError.overflow(channel.length));
    else counters.dropped += channel.dropOldest();
  }

  #parse(bytes: Uint8Array): void {
    const { channel, counters, cursor, hooks } = this.#context;
    const before = counters.events;
    try {
      this.#parser.push(bytes);
    } catch (error) {
      this.#fail(error);
    }
    if (counters.events > before) counters.lastEventAt = Date.now();
    // A block without data may have moved it on; but where a hook ended the attempt, what it refused is not received.
    if (!this.#over && !hooks.readsCursor) cursor.advance(this.#parser.lastEventId);
    cursor.settle(() => channel.unreadIds());
  }

  onEvent(event: SseEvent): void {
    const { cursor, hooks } = this.#context;
    const parserId = event.id;
    event.id = cursor.idOf(parserId);
    if (hooks.examinesEvents) return this.#examine(event, parserId);
    event.kind = hooks.classify(event);
    // The hook may have closed the connection.
    if (!this.#over) this.#receive(event, parserId);
  }

  /** The same for a handler that finds its cursor in the data, or judges events. */
  #examine(event: SseEvent, parserId: string): void {
    const { cursor, hooks } = this.#context;
    const last = cursor.parserStart;
    const id = hooks.readsCursor ? (hooks.readCursor(event) ?? last) : parserId;
    if (this.#over) return;
    event.id = cursor.idOf(id);
    event.kind = hooks.classify(event);
    const verdict = this.#over ? undefined : hooks.judgeEvent(event);
    if (this.#over) return;
    if (!isEnding(verdict) && (event.kind !== "system" || id !== last)) this.#fruitful = true;
    this.#receive(event, id);
    this.heed(verdict);
  }

  #receive(event: SseEvent, parserId: string): void {
    const { channel, counters, cursor } = this.#context;
    cursor.advance(parserId);
    counters.events += 1;
    this.#delivered = true;
    channel.push(event);
    this.#listener?.(event);
  }

  /** Does what the handler's verdict asks for. */
  heed(verdict: SseVerdict | undefined, clean = false): void {
    if (verdict === undefined || this.#over) return;
    if (!isEnding(verdict)) return this.#context.onLost(verdict.lost);
    this.#judged = true;
    this.#end(outcomeOf(verdict, { clean, resendable: this.#context.isResendable() }));
  }

  onRetry(milliseconds: number): void {
    this.#context.onRetry(milliseconds);
  }

  #pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#idle?.pause();
    this.#body?.pause();
  }

  /** The body is over: nothing more can be held back. */
  #parseHeld(): void {
    for (const bytes of this.#held.splice(0)) if (!this.#over) this.#parse(bytes);
    this.#context.channel.wake();
  }

  onEnd(): void {
    this.#parseHeld();
    if (this.#over) return;
    try {
      this.#parser.end();
      this.heed(this.#context.hooks.judgeEnd(), true);
      this.#end({ kind: "ended", error: TransportError.sseStreamEnded({ clean: true }) });
    } catch (error) {
      this.#fail(error);
    }
  }

  onError(cause: Error): void {
    this.#parseHeld();
    // A client says by itself what waiting does not mend, such as a coding that it cannot decode.
    if (TransportError.is(cause)) return this.#fail(cause);
    this.#fail(TransportError.sseStreamEnded({ clean: false, cause, retryable: this.#context.isResendable() }));
  }

  #fail(error: unknown): void {
    this.#end({ kind: "failed", error: asTransportError(error, this.#context.config) });
  }
}
