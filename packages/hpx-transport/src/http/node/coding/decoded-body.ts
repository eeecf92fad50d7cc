import type { BodyConsumer, HttpBody } from "../../client.js";
import { codedError } from "../../failure.js";
import type { Coding, Decoder } from "./codings.js";
import { DeflateEnd, GzipEnd } from "./deflate-end.js";
import type { Expansion } from "./expansion.js";

/** What a coding is taken off, and with what. */
export interface CodedSource {
  readonly source: HttpBody;
  readonly coding: Coding;
  /** The source may be over, and no longer listen to the signal, while the decoder still has something to give. */
  readonly signal: AbortSignal;
  readonly expansion: Expansion;
  /** The source is the connection, not another coding. */
  readonly isOutermost: boolean;
}

/** One coding taken off a body. Both sides keep their back-pressure, so a bomb does not grow in memory. */
export class DecodedBody implements HttpBody {
  readonly #given: CodedSource;
  readonly #end: DeflateEnd | undefined;
  #decoder: Decoder | undefined;
  /** How the source ended. */
  #ending: { readonly error: Error | undefined } | undefined;
  #state: "decoding" | "decoded" | "completing" | "padding" | "over" = "decoding";
  #paused = false;
  /** Bytes that the decoder got, and zeros at the end of these. */
  #received = 0;
  #zeros = 0;
  /** Bytes that came out. */
  #decoded = 0;

  constructor(given: CodedSource) {
    this.#given = given;
    const { name } = given.coding;
    this.#end = name === "gzip" ? new GzipEnd() : name === "deflate" ? new DeflateEnd() : undefined;
  }

  consume(consumer: BodyConsumer): void {
    const { source, expansion, isOutermost } = this.#given;
    source.consume({
      onChunk: (bytes) => {
        if (isOutermost) expansion.receive(bytes.length);
        if (this.#state === "padding") this.#pad(bytes, consumer);
        else if (this.#state === "decoding") this.#decode(bytes, consumer);
      },
      onEnd: () => {
        this.#ending = { error: undefined };
        const decoder = this.#decoder;
        // A response without a body may name a coding all the same.
        if (decoder === undefined || this.#state === "padding") this.#finish(() => consumer.onEnd());
        else {
          decoder.flush(() => {
            if (this.#state !== "decoding") return;
            this.#state = "decoded";
            this.#complete(decoder);
          });
        }
      },
      onError: (error) => {
        this.#ending = { error };
        const decoder = this.#decoder;
        // What came before the error is still decoded and handed over; end() would call it corrupt.
        if (decoder === undefined || this.#state === "padding") this.#finish(() => consumer.onError(error));
        else decoder.flush(() => decoder.push(null));
      },
    });
  }

  pause(): void {
    this.#paused = true;
    this.#decoder?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#decoder?.resume();
  }

  abort(): void {
    this.#finish(() => {});
    this.#given.source.abort();
  }

  #decode(bytes: Uint8Array, consumer: BodyConsumer): void {
    this.#decoder ??= this.#start(bytes, consumer);
    this.#received += bytes.length;
    const zeros = zerosAtTheEnd(bytes);
    this.#zeros = zeros === bytes.length ? this.#zeros + zeros : zeros;
    this.#end?.receive(bytes);
    // zlib works later and elsewhere, and the bytes are ours only now.
    if (!this.#decoder.write(new Uint8Array(bytes))) this.#given.source.pause();
  }

  #start(firstChunk: Uint8Array, consumer: BodyConsumer): Decoder {
    const decoder = this.#given.coding.make(firstChunk);
    decoder.on("data", (bytes: Uint8Array) => {
      if (this.#state === "over" || this.#state === "completing" || this.#given.signal.aborted) return;
      this.#decoded += bytes.length;
      if (!this.#given.expansion.allows(this.#decoded)) {
        this.#fail("grows out of all proportion", consumer);
        return;
      }
      if (this.#end instanceof GzipEnd) this.#end.decode(bytes);
      consumer.onChunk(bytes);
      if (this.#isDecoded) this.#complete(decoder);
    });
    decoder.on("drain", () => this.#given.source.resume());
    decoder.on("end", () => this.#onDecoderEnd(decoder, consumer));
    decoder.on("error", (error) => {
      const broken = this.#ending?.error;
      if (broken !== undefined) this.#finish(() => consumer.onError(broken));
      else this.#fail(this.#state === "completing" ? "is cut short" : `is broken: ${error.message}`, consumer);
    });
    if (this.#paused) decoder.pause();
    return decoder;
  }

  /**
   * The decoder's output is complete, or it met bytes behind the end of its stream: node:zlib then ends in silence and
   * drops them, though the server meant them to be read.
   */
  #onDecoderEnd(decoder: Decoder, consumer: BodyConsumer): void {
    const behind = this.#received - decoder.bytesWritten;
    const broken = this.#ending?.error;
    // Zeros behind gzip are padding (as gzip and zlib have it), if nothing else follows.
    const isPadding = this.#given.coding.name === "gzip" && behind <= this.#zeros;
    if (broken !== undefined) this.#finish(() => consumer.onError(broken));
    else if (this.#state === "decoding" && behind > 0 && !isPadding) this.#fail("goes on behind its end", consumer);
    else if (this.#ending !== undefined) this.#finish(() => consumer.onEnd());
    else {
      this.#state = "padding";
      this.#given.source.resume();
    }
  }

  /** The source is complete, and all of it went through the decoder. */
  get #isDecoded(): boolean {
    return this.#state === "decoded";
  }

  #pad(bytes: Uint8Array, consumer: BodyConsumer): void {
    if (zerosAtTheEnd(bytes) < bytes.length) this.#fail("goes on behind its end", consumer);
  }

  /** Ends the decoder once all was taken from it: an error throws away what it still holds. */
  #complete(decoder: Decoder): void {
    if (decoder.readableLength > 0) return;
    this.#state = "completing";
    if (this.#end?.isFlushed === true) decoder.push(null);
    else decoder.end(this.#end instanceof GzipEnd ? this.#end.missing : undefined);
  }

  /** Ends the body with an error that says what is wrong with it. */
  #fail(what: string, consumer: BodyConsumer): void {
    this.#finish(() => consumer.onError(codedError(`the ${this.#given.coding.name} body ${what}`, "ERR_HTTP_CODING")));
    this.#given.source.abort();
  }

  #finish(report: () => void): void {
    if (this.#state === "over") return;
    this.#state = "over";
    this.#decoder?.destroy();
    if (!this.#given.signal.aborted) report();
  }
}

function zerosAtTheEnd(bytes: Uint8Array): number {
  let start = bytes.length;
  while (start > 0 && bytes[start - 1] === 0) start -= 1;
  return bytes.length - start;
}
