import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { encodeEvent, type ServerSentEvent } from "sseer";
import type { EventLog } from "./event-log.js";
import type { RecordedRequest } from "./requests.js";
import type { Ending, Pace, ResponseHead, Script, Step } from "./script.js";
import { afterReads, RESET_LAG, resetSocket } from "./sockets.js";

/** The parts of its server that an exchange needs. @internal */
export interface ExchangeContext {
  readonly request: RecordedRequest;
  readonly response: ServerResponse;
  /** The connection. */
  readonly socket: Socket;
  /** What the server writes to: the connection, or the TLS over it. */
  readonly top: Socket;
  readonly log: EventLog;
  readonly headers: Readonly<Record<string, string | readonly string[] | null>>;
  /** Called when the response was opened. */
  readonly onOpen: () => void;
}

/**
 * One request and the response that a reply function gives to it.
 *
 * Every method that waits rejects with an `AbortError` after the exchange is over: ended, cut or reset here, or
 * because the client or the server closed the connection. A reply function then stops at its next `await`, its `finally`
 * blocks run, and the server does not take that error for a failure.
 */
export class Exchange {
  /** The request. */
  readonly request: RecordedRequest;
  /** Aborted when the exchange is over; the reason is the `AbortError` that the methods reject with. */
  readonly signal: AbortSignal;
  /** Resolves when the response is complete and has left, or its connection is gone; never rejects. */
  readonly closed: Promise<void>;
  /** How later writes are slowed down. @defaultValue not at all */
  pace: Pace | null = null;

  readonly #context: ExchangeContext;
  readonly #response: ServerResponse;
  readonly #over = new AbortController();
  /** The head for a response that a write opens, and not `open()`. */
  #head: ResponseHead = {};
  #limit: { bytes: number; readonly ending: Ending } | undefined;
  #lastWrite: Promise<void> = Promise.resolve();

  /** @internal */
  constructor(context: ExchangeContext) {
    this.#context = context;
    this.#response = context.response;
    this.request = context.request;
    this.signal = this.#over.signal;
    this.closed = new Promise((resolve) => {
      const onClose = (): void => {
        this.#over.abort(overBecause("the connection is gone"));
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

  /** Sends bytes as they are, after those of earlier calls; resolves when the connection takes more. */
  async write(data: string | Uint8Array): Promise<void> {
    const turn = this.#lastWrite.then(async () => await this.#writePieces(Buffer.from(data)));
    // This write rejects with its failure; the next write fails by itself.
    this.#lastWrite = turn.catch(() => {});
    await turn;
  }

  /** Waits `ms` milliseconds. */
  async delay(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.signal });
  }

  /** Waits for `promise`, such as a gate that the test opens. */
  async until<T>(promise: PromiseLike<T>): Promise<T> {
    this.signal.throwIfAborted();
    return await new Promise<T>((resolve, reject) => {
      const onAbort = (): void => reject(this.signal.reason as Error);
      this.signal.addEventListener("abort", onAbort, { once: true });
      const settled = Promise.resolve(promise).finally(() => this.signal.removeEventListener("abort", onAbort));
      settled.then(resolve, reject);
    });
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
    if (typeof body === "object" && Symbol.asyncIterator in body) await this.#takeAll(body);
    else for (const step of isStep(body) ? [body] : body) await this.#take(step);
    await this.finish(finish);
  }

  /** Finishes with `ending` after exactly `bytes` more bytes of the body, also in the middle of a write. */
  finishAfter(bytes: number, ending: Ending): void {
    this.#limit = { bytes, ending };
  }

  /** Finishes now: {@link end}, {@link cut}, {@link reset} or {@link hold}. */
  async finish(ending: Ending): Promise<void> {
    await this[ending]();
  }

  /** Completes the body; resolves when it has left. */
  async end(): Promise<void> {
    if (!this.isOpen) this.open();
    this.#finished("ended");
    this.#response.end();
    await this.closed;
  }

  /** Closes the connection (FIN) without completing the body, after the written bytes were sent. */
  async cut(): Promise<void> {
    this.#finished("cut");
    this.#context.top.destroySoon();
    await this.closed;
  }

  /** Resets the connection (RST), a moment after the written bytes were sent. */
  async reset(): Promise<void> {
    this.#finished("reset");
    const { socket, top } = this.#context;
    let cancel: (() => void) | undefined;
    top.write("", (error) => {
      if (!error) cancel = afterReads(RESET_LAG, () => resetSocket(socket));
    });
    await this.closed;
    cancel?.();
  }

  /** Sends nothing until the exchange is over. */
  async hold(): Promise<never> {
    return await this.until(new Promise<never>(() => {}));
  }

  #finished(how: string): void {
    this.signal.throwIfAborted();
    this.#over.abort(overBecause(`the response was ${how}`));
  }

  /** The wait for a step ends with the exchange, also where the iterator does not answer. */
  async #takeAll(steps: AsyncIterable<Step>): Promise<void> {
    const iterator = steps[Symbol.asyncIterator]();
    try {
      for (;;) {
        const { done, value } = await this.until(iterator.next());
        if (done) return;
        await this.#take(value);
      }
    } finally {
      // Not awaited: a generator that waits for something else answers when that is there.
      iterator.return?.()?.then(undefined, () => {});
    }
  }

  async #take(step: Step): Promise<void> {
    if (typeof step === "string" || step instanceof Uint8Array) await this.write(step);
    else if ("event" in step) await this.send(step.event);
    else if ("comment" in step) await this.comment(step.comment);
    else if ("delay" in step) await this.delay(step.delay);
    else if ("until" in step) await this.until(step.until);
    else if ("pace" in step) this.pace = step.pace;
    else if ("follow" in step) await this.follow();
    else throw new TypeError(`a script has no step like ${JSON.stringify(step)}`);
  }

  async #writePieces(data: Buffer): Promise<void> {
    let rest = data;
    do {
      this.signal.throwIfAborted();
      const pace = this.pace;
      const limit = this.#limit;
      const piece = rest.subarray(0, Math.min(pace?.bytes ?? Infinity, limit?.bytes ?? Infinity));
      rest = rest.subarray(piece.length);
      // Counted before the wait: a limit that is set while this piece waits applies to later pieces.
      if (limit !== undefined) limit.bytes -= piece.length;
      await this.#writePiece(piece);
      if (limit?.bytes === 0) await this.finish(limit.ending);
      if (pace !== null) await this.delay(pace.pause);
    } while (rest.length > 0);
  }

  async #writePiece(piece: Buffer): Promise<void> {
    if (!this.isOpen) this.open();
    if (piece.length > 0 && !this.#response.write(piece)) await once(this.#response, "drain", { signal: this.signal });
  }
}

function isStep(body: string | Uint8Array | readonly Step[]): body is string | Uint8Array {
  return typeof body === "string" || body instanceof Uint8Array;
}

function overBecause(reason: string): DOMException {
  return new DOMException(`the exchange is over: ${reason}`, "AbortError");
}

function lowerCased<V>(headers: Readonly<Record<string, V>>): Record<string, V> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
