import type { WsData } from "../protocol/message.js";
import { SendRate } from "./rate.js";

/** Bytes that the socket may hold. More wait here, so that a pong overtakes them and a lost connection is told "not sent". */
const SOCKET_BUFFER = 65_536;

/** The socket of the messages. */
export interface OutboxHost {
  /** Bytes that the socket holds. */
  readonly buffered: number;
  send(data: WsData, taken?: (error?: Error) => void): void;
  /** Less waits than before. */
  onRoom(): void;
}

/** A message that waits to be sent. */
export interface Outgoing {
  readonly data: WsData;
  /** It was given to the socket: from now on the server may get it. */
  onHanded?(): void;
  /** The operating system has it, or never will. */
  readonly onTaken?: ((error?: Error) => void) | undefined;
  /** It will not be sent: the socket is over. Not called after `onHanded`. */
  onDropped?(): void;
}

/** The messages of one socket that wait to be sent, in order, and no faster than the service allows. */
export class Outbox {
  readonly #host: OutboxHost;
  readonly #rate: SendRate | undefined;
  #queue: (Outgoing | undefined)[] | undefined;
  #next = 0;
  #size = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOpen = true;

  constructor(host: OutboxHost, messagesPerSecond: number | undefined) {
    this.#host = host;
    this.#rate = messagesPerSecond === undefined ? undefined : new SendRate(messagesPerSecond);
  }

  /** The length of all that waits, here and in the socket. */
  get size(): number {
    return this.#size + (this.#isOpen ? this.#host.buffered : 0);
  }

  /** Sends a message, or lets it wait behind the others. */
  push(message: Outgoing): void {
    if (!this.#isOpen) message.onDropped?.();
    else if (this.#queue === undefined && this.#rate === undefined && this.#host.buffered < SOCKET_BUFFER) {
      this.#hand(message);
      this.#host.onRoom();
    } else {
      (this.#queue ??= []).push(message);
      this.#size += message.data.length;
      this.flush();
    }
  }

  /** Takes a message back that was pushed. Returns `false` where it was sent already. */
  takeBack(message: Outgoing): boolean {
    const index = this.#queue?.indexOf(message, this.#next) ?? -1;
    if (this.#queue === undefined || index === -1) return false;
    this.#queue[index] = undefined;
    this.#size -= message.data.length;
    return true;
  }

  /** Sends what the socket and the rate have room for. */
  flush(): void {
    while (this.#isOpen && this.#queue !== undefined && this.#host.buffered < SOCKET_BUFFER) {
      const wait = this.#rate?.wait ?? 0;
      if (wait > 0) {
        this.#timer ??= setTimeout(() => {
          this.#timer = undefined;
          this.flush();
        }, wait);
        return;
      }
      const message = this.#shift(this.#queue);
      if (message !== undefined) this.#hand(message);
    }
    this.#host.onRoom();
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
    const rest = this.#queue?.slice(this.#next) ?? [];
    this.#queue = undefined;
    this.#next = 0;
    this.#size = 0;
    for (const message of rest) message?.onDropped?.();
  }

  #hand(message: Outgoing): void {
    this.#rate?.count();
    this.#host.send(message.data, message.onTaken);
    message.onHanded?.();
  }

  #shift(queue: (Outgoing | undefined)[]): Outgoing | undefined {
    const message = queue[this.#next];
    queue[this.#next] = undefined;
    this.#next += 1;
    if (this.#next === queue.length) {
      this.#queue = undefined;
      this.#next = 0;
    }
    if (message !== undefined) this.#size -= message.data.length;
    return message;
  }
}
