import type { Socket } from "node:net";
import { soon } from "../../../checks/turns.js";
import type { BodyConsumer } from "../../client.js";
import { codedError, codeOf } from "../../failure.js";
import type { ChannelBody } from "../channel.js";
import type { ByteReceiver } from "../dial/dial.js";
import type { Framing } from "./framing.js";

/**
 * The body of an HTTP/1.1 response, read from its socket: the consumer gets the bytes where they lie, without a copy or a
 * stream in between.
 */
export class Http1Body implements ChannelBody, ByteReceiver {
  readonly #socket: Socket;
  readonly #framing: Framing;
  readonly #onOver: () => void;
  /** What came with the head, until the consumer takes it; empty where that was nothing. */
  #early: Uint8Array | undefined;
  #consumer: BodyConsumer | undefined;
  #paused = false;
  /** How the connection ended, which may be known before all bytes were given to a consumer that pauses. */
  #connection: "open" | "ended" | "gone" = "open";
  /** Why the body breaks, where that is not the connection's doing. */
  #failure: Error | undefined;
  #over = false;

  /** `early` came with the head, and is the body's to keep. The socket must be paused. */
  constructor(socket: Socket, framing: Framing, early: Uint8Array, onOver: () => void) {
    this.#socket = socket;
    this.#framing = framing;
    this.#early = early;
    this.#onOver = onOver;
  }

  consume(consumer: BodyConsumer): void {
    this.#consumer = consumer;
    this.resume();
  }

  pause(): void {
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#paused = false;
    // Deferred, because it may be called from within a chunk: the end must not come before the rest of what was read.
    soon(() => {
      this.#flow();
    });
  }

  abort(): void {
    this.#end();
  }

  fail(error: Error): void {
    if (this.#over) return;
    this.#failure ??= error;
    this.#socket.destroy();
    this.#onOver();
    this.#flow();
  }

  onBytes(bytes: Uint8Array): void {
    const outcome = this.#framing.read(bytes, this.#give);
    if (outcome === "complete") this.#end()?.onEnd();
    else if (outcome === "malformed") {
      this.#end()?.onError(codedError("the chunked body is malformed", "ERR_HTTP_CHUNK"));
    }
  }

  onEnd(): void {
    this.#connection = "ended";
    this.#flow();
  }

  onClose(): void {
    // The peer had ended it: an error of the socket after that changes nothing.
    if (this.#connection === "open") this.#connection = "gone";
    this.#flow();
  }

  readonly #give = (part: Uint8Array): void => {
    if (!this.#over) this.#consumer?.onChunk(part);
  };

  /** Gives what was held back, then reads on, or says how the body ended. */
  #flow(): void {
    if (!this.#isFlowing) return;
    const early = this.#early;
    this.#early = undefined;
    if (early !== undefined) this.onBytes(early);
    // A socket that is gone emits no data for the bytes it holds; over TLS that may be the whole body.
    for (
      let bytes;
      this.#isFlowing && this.#connection === "gone" && (bytes = this.#socket.read() as Uint8Array | null);
    ) {
      this.onBytes(bytes);
    }
    if (!this.#isFlowing) return;
    if (this.#failure !== undefined) this.#end()?.onError(this.#failure);
    else if (this.#connection === "open") this.#socket.resume();
    else if (this.#connection === "ended" && this.#framing.untilClose) this.#end()?.onEnd();
    else this.#end()?.onError(cutShort(this.#socket.errored));
  }

  get #isFlowing(): boolean {
    return this.#consumer !== undefined && !this.#paused && !this.#over;
  }

  /** Lets go of the connection. Returns the consumer, once. */
  #end(): BodyConsumer | undefined {
    const consumer = this.#consumer;
    this.#over = true;
    this.#early = undefined;
    this.#consumer = undefined;
    this.#socket.destroy();
    this.#onOver();
    return consumer;
  }
}

/** The error for a connection that ended, or broke with `cause`, before the response was whole. */
export function cutShort(cause: Error | null): Error {
  const code = codeOf(cause);
  // Anything but a reset, such as an alert of TLS, says more than that the response is cut short.
  if (cause !== null && code !== "ECONNRESET" && code !== "EPIPE") return cause;
  const how = cause === null ? "ended" : `was reset (${cause.message})`;
  return codedError(`the connection ${how} before the response was whole`, "ERR_HTTP_CUT_SHORT");
}
