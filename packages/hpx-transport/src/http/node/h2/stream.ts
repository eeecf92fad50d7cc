import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http2";
import { constants } from "node:http2";
import { soon } from "../../../checks/turns.js";
import { hasControlCharacter } from "../../../checks/check.js";
import type { BodyConsumer, HttpRequest } from "../../client.js";
import { codedError } from "../../failure.js";
import { appendField, bytesOfBody, type ChannelBody, type ChannelEvents } from "../channel.js";
import { USER_AGENT } from "../user-agent.js";

const { NGHTTP2_CANCEL, NGHTTP2_HTTP_1_1_REQUIRED, NGHTTP2_REFUSED_STREAM } = constants;

/** Headers about an HTTP/1.1 connection. They say nothing in HTTP/2, and which of the two it is, the server decides. */
const CONNECTION_HEADERS = new Set(["connection", "keep-alive", "proxy-connection"]);

/** The session, as a stream sees it. */
export interface StreamHost {
  readonly session: ClientHttp2Session;
  /** Whether the server said by GOAWAY that it did not and will not look at the stream. */
  isRefused(id: number | undefined): boolean;
  /** The same, because it wants the request over HTTP/1.1. */
  wantsHttp1(id: number | undefined): boolean;
  /** The body of a request begins to be sent (1), or is sent or given up (-1). */
  onUpload(change: 1 | -1): void;
  /** The stream is over; called once. */
  onOver(): void;
}

/** One request and its response on a session. It is the response's body itself. */
export class Http2Stream implements ChannelBody {
  readonly #host: StreamHost;
  readonly #exchange: ChannelEvents;
  readonly #stream: ClientHttp2Stream;
  #consumer: BodyConsumer | undefined;
  #error: Error | undefined;
  #answered = false;
  #paused = false;
  /** END_STREAM came: the message is complete, whatever happens to the stream or the session after it. */
  #isWhole = false;
  /** What becomes of the stream is known, maybe before all of it was given to a consumer that pauses. */
  #isClosed = false;
  #over = false;

  /** Throws what forbids the request. */
  constructor(host: StreamHost, request: HttpRequest, exchange: ChannelEvents) {
    this.#host = host;
    this.#exchange = exchange;
    const body = bytesOfBody(request.body);
    this.#stream = host.session.request(headersOf(request, body?.length), { endStream: body === undefined });
    this.#listen();
    if (body !== undefined) {
      host.onUpload(1);
      this.#stream.end(body, () => host.onUpload(-1));
    }
    exchange.onSending();
  }

  consume(consumer: BodyConsumer): void {
    this.#consumer = consumer;
    this.resume();
  }

  pause(): void {
    this.#paused = true;
    this.#stream.pause();
  }

  resume(): void {
    this.#paused = false;
    // Deferred, because it may be called from within a chunk: the end must not come before the rest.
    soon(() => {
      this.#flow();
    });
  }

