import type { Transform } from "node:stream";
import { constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw, type Zlib } from "node:zlib";
import { soon } from "../../checks/turns.js";
import { TransportError } from "../../error.js";
import type { BodyConsumer, HttpBody } from "../client.js";

/** Makes a decoder that gives out what it can after each chunk; some codings look at the first one. */
type DecoderFactory = (firstChunk: Uint8Array) => Decoder;
type Decoder = Transform & Zlib;

const zlibOptions = { flush: constants.Z_SYNC_FLUSH };

const gunzip: DecoderFactory = () => createGunzip(zlibOptions);
// "deflate" means zlib's format, but many servers send the bare one. zlib starts with its method (8) and a window size.
const inflate: DecoderFactory = (firstChunk) =>
  ((firstChunk[0] ?? 0) & 0x8f) === 0x08 ? createInflate(zlibOptions) : createInflateRaw(zlibOptions);
const unbrotli: DecoderFactory = () => createBrotliDecompress({ flush: constants.BROTLI_OPERATION_FLUSH });

const decoders = new Map<string, DecoderFactory>([
  ["gzip", gunzip],
  ["x-gzip", gunzip],
  ["deflate", inflate],
  ["br", unbrotli],
]);

/** Limit on codings on top of each other, against denial of service. */
const MAX_CODINGS = 5;

/**
 * The body as it was before the server encoded it, decoded as it arrives. A coding that is unknown becomes the body's
 * error, so that the status and the headers are not lost. Nothing comes once `signal` fired.
 */
export function decodeBody(body: HttpBody, contentEncoding: string | null, signal: AbortSignal): HttpBody {
  const codings = (contentEncoding ?? "")
    .toLowerCase()
    .split(",")
    .map((coding) => coding.trim())
    .filter((coding) => coding !== "" && coding !== "identity");
  let decoded = body;
  for (const coding of codings.toReversed()) {
    const decoder = decoders.get(coding);
    if (decoder === undefined || codings.length > MAX_CODINGS) return new UnreadableBody(body, contentEncoding ?? "");
    decoded = new DecodedBody(decoded, decoder, signal);
  }
  return decoded;
}

/** One coding taken off a body. Both sides keep their back-pressure, so a bomb does not grow. */
class DecodedBody implements HttpBody {
  readonly #source: HttpBody;
  readonly #makeDecoder: DecoderFactory;
  /** The source may be over, and no longer listen to the signal, while the decoder still has something to give. */
  readonly #signal: AbortSignal;
  #decoder: Decoder | undefined;
  #sourceError: Error | undefined;
  #paused = false;
  #over = false;

  constructor(source: HttpBody, makeDecoder: DecoderFactory, signal: AbortSignal) {
    this.#source = source;
    this.#makeDecoder = makeDecoder;
    this.#signal = signal;
  }

  consume(consumer: BodyConsumer): void {
    this.#source.consume({
      onChunk: (bytes) => {
        this.#decoder ??= this.#start(bytes, consumer);
        // zlib works later and elsewhere, and the bytes are ours only now.
        if (!this.#decoder.write(new Uint8Array(bytes))) this.#source.pause();
      },
      onEnd: () => {
        // A response without a body may name a coding all the same.
        if (this.#decoder === undefined) this.#finish(() => consumer.onEnd());
        else this.#decoder.end();
      },
      onError: (error) => {
        this.#sourceError = error;
        const decoder = this.#decoder;
        // What came before the error is still decoded and handed over; end() would call it corrupt.
        if (decoder === undefined) this.#finish(() => consumer.onError(error));
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
    this.#source.abort();
  }

  #start(firstChunk: Uint8Array, consumer: BodyConsumer): Decoder {
    const decoder = this.#makeDecoder(firstChunk);
    decoder.on("data", (bytes: Uint8Array) => {
      if (!this.#over && !this.#signal.aborted) consumer.onChunk(bytes);
    });
    decoder.on("drain", () => this.#source.resume());
    decoder.on("end", () => {
      const error = this.#sourceError;
      this.#finish(() => (error === undefined ? consumer.onEnd() : consumer.onError(error)));
    });
    decoder.on("error", (error) => {
      this.#finish(() => consumer.onError(this.#sourceError ?? error));
      this.#source.abort();
    });
    if (this.#paused) decoder.pause();
    return decoder;
  }

  #finish(report: () => void): void {
    if (this.#over) return;
    this.#over = true;
    this.#decoder?.destroy();
    if (!this.#signal.aborted) report();
  }
}

/** A body in a coding that cannot be decoded. */
class UnreadableBody implements HttpBody {
  readonly #source: HttpBody;
  readonly #contentEncoding: string;
  #over = false;

  constructor(source: HttpBody, contentEncoding: string) {
    this.#source = source;
    this.#contentEncoding = contentEncoding;
  }

  consume(consumer: BodyConsumer): void {
    this.#source.abort();
    soon(() => {
      if (this.#over) return;
      const shown = JSON.stringify(this.#contentEncoding);
      consumer.onError(
        TransportError.config("content-encoding", shown, "gzip, deflate and br are decoded; ask for these"),
      );
    });
  }

  pause(): void {}

  resume(): void {}

  abort(): void {
    this.#over = true;
    this.#source.abort();
  }
}
