import { encodeEvent, type ServerSentEvent } from "sseer";
import type { SseEvent } from "../sse/index.js";

/** Characters of comments that are kept for a consumer that does not read. Heartbeats say nothing, so more are dropped. */
const MOST_COMMENTS = 4096;

/** A server's `retry` may be larger than a safe integer. */
const LONGEST_RETRY = Number.MAX_SAFE_INTEGER;

/**
 * Makes bytes of the events of a connection, for the parser of the consumer: each block as a server sends it. An id is sent
 * where it changes, so the last event ID of the consumer is the same at every event.
 *
 * Comments come ahead of the consumer. Each is kept until the event behind it is encoded, or until the consumer waits.
 */
export class Encoder {
  /** Called when a comment came. */
  onComment: (() => void) | undefined;
  readonly #bytes = new TextEncoder();
  /** Comments behind the last event. */
  #comments = "";
  /** Comments before an event that is not encoded yet. */
  readonly #before = new WeakMap<SseEvent, string>();
  #lastId = "";
  #unfinished: ServerSentEvent | undefined;

  comment(text: string): void {
    if (this.#comments.length + text.length > MOST_COMMENTS) return;
    this.#comments += encodeEvent({ comment: text });
    this.onComment?.();
  }

  /** An event was received; the consumer gets it later. */
  received(event: SseEvent): void {
    if (this.#comments === "") return;
    this.#before.set(event, this.#comments);
    this.#comments = "";
  }

  /** An event whose blank line is missing at the end of the body stays so. */
  leaveUnfinished(event: ServerSentEvent): void {
    this.#unfinished = event;
  }

  encode(events: readonly SseEvent[]): Uint8Array {
    let text = "";
    for (const event of events) text += (this.#before.get(event) ?? "") + this.#block(event);
    return this.#bytes.encode(text);
  }

  /** There are comments behind the last event. */
  get hasComments(): boolean {
    return this.#comments !== "";
  }

  /** The comments behind the last event; undefined where there are none. */
  takeComments(): Uint8Array | undefined {
    if (this.#comments === "") return undefined;
    const bytes = this.#bytes.encode(this.#comments);
    this.#comments = "";
    return bytes;
  }

  #block(received: ServerSentEvent): string {
    const { event, data, id, retry } = received;
    // A handler may find its cursor in the data: not every text can be an id.
    const isNew = id !== this.#lastId && !/[\0\r\n]/.test(id);
    if (isNew) this.#lastId = id;
    const block = encodeEvent({
      event,
      data,
      ...(isNew && { id }),
      ...(retry !== undefined && { retry: Math.min(retry, LONGEST_RETRY) }),
    });
    return received === this.#unfinished ? block.slice(0, -1) : block;
  }
}
