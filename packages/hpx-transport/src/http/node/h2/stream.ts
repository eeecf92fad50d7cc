import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http2";
import { constants } from "node:http2";
import { hasControlCharacter } from "../../../checks/check.js";
import type { UndiciDispatchController, UndiciDispatchHandler, UndiciDispatchOptions } from "../dispatcher.js";
import { codedError } from "../../failure.js";

const { NGHTTP2_CANCEL, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } = constants;

/** Headers about an HTTP/1.1 connection. They say nothing in HTTP/2, and which of the two it is, the server decides. */
const CONNECTION_HEADERS = new Set(["connection", "keep-alive", "proxy-connection"]);

/** What a stream asks its session. */
export interface StreamHost {
  readonly session: ClientHttp2Session;
  /** Whether the server said by GOAWAY that it did not and will not look at the stream. */
  isRefused(id: number | undefined): boolean;
  /** The stream is over, told once. */
  onOver(): void;
}

/** One request and its response on a session, told to `handler` as undici would. */
export class Http2Stream implements UndiciDispatchController {
  readonly #host: StreamHost;
  readonly #handler: UndiciDispatchHandler;
  readonly #stream: ClientHttp2Stream;
  #error: Error | undefined;
  #paused = false;
  /** The stream is gone, but not all of it has been told. */
  #closed = false;
  #over = false;

  /** Throws what forbids the request. */
  constructor(host: StreamHost, options: UndiciDispatchOptions, handler: UndiciDispatchHandler) {
    this.#host = host;
    this.#handler = handler;
    const body = typeof options.body === "string" ? Buffer.from(options.body) : options.body;
    this.#stream = host.session.request(headersOf(options, body), { endStream: body === null });
    this.#listen();
    if (body !== null) this.#stream.end(body);
    handler.onRequestStart(this, undefined);
  }

  pause(): void {
    this.#paused = true;
    this.#stream.pause();
  }

  resume(): void {
    this.#paused = false;
    if (this.#closed) this.#finish();
    else this.#stream.resume();
  }

  /** Resets the stream; the handler hears nothing more. */
  abort(): void {
    if (this.#over) return;
    this.#end();
    this.#stream.close(NGHTTP2_CANCEL);
  }

  #listen(): void {
    const stream = this.#stream;
    stream.on("response", (headers) => {
      if (!this.#over) this.#handler.onResponseStart(this, Number(headers[":status"]), withoutPseudo(headers));
    });
    stream.on("data", (chunk: Uint8Array) => {
      if (!this.#over && !this.#closed) this.#handler.onResponseData(this, chunk);
    });
    stream.on("end", () => {
      // A stream that was reset ends as well.
      if (stream.rstCode === NGHTTP2_NO_ERROR) this.#complete();
    });
    stream.on("error", (error) => {
      this.#error ??= error;
    });
    stream.on("close", () => {
      this.#closed = true;
      if (!this.#paused) this.#finish();
    });
  }

  /** Tells what is left of a stream that is gone: what came before its end, while it was paused, is not lost. */
  #finish(): void {
    while (!this.#paused && !this.#over) {
      const chunk = this.#stream.read() as Uint8Array | null;
      if (chunk === null) break;
      this.#handler.onResponseData(this, chunk);
    }
    if (this.#paused || this.#over) return;
    if (this.#error === undefined && this.#stream.rstCode === NGHTTP2_NO_ERROR) this.#complete();
    else this.#fail();
  }

  #complete(): void {
    if (this.#over) return;
    this.#end();
    this.#handler.onResponseEnd(this, {});
  }

  #fail(): void {
    if (this.#over) return;
    this.#end();
    const { rstCode, id } = this.#stream;
    const refused = rstCode === NGHTTP2_REFUSED_STREAM || this.#host.isRefused(id);
    const message = this.#error?.message ?? `the server reset the stream, or closed the session (code ${rstCode})`;
    this.#handler.onResponseError(
      this,
      refused ? codedError(message, "ERR_HTTP2_REFUSED") : (this.#error ?? new Error(message)),
    );
  }

  #end(): void {
    this.#over = true;
    this.#host.onOver();
  }
}

function headersOf(options: UndiciDispatchOptions, body: Uint8Array | null): OutgoingHttpHeaders {
  const url = new URL(options.origin);
  const headers: OutgoingHttpHeaders = {
    ":method": options.method,
    ":scheme": "https",
    ":authority": url.host,
    ":path": options.path,
  };
  for (let i = 0; i < options.headers.length; i += 2) {
    const name = (options.headers[i] ?? "").toLowerCase();
    const value = options.headers[i + 1] ?? "";
    // node:http2 would send it.
    if (hasControlCharacter(value)) throw codedError(`invalid ${name} header`, "ERR_HTTP2_INVALID_HEADER_VALUE");
    if (name === "host") headers[":authority"] = value;
    else if (!CONNECTION_HEADERS.has(name)) headers[name] = value;
  }
  if (body !== null) headers["content-length"] = body.length;
  return headers;
}

function withoutPseudo(headers: IncomingHttpHeaders): Record<string, string | string[] | undefined> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(":")));
}
