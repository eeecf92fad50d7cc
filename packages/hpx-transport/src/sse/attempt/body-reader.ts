import { EventParser, type EventSink } from "sseer";
import { soon } from "../../checks/turns.js";
import { IdleClock } from "../../connection/idle-clock.js";
import { TransportError } from "../../error.js";
import type { BodyConsumer, HttpBody } from "../../http/client.js";
import type { Observers } from "../../observe/observers.js";
import type { SseEvent } from "../protocol/event.js";
import { isEnding, type SseVerdict } from "../protocol/verdict.js";
import type { SseContext } from "./context.js";
import { WholeBody } from "./whole-body.js";

/** The attempt that a reader works for. */
export interface BodyReaderOwner {
  /** The handler judged an event or a comment: does what the verdict asks for. May throw. */
  apply(verdict: SseVerdict | undefined): void;
  /** The server set the reconnection time. */
  onRetry(milliseconds: number): void;
  /**
   * The server completed the body, and everything in it was delivered. `rest` is the last event where its blank line is
   * missing. May throw.
   */
  onBodyEnd(rest: SseEvent | undefined): void;
  /** Reading failed: a hook threw, a limit was exceeded, or the connection broke. */
  onFailure(error: unknown): void;
}

/** Reads a response's body: bytes -> parser -> classify -> channel, with the pauses that a slow consumer needs. */
export class BodyReader implements BodyConsumer, EventSink<SseEvent> {
  readonly #context: SseContext;
  readonly #owner: BodyReaderOwner;
  #parser: EventParser<SseEvent> | WholeBody;
  readonly #idle: IdleClock | undefined;
  /** The same for events alone. */
  readonly #quiet: IdleClock | undefined;
  #body: HttpBody | undefined;
  #flow: "flowing" | "paused" | "over" = "flowing";
  /**
   * `delivered`: at least one event reached the channel. `useful`: one of them was more than talk about the stream. Greetings
   * and the event that ends the stream do not count, or a server that greets and closes would be asked without a pause.
   */
  #progress: "nothing" | "delivered" | "useful" = "nothing";
  /** The server sent an id in this attempt. */
  #idSeen = false;
  /** Something was read in this turn of the event loop. */
  #readThisTurn = false;
  /** Observes the events of this read. */
  #listener: ReturnType<Observers["eventListener"]>;
  /** Chunks that came while paused: the read that found the channel full, and bytes that the client had read already. */
  readonly #held: Uint8Array[] = [];

  /** The parser completes an event that the server left unfinished: the event is kept here. */
  #rest: { event: SseEvent | undefined } | undefined;

  /** Left out where the handler does not use comments: the parser then makes no text of one. */
  readonly onComment?: (text: string) => void;
  /** The same for lines that the standard ignores. */
  readonly onUnknown?: (line: string) => void;
  /** The same for events without data. */
  readonly onEmpty?: (event: string) => void;

