import type { WsData } from "../protocol/message.js";
import { SendRate } from "./rate.js";

/** Bytes that the socket may hold. More wait here, so that a pong overtakes them and a lost connection is told "not sent". */
const SOCKET_BUFFER = 65_536;

/** What sends. */
export interface Sink {
  readonly buffered: number;
  send(data: WsData, taken?: (error?: Error) => void): void;
}

/** A message that waits to be sent. */
export interface Outgoing {
  readonly data: WsData;
  /** It was given to the socket: from now on the server may get it. */
  readonly onHanded?: (() => void) | undefined;
  /** The operating system has it, or never will. */
  readonly onTaken?: ((error?: Error) => void) | undefined;
  /** It will not be sent: the socket is over. Not called after `onHanded`. */
  readonly onDropped?: (() => void) | undefined;
}

/** The messages of one socket that wait to be sent, in order, and no faster than the service allows. */
export class Outbox {
  readonly #sink: Sink;
  readonly #rate: SendRate | undefined;
  readonly #onDrain: () => void;
  #queue: (Outgoing | undefined)[] = [];
  #next = 0;
  #size = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOpen = true;

  /** `onDrain` is called when less waits than before. */
  constructor(sink: Sink, messagesPerSecond: number | undefined, onDrain: () => void) {
    this.#sink = sink;
    this.#rate = messagesPerSecond === undefined ? undefined : new SendRate(messagesPerSecond);
    this.#onDrain = onDrain;
  }

  /** The length of all that waits, here and in the socket. */
  get size(): number {
    return this.#size + (this.#isOpen ? this.#sink.buffered : 0);
  }

  /** Sends a message, or lets it wait behind the others. Returns what takes it back: `true` if it was not sent yet. */
  push(message: Outgoing): () => boolean {
    if (!this.#isOpen) {
      message.onDropped?.();
      return () => false;
    }
    this.#queue.push(message);
    this.#size += message.data.length;
    this.flush();
    return () => this.#takeBack(message);
  }

  /** Sends what the socket and the rate have room for. */
  flush(): void {
    while (this.#isOpen && this.#next < this.#queue.length && this.#sink.buffered < SOCKET_BUFFER) {
      const wait = this.#rate?.wait ?? 0;
      if (wait > 0) {
        this.#timer ??= setTimeout(() => {
          this.#timer = undefined;
          this.flush();
        }, wait);
        return;
      }
      const message = this.#shift();
      if (message !== undefined) this.#hand(message);
    }
    this.#onDrain();
  }

  /** Something else was sent, such as a pong, which the service counts as well. */
  count(): void {
    this.#rate?.count();
  }

  /** The socket is over: nothing that waits will be sent. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    clearTimeout(this.#timer);
    const rest = this.#queue.slice(this.#next);
    this.#queue = [];
    this.#next = 0;
    this.#size = 0;
    for (const message of rest) message?.onDropped?.();
  }

  #hand(message: Outgoing): void {
    this.#rate?.count();
    this.#sink.send(message.data, message.onTaken);
    message.onHanded?.();
  }

  #shift(): Outgoing | undefined {
    const message = this.#queue[this.#next];
    this.#queue[this.#next] = undefined;
    this.#next += 1;
    if (this.#next === this.#queue.length) {
      this.#queue = [];
      this.#next = 0;
    }
    if (message !== undefined) this.#size -= message.data.length;
    return message;
  }

  #takeBack(message: Outgoing): boolean {
    const index = this.#queue.indexOf(message, this.#next);
    if (index === -1) return false;
    this.#queue[index] = undefined;
    this.#size -= message.data.length;
    return true;
  }
}
