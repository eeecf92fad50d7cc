import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { ContinueFilter } from "./continue.js";
import type { ByteReceiver } from "../dial/dial.js";

/** A connection as undici sees it, which can be taken from it without closing the socket. */
export class UndiciSocket extends Duplex implements ByteReceiver {
  readonly #socket: Socket;
  readonly #filter = new ContinueFilter();
  #detached = false;

  constructor(socket: Socket) {
    super({ allowHalfOpen: false });
    this.#socket = socket;
  }

  /** Takes the connection away, which from now on survives this socket. Returns what undici has not parsed. */
  detach(): Uint8Array {
    this.#detached = true;
    return (this.read() as Uint8Array | null) ?? new Uint8Array();
  }

  onBytes(bytes: Uint8Array): void {
    this.#push(this.#filter.read(bytes));
  }

  onEnd(): void {
    this.#push(this.#filter.end());
    this.push(null);
  }

  onClose(): void {
    const { errored, readableEnded } = this.#socket;
    // After an end that was read undici closes it by itself.
    if (errored !== null) this.destroy(errored);
    else if (!readableEnded) this.destroy();
  }

  #push(bytes: Uint8Array): void {
    if (bytes.length > 0 && !this.push(new Uint8Array(bytes))) this.#socket.pause();
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    // A request is whole in memory already: there is nothing to hold back.
    this.#socket.write(chunk);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.#detached) this.#socket.destroy(error ?? undefined);
    done(error);
  }
}
