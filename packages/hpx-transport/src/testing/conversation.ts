import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Pace } from "./script.js";
import { resetAfterWrites } from "./sockets.js";

/** What a conversation writes to. @internal */
export interface ConversationSockets {
  /** The TCP connection. */
  readonly socket: Socket;
  /** The connection, or the TLS over it. */
  readonly top: Socket;
}

/**
 * One connection that a reply plays step by step: paced writes, waits that end with it, and an ending after an exact number
 * of bytes. {@link Exchange} and {@link MockWsConnection} are conversations.
 *
 * Every method that waits rejects with an `AbortError` after the conversation is over: ended here, or because the client or
 * the server closed the connection. A reply function then stops at its next `await`, its `finally` blocks run, and the server
 * does not take that error for a failure.
 */
export abstract class Conversation<Step, End extends string> {
  /** Aborted when the conversation is over; the reason is the `AbortError` that the methods reject with. */
  readonly signal: AbortSignal;
  /** How later writes are slowed down. @defaultValue not at all */
  pace: Pace | null = null;

  /** In a message: "the exchange". */
  readonly #name: string;
  readonly #sockets: ConversationSockets;
  readonly #over = new AbortController();
  #limit: { bytes: number; readonly ending: End } | undefined;
  #lastWrite: Promise<void> = Promise.resolve();

  /** Resolves when it is over for the client, too; never rejects. */
  abstract readonly closed: Promise<void>;

  /** @internal */
  protected constructor(name: string, sockets: ConversationSockets) {
    this.#name = name;
    this.#sockets = sockets;
    this.signal = this.#over.signal;
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

  /** Sends nothing until the conversation is over. */
  async hold(): Promise<never> {
    return await this.until(new Promise<never>(() => {}));
  }

  /** Finishes with `ending` after exactly `bytes` more bytes of the body, also in the middle of a write. */
  finishAfter(bytes: number, ending: End): void {
    this.#limit = { bytes, ending };
  }

  /** Closes the connection (FIN) without completing what was begun, after the written bytes were sent. */
  async cut(): Promise<void> {
    this.finished("cut");
    this.#sockets.top.destroySoon();
    await this.closed;
  }

  /** Resets the connection (RST), a moment after the written bytes were sent. */
  async reset(): Promise<void> {
    this.finished("reset");
    const cancel = resetAfterWrites(this.#sockets.socket, this.#sockets.top);
    await this.closed;
    cancel();
  }

  /** Finishes now, with the method of that name. */
  abstract finish(ending: End): Promise<void>;

  /** Writes a piece to the connection; resolves when it takes more. @internal */
  protected abstract sendPiece(piece: Buffer): Promise<void>;

  /** Does what one step of a script says. @internal */
  protected abstract take(step: Step): Promise<void>;

  /** @internal */
  protected async takeAll(steps: readonly Step[] | AsyncIterable<Step>): Promise<void> {
    if (Symbol.asyncIterator in steps) await this.#takeFrom(steps);
    else for (const step of steps) await this.take(step);
  }

  /** It was finished, in words such as "cut". Throws where it is over already. @internal */
  protected abstract finished(how: string): void;

  /** Aborts the signal: every wait ends. Later calls change nothing. @internal */
  protected overBecause(reason: string): void {
    this.#over.abort(new DOMException(`${this.#name} is over: ${reason}`, "AbortError"));
  }

  /** The wait for a step ends with the conversation, also where the iterator does not answer. */
  async #takeFrom(steps: AsyncIterable<Step>): Promise<void> {
    const iterator = steps[Symbol.asyncIterator]();
    try {
      for (;;) {
        const { done, value } = await this.until(iterator.next());
        if (done) return;
        await this.take(value);
      }
    } finally {
      // Not awaited: a generator that waits for something else answers when that is there.
      iterator.return?.()?.then(undefined, () => {});
    }
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
      await this.sendPiece(piece);
      if (limit?.bytes === 0) await this.finish(limit.ending);
      if (pace !== null) await this.delay(pace.pause);
    } while (rest.length > 0);
  }
}