  constructor(context: SseContext, owner: BodyReaderOwner) {
    this.#context = context;
    this.#owner = owner;
    const { config, hooks, position } = context;
    const { comment, empty, line } = hooks;
    if (comment !== undefined) {
      this.onComment = (text) => {
        if (this.#rest === undefined) owner.apply(comment(text));
      };
    }
    if (line !== undefined) this.onUnknown = (text) => owner.apply(line(text));
    if (empty !== undefined) this.onEmpty = (event) => owner.apply(empty(event));
    const { maxEventSize, idleTimeout, eventTimeout } = config;
    this.#parser = new EventParser(this, { maxEventSize, lastEventId: position.received, createEvent });
    this.#idle = idleClock(owner, idleTimeout, "bytes");
    this.#quiet = idleClock(owner, eventTimeout, "events");
  }

  get progress(): "nothing" | "delivered" | "useful" {
    return this.#progress;
  }

  /** Starts to read: a stream, or a message that takes the whole body. */
  start(body: HttpBody, kind: "stream" | "message"): void {
    this.#body = body;
    if (kind === "message") this.#parser = this.#wholeBody();
    this.#idle?.start();
    this.#quiet?.start();
    body.consume(this);
    // Unread events of an earlier attempt may fill the channel already.
    const { channel, config } = this.#context;
    if (config.overflow === "wait" && channel.full) this.#pause();
  }

  /** Reads nothing more. */
  stop(): void {
    this.#flow = "over";
    this.#idle?.stop();
    this.#quiet?.stop();
    // From inside a callback of the parser this drops the rest of the chunk.
    this.#parser.reset();
  }

  /** The channel has room again: held chunks are parsed first. */
  resume(): void {
    if (this.#flow !== "paused") return;
    while (this.#held.length > 0 && !this.#context.channel.full) {
      this.#parse(this.#held.shift() as Uint8Array);
      this.#context.channel.wake();
    }
    if (this.#held.length > 0 || this.#over) return;
    this.#flow = "flowing";
    this.#idle?.resume();
    this.#quiet?.resume();
    this.#body?.resume();
  }

  /** Takes a chunk; one read of the socket may bring many, one after the other. */
  onChunk(bytes: Uint8Array): void {
    if (this.#over) return;
    this.#context.counters.bytes += bytes.length;
    this.#idle?.touch();
    if (!this.#readThisTurn) this.#startRead();
    if (this.#flow === "flowing") this.#parse(bytes);
    else if (this.#flow === "paused") this.#held.push(new Uint8Array(bytes));
  }

  /**
   * The first chunk of a read. Only now the channel is asked whether it is full: the consumer had its turn since the last
   * read, so one that keeps up is never paused and loses no event. It is woken after the last chunk of the read, because
   * until then a hook may still close.
   */
  #startRead(): void {
    const { channel, config, counters, observers } = this.#context;
    this.#readThisTurn = true;
    this.#listener = observers.eventListener();
    soon(() => {
      this.#readThisTurn = false;
      channel.wake();
    });
    if (!channel.full) return;
    if (config.overflow === "wait") this.#pause();
    else if (config.overflow === "error") this.#owner.onFailure(TransportError.overflow(channel.length));
    else counters.dropped += channel.dropOldest();
  }

  #parse(bytes: Uint8Array): void {
    const { channel, counters, hooks, position } = this.#context;
    const before = counters.events;
    try {
      this.#parser.push(bytes);
    } catch (error) {
      this.#owner.onFailure(error);
    }
    if (counters.events > before) {
      counters.lastEventAt = Date.now();
      this.#quiet?.touch();
    }
    // A block without data may have moved the id on. Where a hook ended the attempt, the event that it refused counts as
    // not received.
    if (!this.#over && !hooks.readsCursor) position.advance(this.#parser.lastEventId, this.#idSeen);
    position.settle(() => idsOf(channel.unread()));
  }

  onId(): void {
    this.#idSeen = true;
  }

  onEvent(event: SseEvent): void {
    const { hooks } = this.#context;
    if (this.#rest !== undefined) {
      this.#rest.event = event;
      return;
    }
    if (hooks.examinesEvents) return this.#examine(event);
    event.kind = hooks.classify(event);
    // The hook may have closed the connection.
    if (!this.#over) this.#receive(event, this.#idSeen, true);
  }

  /** The same for a handler that finds its cursor in the data, or judges events. */
  #examine(event: SseEvent): void {
    const { hooks, position } = this.#context;
    let fromServer = this.#idSeen;
    if (hooks.readsCursor) {
      const found = hooks.readCursor(event);
      if (this.#over) return;
      event.id = found ?? position.received;
      fromServer = found !== undefined;
    }
    event.kind = hooks.classify(event);
    const verdict = this.#over ? undefined : hooks.judgeEvent(event);
    if (this.#over || verdict === "skip") return;
    this.#receive(event, fromServer, !isEnding(verdict));
    this.#owner.apply(verdict);
  }

  /** `counts`: the event is not the one that ends the stream. */
  #receive(event: SseEvent, fromServer: boolean, counts: boolean): void {
    const { channel, counters, position } = this.#context;
    position.advance(event.id, fromServer);
    counters.events += 1;
    if (counts && event.kind !== "system") this.#progress = "useful";
    else if (this.#progress === "nothing") this.#progress = "delivered";
    channel.push(event);
    this.#listener?.(event);
  }

  onRetry(milliseconds: number): void {
    if (this.#rest === undefined) this.#owner.onRetry(milliseconds);
  }

  onEnd(): void {
    this.#parseHeld();
    if (this.#over) return;
    try {
      const rest = this.#takeRest();
      if (this.#over) return;
      this.#parser.end();
      if (!this.#over) this.#owner.onBodyEnd(rest);
    } catch (error) {
      this.#owner.onFailure(error);
    }
  }

  /** Delivers the last event of a complete body, whose blank line is missing: the handler took it. */
  deliver(rest: SseEvent): void {
    const { counters, hooks, position } = this.#context;
    if (hooks.readsCursor) rest.id = hooks.readCursor(rest) ?? position.received;
    rest.kind = hooks.classify(rest);
    if (this.#over) return;
    this.#receive(rest, this.#idSeen, false);
    counters.lastEventAt = Date.now();
  }

  /**
   * The event whose blank line is missing at the end of the body. The parser gets the line ends, and what it then gives is
   * kept. A last line that the standard ignores, and an event without data, are still judged.
   */
  #takeRest(): SseEvent | undefined {
    if (!this.#context.hooks.examinesEnd || this.#parser instanceof WholeBody) return undefined;
    const rest: { event: SseEvent | undefined } = { event: undefined };
    this.#rest = rest;
    this.#parser.push(BLANK_LINE);
    return rest.event;
  }

  #wholeBody(): WholeBody {
    const { config, position } = this.#context;
    return new WholeBody((data) => this.#onWhole(data), {
      limit: config.maxEventSize,
      lastEventId: position.received,
    });
  }

  /** A body that is one message is complete: it is delivered, and nothing follows. */
  #onWhole(data: string): void {
    this.onEvent(createEvent("message", data, this.#context.position.received, undefined));
    this.#context.counters.lastEventAt = Date.now();
    this.#owner.apply("end");
  }

  onError(cause: Error): void {
    this.#parseHeld();
    // Such as CONFIG for a coding that the client cannot decode: waiting would not help.
    if (TransportError.is(cause)) return this.#owner.onFailure(cause);
    const retryable = this.#context.isResendable();
    this.#owner.onFailure(TransportError.sseStreamEnded({ clean: false, cause, retryable }));
  }

  get #over(): boolean {
    return this.#flow === "over";
  }

  #pause(): void {
    if (this.#flow !== "flowing") return;
    this.#flow = "paused";
    this.#idle?.pause();
    this.#quiet?.pause();
    this.#body?.pause();
  }

  /** The body is over: nothing more can be held back. */
  #parseHeld(): void {
    for (const bytes of this.#held.splice(0)) if (!this.#over) this.#parse(bytes);
    this.#context.channel.wake();
  }
}

function idleClock(owner: BodyReaderOwner, limit: number, what: "bytes" | "events"): IdleClock | undefined {
  if (limit === 0) return undefined;
  return new IdleClock(limit, () => owner.onFailure(TransportError.idleTimeout(limit, what)));
}

/** Completes an unfinished line, then an unfinished event. */
const BLANK_LINE = Uint8Array.of(0x0a, 0x0a);

/** Makes the consumer's object directly in the parser: one object from the bytes to the loop. */
function createEvent(event: string, data: string, id: string, retry: number | undefined): SseEvent {
  return retry === undefined ? { event, data, id, kind: "data" } : { event, data, id, kind: "data", retry };
}

function* idsOf(events: Iterable<SseEvent>): Iterable<string> {
  for (const { id } of events) yield id;
}
