import { EventParser, type EventSink } from "sseer";
import type { Observers } from "../../observe/observers.js";
import type { SseEvent } from "../protocol/event.js";
import { isEnding, type SseVerdict } from "../protocol/verdict.js";
import type { SseContext } from "./context.js";
import { WholeBody } from "./whole-body.js";

/** The attempt that a receiver works for. */
export interface EventReceiverOwner {
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

/** Makes events of the bytes of a body: parser -> classify -> channel. */
export class EventReceiver implements EventSink<SseEvent> {
  readonly #context: SseContext;
  readonly #owner: EventReceiverOwner;
  /** Made when the response is there: only then it is sure which id the stream begins after. */
  #parser: EventParser<SseEvent> | WholeBody | undefined;
  #stopped = false;
  /**
   * `delivered`: at least one event reached the channel. `useful`: one of them was more than talk about the stream. Greetings
   * and the event that ends the stream do not count, or a server that greets and closes would be asked without a pause.
   */
  #progress: "nothing" | "delivered" | "useful" = "nothing";
  /** The server sent an id in this attempt. */
  #idSeen = false;
  /** The event that is read has an id of its own. */
  #hasOwnId = false;
  /** Observes the events of this read. */
  #listener: ReturnType<Observers["eventListener"]>;
  /** The parser completes an event that the server left unfinished: the event is kept here. */
  #rest: { event: SseEvent | undefined } | undefined;

  /** Left out where the handler does not use comments: the parser then makes no text of one. */
  readonly onComment?: (text: string) => void;
  /** The same for lines that the standard ignores. */
  readonly onUnknown?: (line: string) => void;
  /** The same for events without data. */
  readonly onEmpty?: (event: string) => void;

