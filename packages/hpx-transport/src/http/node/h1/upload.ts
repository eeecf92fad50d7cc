import type { Socket } from "node:net";

/** The most that is handed to the socket at once: what it holds cannot be taken back when the server refuses. */
const PIECE = 65_536;

/** Sends the body of a request in pieces, as fast as the socket takes them. */
export class Upload {
  readonly #socket: Socket;
  /** What is still to be sent. */
  #rest: Uint8Array | undefined;
  readonly #send = (): void => {
    while (this.#rest !== undefined) {
      const piece = this.#rest.subarray(0, PIECE);
      if (piece.length === this.#rest.length) this.stop();
      else this.#rest = this.#rest.subarray(PIECE);
      if (!this.#socket.write(piece)) return;
    }
  };

  constructor(socket: Socket, body: Uint8Array) {
    this.#socket = socket;
    this.#rest = body;
    socket.on("drain", this.#send);
    this.#send();
  }

  /** Sends no further piece, and lets go of the body. */
  stop(): void {
    this.#rest = undefined;
    this.#socket.off("drain", this.#send);
  }
}
