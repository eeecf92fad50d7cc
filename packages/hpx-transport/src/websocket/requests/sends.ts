import { quietDeferred, quietRejection, type Deferred } from "../../connection/deferred.js";
import { TransportError } from "../../error.js";
import type { Outbox } from "../link/outbox.js";
import type { WsData } from "../protocol/message.js";

/** A message of the user that waits for a socket, or for room in its buffer. */
interface WaitingSend {
  readonly data: WsData;
  readonly deferred: Deferred<void>;
  /** It waits for the next socket where this one is lost before it was sent. */
  readonly survives: boolean;
}

/** Messages of the user that are no requests. What waits is bounded, and in order. */
export class Sends {
  readonly #limit: number;
  #outbox: Outbox | undefined;
  #waiting: WaitingSend[] = [];
  #waitingSize = 0;
  #isFlushing = false;

  /** `limit`: the most content that waits in the buffer of a socket; as much again may wait for room in it. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How much waits for a socket, or for room in its buffer. */
  get waiting(): number {
    return this.#waitingSize;
  }

  /** Resolves when the operating system has the message. */
  send(data: WsData, whenDown: "reject" | "wait"): Promise<void> {
    if (this.#outbox === undefined && whenDown === "reject") {
      return quietRejection(TransportError.requestLost(undefined, false));
    }
    if (this.#waitingSize + data.length > this.#limit && this.#waiting.length > 0) {
      return quietRejection(TransportError.capacity("bytes to send", this.#limit));
    }
    const send: WaitingSend = { data, deferred: quietDeferred<void>(), survives: whenDown === "wait" };
    this.#waiting.push(send);
    this.#waitingSize += data.length;
    this.flush();
    return send.deferred.promise;
  }

  /** Sends where there is a socket with room for it; `false` where there is not. */
  trySend(data: WsData): boolean {
    const outbox = this.#outbox;
    if (outbox === undefined || this.#waiting.length > 0 || !this.#hasRoom(outbox, data)) return false;
    outbox.push({ data });
    return true;
  }

  /** There is a socket. */
  ready(outbox: Outbox): void {
    this.#outbox = outbox;
    this.flush();
  }

  /** The socket is lost: what waited for it is not sent, unless it may wait for the next one. */
  lost(outbox: Outbox, cause: unknown): void {
    if (this.#outbox !== outbox) return;
    this.#outbox = undefined;
    this.#drop(({ survives }) => survives, cause);
  }

  /** The connection is over. */
  close(cause: unknown): void {
    this.#outbox = undefined;
    this.#drop(() => false, cause);
  }

  /** There is room. */
  flush(): void {
    const outbox = this.#outbox;
    // A buffer that takes a message tells of room again.
    if (outbox === undefined || this.#isFlushing) return;
    this.#isFlushing = true;
    let count = 0;
    for (const { data, deferred } of this.#waiting) {
      if (!this.#hasRoom(outbox, data)) break;
      count += 1;
      this.#waitingSize -= data.length;
      let sent = false;
      outbox.push({
        data,
        onHanded: () => {
          sent = true;
        },
        onTaken: (error) => {
          if (error === undefined || error === null) deferred.resolve();
          else deferred.reject(TransportError.requestLost(undefined, sent, error));
        },
        onDropped: () => deferred.reject(TransportError.requestLost(undefined, false)),
      });
    }
    this.#isFlushing = false;
    if (count > 0) this.#waiting = this.#waiting.slice(count);
  }

  /** A message that is larger than the whole buffer goes alone. */
  #hasRoom(outbox: Outbox, data: WsData): boolean {
    const { size } = outbox;
    return size === 0 || size + data.length <= this.#limit;
  }

  #drop(keeps: (send: WaitingSend) => boolean, cause: unknown): void {
    const dropped = this.#waiting.filter((send) => !keeps(send));
    this.#waiting = this.#waiting.filter(keeps);
    this.#waitingSize = this.#waiting.reduce((size, { data }) => size + data.length, 0);
    for (const { deferred } of dropped) deferred.reject(TransportError.requestLost(undefined, false, cause));
  }
}
