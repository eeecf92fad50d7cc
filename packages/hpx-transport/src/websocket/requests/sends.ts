import { TransportError } from "../../error.js";
import type { Outbox, Outgoing } from "../link/outbox.js";
import type { WsData } from "../protocol/message.js";

/** A message of the user, until the operating system has it. */
class Sending implements Outgoing {
  readonly data: WsData;
  /** It waits for the next socket where this one is lost before it was sent. */
  readonly survives: boolean;
  readonly promise: Promise<void>;
  #resolve!: () => void;
  #reject!: (error: unknown) => void;
  #isHanded = false;

  constructor(data: WsData, survives: boolean) {
    this.data = data;
    this.survives = survives;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  onHanded(): void {
    this.#isHanded = true;
  }

  readonly onTaken = (error?: Error | null): void => {
    if (error === undefined || error === null) this.#resolve();
    else this.fail(this.#isHanded, error);
  };

  onDropped(): void {
    this.fail(false, undefined);
  }

  fail(sent: boolean, cause: unknown): void {
    this.#reject(TransportError.requestLost(undefined, sent, cause));
  }
}

/** Messages of the user that are no requests. What waits is bounded, and in order. */
export class Sends {
  readonly #limit: number;
  #outbox: Outbox | undefined;
  #waiting: Sending[] = [];
  #waitingSize = 0;
  #isFlushing = false;

  /** `limit`: the most content that waits in the buffer of a socket; as much again may wait for room in it. */
  constructor(limit: number, outbox: Outbox | undefined) {
    this.#limit = limit;
    this.#outbox = outbox;
  }

  /** How much waits for a socket, or for room in its buffer. */
  get waiting(): number {
    return this.#waitingSize;
  }

  /** Resolves when the operating system has the message. */
  send(data: WsData, whenDown: "reject" | "wait"): Promise<void> {
    if (this.#outbox === undefined && whenDown === "reject") {
      return Promise.reject(TransportError.requestLost(undefined, false));
    }
    if (this.#waitingSize + data.length > this.#limit && this.#waiting.length > 0) {
      return Promise.reject(TransportError.capacity("bytes to send", this.#limit));
    }
    const sending = new Sending(data, whenDown === "wait");
    if (this.#outbox !== undefined && this.#waiting.length === 0 && this.#hasRoom(this.#outbox, data)) {
      this.#outbox.push(sending);
    } else {
      this.#waiting.push(sending);
      this.#waitingSize += data.length;
      this.flush();
    }
    return sending.promise;
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
    if (outbox === undefined || this.#isFlushing || this.#waiting.length === 0) return;
    this.#isFlushing = true;
    let count = 0;
    for (const sending of this.#waiting) {
      if (!this.#hasRoom(outbox, sending.data)) break;
      count += 1;
      this.#waitingSize -= sending.data.length;
      outbox.push(sending);
    }
    this.#isFlushing = false;
    if (count > 0) this.#waiting = this.#waiting.slice(count);
  }

  /** A message that is larger than the whole buffer goes alone. */
  #hasRoom(outbox: Outbox, data: WsData): boolean {
    const { size } = outbox;
    return size === 0 || size + data.length <= this.#limit;
  }

  #drop(keeps: (sending: Sending) => boolean, cause: unknown): void {
    const dropped = this.#waiting.filter((sending) => !keeps(sending));
    this.#waiting = this.#waiting.filter(keeps);
    this.#waitingSize = this.#waiting.reduce((size, { data }) => size + data.length, 0);
    for (const sending of dropped) sending.fail(false, cause);
  }
}
