import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { encodeEvent, type ServerSentEvent } from "sseer";
import { Conversation, type ConversationSockets } from "./conversation.js";
import type { EventLog } from "./event-log.js";
import type { RecordedRequest } from "./requests.js";
import type { Ending, ResponseHead, Script, Step } from "./script.js";

/** The parts of its server that an exchange needs. @internal */
export interface ExchangeContext extends ConversationSockets {
  readonly request: RecordedRequest;
  readonly response: ServerResponse;
  readonly log: EventLog;
  readonly headers: Readonly<Record<string, string | readonly string[] | null>>;
  /** Called when the response was opened. */
  readonly onOpen: () => void;
}

/** One request and the response that a reply function gives to it. Its waits end with it: see {@link Conversation}. */
export class Exchange extends Conversation<Step, Ending> {
  /** The request. */
  readonly request: RecordedRequest;
  /** Resolves when the response is complete and has left, or its connection is gone; never rejects. */
  readonly closed: Promise<void>;

  readonly #context: ExchangeContext;
  readonly #response: ServerResponse;
  /** The head for a response that a write opens, and not `open()`. */
  #head: ResponseHead = {};

  /** @internal */
  constructor(context: ExchangeContext) {
    super("the exchange", context);
    this.#context = context;
    this.#response = context.response;
    this.request = context.request;
    this.closed = new Promise((resolve) => {
      const onClose = (): void => {
        this.overBecause("the connection is gone");
        resolve();
      };
      // The connection may have closed while the request was read.
      if (this.#response.closed) onClose();
      else this.#response.once("close", onClose);
    });
  }

  /** Whether the status and headers were sent, and the end of the body or of the connection was not. */
  get isOpen(): boolean {
    return this.#response.headersSent && !this.#response.closed;
  }

  /** Sends the status and headers. Without it the first byte of the body, or the end, sends those of an event stream. */
  open({ status = 200, headers = {} }: ResponseHead = this.#head): void {
    this.signal.throwIfAborted();
    const contentType = status === 200 ? { "content-type": "text/event-stream" } : {};
    const all = { ...contentType, ...lowerCased(this.#context.headers), ...lowerCased(headers) };
    for (const [name, value] of Object.entries(all)) if (value !== null) this.#response.setHeader(name, value);
    this.#response.writeHead(status).flushHeaders();
    this.#context.onOpen();
  }

  /** Sends `event` as one block. It is not retained, unlike the events of `publish()`. */
  async send(event: Partial<ServerSentEvent>): Promise<void> {
    await this.write(encodeEvent(event));
  }

  /** Sends `text` as a comment. */
  async comment(text: string): Promise<void> {
    await this.write(encodeEvent({ comment: text }));
  }

  /**
   * Sends the retained events after the request's `Last-Event-ID` (all of them if it has none, or one that is not
   * retained), then everything that is published, until the exchange is over.
   */
  async follow(): Promise<never> {
    const { log, request } = this.#context;
    if (!this.isOpen) this.open();
    let entry = log.tail;
    for (const text of log.after(request.lastEventId)) await this.write(text);
    for (;;) {
      while (entry.next === undefined) await this.until(log.arrival);
      entry = entry.next;
      await this.write(entry.text);
    }
  }

  /** Plays `script`. Its status and headers are used only if the response is not open yet. */
  async play(script: Script): Promise<void> {
    const { body = [], finish = "end", finishAfter } = script;
    this.#head = script;
    if (script.head !== false && !this.isOpen) this.open();
    if (finishAfter !== undefined) this.finishAfter(finishAfter, finish);
    await this.takeAll(isStep(body) ? [body] : body);
    await this.finish(finish);
  }

  /** Finishes now: {@link end}, {@link cut}, {@link reset} or {@link hold}. */
  override async finish(ending: Ending): Promise<void> {
    await this[ending]();
  }

  /** Completes the body; resolves when it has left. */
  async end(): Promise<void> {
    if (!this.isOpen) this.open();
    this.finished("ended");
    this.#response.end();
    await this.closed;
  }

  /** @internal */
  protected override finished(how: string): void {
    this.signal.throwIfAborted();
    this.overBecause(`the response was ${how}`);
  }

  /** @internal */
  protected override async take(step: Step): Promise<void> {
    if (typeof step === "string" || step instanceof Uint8Array) await this.write(step);
    else if ("event" in step) await this.send(step.event);
    else if ("comment" in step) await this.comment(step.comment);
    else if ("delay" in step) await this.delay(step.delay);
    else if ("until" in step) await this.until(step.until);
    else if ("pace" in step) this.pace = step.pace;
    else if ("follow" in step) await this.follow();
    else throw new TypeError(`a script has no step like ${JSON.stringify(step)}`);
  }

  /** @internal */
  protected override async sendPiece(piece: Buffer): Promise<void> {
    if (!this.isOpen) this.open();
    if (piece.length > 0 && !this.#response.write(piece)) await once(this.#response, "drain", { signal: this.signal });
  }
}

function isStep(body: NonNullable<Script["body"]>): body is string | Uint8Array {
  return typeof body === "string" || body instanceof Uint8Array;
}

function lowerCased<V>(headers: Readonly<Record<string, V>>): Record<string, V> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