  constructor(context: SseContext, owner: EventReceiverOwner) {
    this.#context = context;
    this.#owner = owner;
    const { comment, empty, line } = context.hooks;
    if (comment !== undefined) {
      this.onComment = (text) => {
        if (this.#rest === undefined) owner.apply(comment(text));
      };
    }
    if (line !== undefined) this.onUnknown = (text) => owner.apply(line(text));
    if (empty !== undefined) this.onEmpty = (event) => owner.apply(empty(event));
  }

  get progress(): "nothing" | "delivered" | "useful" {
    return this.#progress;
  }

  /** A body begins: a stream, or a message that takes the whole body. */
  start(kind: "stream" | "message"): void {
    this.#parser = kind === "message" ? this.#wholeBody() : this.#eventParser();
  }

  /** Delivers nothing more. */
  stop(): void {
    this.#stopped = true;
    // From inside a callback of the parser this drops the rest of the chunk.
    this.#parser?.reset();
  }

  /** A read of the socket begins. */
  beginRead(): void {
    this.#listener = this.#context.observers.eventListener();
  }

  /** Parses a chunk. */
  read(bytes: Uint8Array): void {
    const { channel, counters, hooks, position } = this.#context;
    const parser = this.#parser as EventParser<SseEvent> | WholeBody;
    const before = counters.events;
    try {
      parser.push(bytes);
    } catch (error) {
      this.#owner.onFailure(error);
    }
    if (counters.events > before) counters.lastEventAt = Date.now();
    // A block without data may have moved the id on. Where a hook ended the attempt, the event that it refused counts as
    // not received.
    if (!this.#stopped && !hooks.readsCursor) position.advance(parser.lastEventId, this.#idSeen);
    position.settle(() => idsOf(channel.unread()));
  }

  /** The body is complete. */
  end(): void {
    try {
      const rest = this.#takeRest();
      if (this.#stopped) return;
      this.#parser?.end();
      if (!this.#stopped) this.#owner.onBodyEnd(rest);
    } catch (error) {
      this.#owner.onFailure(error);
    }
  }

  onId(): void {
    this.#idSeen = true;
    this.#hasOwnId = true;
  }

  onEvent(event: SseEvent): void {
    const { hooks } = this.#context;
    const hasOwnId = this.#hasOwnId;
    this.#hasOwnId = false;
    if (this.#rest !== undefined) {
      this.#rest.event = event;
      return;
    }
    if (hooks.examinesEvents) return this.#examine(event, hasOwnId);
    event.kind = hooks.classify(event);
    // The hook may have closed the connection.
    if (!this.#stopped) this.#receive(event, { fromServer: this.#idSeen, hasOwnId, counts: true });
  }

  /** The same for a handler that finds its cursor in the data, or judges events. */
  #examine(event: SseEvent, hasOwnIdOnWire: boolean): void {
    const { hooks, position } = this.#context;
    let fromServer = this.#idSeen;
    let hasOwnId = hasOwnIdOnWire;
    if (hooks.readsCursor) {
      const found = hooks.readCursor(event);
      if (this.#stopped) return;
      event.id = found ?? position.received;
      hasOwnId = found !== undefined;
      fromServer = hasOwnId;
    }
    event.kind = hooks.classify(event);
    const verdict = this.#stopped ? undefined : hooks.judgeEvent(event);
    if (this.#stopped || verdict === "skip") return;
    this.#receive(event, { fromServer, hasOwnId, counts: !isEnding(verdict) });
    this.#owner.apply(verdict);
  }

  /** `counts`: the event is not the one that ends the stream. */
  #receive(event: SseEvent, is: { fromServer: boolean; hasOwnId: boolean; counts: boolean }): void {
    const { channel, counters, cursor, position } = this.#context;
    position.advance(event.id, is.fromServer);
    counters.events += 1;
    if (is.counts && event.kind !== "system") this.#progress = "useful";
    else if (this.#progress === "nothing") this.#progress = "delivered";
    if (cursor?.interrupted === true) cursor.received(event, is.hasOwnId);
    channel.push(event);
    this.#listener?.(event);
  }

  onRetry(milliseconds: number): void {
    if (this.#rest === undefined) this.#owner.onRetry(milliseconds);
  }

  /** Delivers the last event of a complete body, whose blank line is missing: the handler took it. */
  deliver(rest: SseEvent): void {
    const { counters, hooks, position } = this.#context;
    if (hooks.readsCursor) rest.id = hooks.readCursor(rest) ?? position.received;
    rest.kind = hooks.classify(rest);
    if (this.#stopped) return;
    this.#receive(rest, { fromServer: this.#idSeen, hasOwnId: true, counts: false });
    counters.lastEventAt = Date.now();
  }

  /**
   * The event whose blank line is missing at the end of the body. The parser gets the line ends, and what it then gives is
   * kept. A last line that the standard ignores, and an event without data, are still judged.
   */
  #takeRest(): SseEvent | undefined {
    if (!this.#context.hooks.examinesEnd || !(this.#parser instanceof EventParser)) return undefined;
    const rest: { event: SseEvent | undefined } = { event: undefined };
    this.#rest = rest;
    this.#parser.push(BLANK_LINE);
    return rest.event;
  }

  #eventParser(): EventParser<SseEvent> {
    const { config, cursor, position } = this.#context;
    return new EventParser<SseEvent>(this, {
      maxEventSize: config.maxEventSize,
      lastEventId: position.received,
      createEvent: cursor === undefined ? createEvent : createCountedEvent,
    });
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
}

/** Completes an unfinished line, then an unfinished event. */
const BLANK_LINE = Uint8Array.of(0x0a, 0x0a);

/** Makes the consumer's object directly in the parser: one object from the bytes to the loop. */
function createEvent(event: string, data: string, id: string, retry: number | undefined): SseEvent {
  return retry === undefined ? { event, data, id, kind: "data" } : { event, data, id, kind: "data", retry };
}

/** The same with room for the cursor's count: a property that is added later costs more. */
function createCountedEvent(event: string, data: string, id: string, retry: number | undefined): SseEvent {
  const counted: SseEvent = { event, data, id, kind: "data", position: 0 };
  if (retry !== undefined) counted.retry = retry;
  return counted;
}

function* idsOf(events: Iterable<SseEvent>): Iterable<string> {
  for (const { id } of events) yield id;
}