  /** Resets the stream; the consumer hears nothing more. */
  abort(): void {
    if (this.#end()) this.#stream.close(NGHTTP2_CANCEL);
  }

  /** Gives the request up before its response came. */
  close(): void {
    this.abort();
  }

  fail(error: Error): void {
    if (this.#over) return;
    this.#error ??= error;
    this.#stream.close(NGHTTP2_CANCEL);
    this.#isWhole = false;
    this.#isClosed = true;
    this.#exchange.onOver();
    this.#flow();
  }

  #listen(): void {
    const stream = this.#stream;
    stream.on("response", (headers) => {
      if (this.#over) return;
      this.#answered = true;
      stream.pause();
      this.#exchange.onResponse(Number(headers[":status"]), toHeaders(headers), this);
    });
    this.#watchForEnd();
    stream.on("data", (chunk: Uint8Array) => {
      if (!this.#over && !this.#isClosed) this.#consumer?.onChunk(chunk);
    });
    stream.on("end", () => {
      // A stream that was reset ends as well, and "close" follows.
      if (!this.#isWhole || this.#isClosed) return;
      this.#isClosed = true;
      this.#flow();
    });
    stream.on("error", (error) => {
      this.#error ??= error;
    });
    stream.on("close", () => {
      this.#isClosed = true;
      if (this.#answered) this.#flow();
      else this.#break();
    });
  }

  /**
   * Only END_STREAM ends a message (RFC 9113, section 8.1). node:http2 ends its stream after a reset, too, and with code 0
   * nothing it shows tells the two apart: what does is that its first `push(null)` for END_STREAM comes before the stream
   * counts as closed, and the one for a reset after that (Node 20, 22 and 24).
   */
  #watchForEnd(): void {
    const stream = this.#stream;
    const push = stream.push.bind(stream);
    stream.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
      if (chunk === null && !stream.closed) this.#isWhole = true;
      return push(chunk, encoding);
    };
  }

  /** Reads on, or gives what is left of a stream that is gone: what came while it was paused is not lost. */
  #flow(): void {
    while (this.#isFlowing && this.#isClosed) {
      const chunk = this.#stream.read() as Uint8Array | null;
      if (chunk === null) break;
      this.#consumer?.onChunk(chunk);
    }
    if (!this.#isFlowing) return;
    if (!this.#isClosed) this.#stream.resume();
    else if (this.#isWhole) {
      const consumer = this.#consumer;
      this.#end();
      consumer?.onEnd();
    } else this.#break();
  }

  get #isFlowing(): boolean {
    return this.#consumer !== undefined && !this.#paused && !this.#over;
  }

  /** Ends the stream with its error, for the consumer or, where no response came, for the exchange. */
  #break(): void {
    const consumer = this.#consumer;
    if (!this.#end()) return;
    const { rstCode, id } = this.#stream;
    const message = this.#error?.message ?? `the server reset the stream, or closed the session (code ${rstCode})`;
    const code = this.#codeOf(rstCode, id);
    const error = code === undefined ? (this.#error ?? new Error(message)) : codedError(message, code);
    if (this.#answered) consumer?.onError(error);
    else this.#exchange.onError(error);
  }

  /** The code for a request that the server did not look at. */
  #codeOf(rstCode: number, id: number | undefined): string | undefined {
    if (rstCode === NGHTTP2_HTTP_1_1_REQUIRED || this.#host.wantsHttp1(id)) return "ERR_HTTP2_HTTP_1_1_REQUIRED";
    return rstCode === NGHTTP2_REFUSED_STREAM || this.#host.isRefused(id) ? "ERR_HTTP2_REFUSED" : undefined;
  }

  /** Lets go of the session. Returns whether this is the first end. */
  #end(): boolean {
    if (this.#over) return false;
    this.#over = true;
    this.#consumer = undefined;
    this.#host.onOver();
    if (this.#answered) this.#exchange.onOver();
    return true;
  }
}

function headersOf({ method, url, headers }: HttpRequest, bodyLength: number | undefined): OutgoingHttpHeaders {
  const result: OutgoingHttpHeaders = {
    ":method": method,
    ":scheme": "https",
    ":authority": url.host,
    ":path": url.pathname + url.search,
    "user-agent": USER_AGENT,
  };
  for (const [name, value] of headers) {
    // node:http2 would send it.
    if (hasControlCharacter(value)) throw codedError(`invalid ${name} header`, "ERR_HTTP2_INVALID_HEADER_VALUE");
    if (name === "host") result[":authority"] = value;
    else if (!CONNECTION_HEADERS.has(name)) result[name] = value;
  }
  if (bodyLength !== undefined) result["content-length"] = bodyLength;
  return result;
}

function toHeaders(raw: IncomingHttpHeaders): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(raw)) {
    if (name.startsWith(":")) continue;
    for (const value of [values ?? []].flat()) appendField(headers, name, value);
  }
  return headers;
}
