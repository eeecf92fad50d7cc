import type { Socket } from "node:net";
import type { UndiciDispatchController, UndiciDispatchHandler } from "../dispatcher.js";
import { codedError } from "../../failure.js";
import type { Framing } from "./framing.js";
import type { ByteReceiver } from "../dial/dial.js";

/**
 * The body of an HTTP/1.1 response, read from its socket: what is read goes to `handler` where it lies, without a copy,
 * a stream or a parser of ours in between. Paused until its first `resume`.
 */
export class Http1Body implements UndiciDispatchController, ByteReceiver {
  readonly #socket: Socket;
  readonly #framing: Framing;
  readonly #handler: UndiciDispatchHandler;
  /** What came with the head, until `resume`. */
  #early: Uint8Array | undefined;
  #paused = true;
  #over = false;

  constructor(socket: Socket, framing: Framing, handler: UndiciDispatchHandler) {
    this.#socket = socket;
    this.#framing = framing;
    this.#handler = handler;
  }

  /** Begins, paused, with what came together with the head. */
  start(early: Uint8Array): void {
    this.#early = early;
    this.#socket.pause();
  }

  pause(): void {
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#paused = false;
    const early = this.#early;
    this.#early = undefined;
    if (early !== undefined) this.onBytes(early);
    if (this.#paused || this.#over) return;
    if (this.#socket.readableEnded) this.onEnd();
    else if (this.#socket.destroyed) this.onClose();
    else this.#socket.resume();
  }

  abort(): void {
    this.#over = true;
    this.#socket.destroy();
  }

  onBytes(bytes: Uint8Array): void {
    if (this.#over) return;
    const outcome = this.#framing.read(bytes, this.#give);
    if (outcome === "complete") this.#complete();
    else if (outcome === "malformed") this.#fail(codedError("the chunked body is malformed", "ERR_HTTP_CHUNK"));
  }

  onEnd(): void {
    if (this.#early !== undefined) return;
    if (this.#framing.untilClose) this.#complete();
    else this.#fail(cutShort());
  }

  onClose(): void {
    if (this.#early !== undefined) return;
    this.#fail(this.#socket.errored ?? cutShort());
  }

  readonly #give = (part: Uint8Array): void => {
    if (!this.#over) this.#handler.onResponseData(this, part);
  };

  #complete(): void {
    if (this.#over) return;
    this.#over = true;
    this.#handler.onResponseEnd(this, {});
  }

  #fail(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#handler.onResponseError(this, error);
  }
}

/** In undici's words, as before the body. */
function cutShort(): Error {
  return codedError("other side closed", "UND_ERR_SOCKET");
}
