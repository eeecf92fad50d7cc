/**
 * One HTTP request, as it will be sent. The client adds nothing that could change its meaning.
 */
export interface HttpRequest {
  /** In upper case. */
  readonly method: string;
  /** Where it goes; a fragment is not sent. */
  readonly url: URL;
  /** Every header, but for those that HTTP itself needs: `Host`, `Content-Length`, `Connection`. */
  readonly headers: Headers;
  /** Text goes as UTF-8; `undefined` for no body. */
  readonly body: string | Uint8Array | undefined;
  /** Milliseconds for DNS, TCP and TLS together; 0 waits for ever. */
  readonly connectTimeout: number;
  /** Milliseconds from the request on the wire to the response's headers; 0 waits for ever. */
  readonly responseTimeout: number;
  /** A redirect that the runtime hides from us (a browser's fetch): let the runtime follow it, or fail with `REDIRECT`. */
  readonly hiddenRedirect: "follow" | "refuse";
  /** Ends the exchange at any moment: `send` rejects with the signal's reason, the body stops, the socket closes. */
  readonly signal: AbortSignal;
}

/** The status line and headers of a response, with its body still on the way. */
export interface HttpResponse {
  /** Of the final response: an informational one is not shown. */
  readonly status: number;
  /** Its reason phrase, one character a byte. @defaultValue `""`: none, as in HTTP/2 */
  readonly statusText?: string | undefined;
  /** Its headers, as they came: `Content-Encoding` is there, though the body is decoded. */
  readonly headers: Headers;
  /** Nothing of it was read yet, and it has to be consumed or aborted. */
  readonly body: HttpBody;
  /** Where it came from, if the runtime followed a redirect that it hides. @defaultValue the request's URL */
  readonly url?: URL | undefined;
}

/**
 * A response body that pushes. Nothing is read from the socket before `consume`, and chunks come one by one,
 * synchronously as they were read: no promise and no stream object stands between the socket and the consumer.
 */
export interface HttpBody {
  /** Starts the flow. Called once. */
  consume(consumer: BodyConsumer): void;
  /** Stops reading from the socket; a chunk that was already read may still arrive. */
  pause(): void;
  /** Reads on after `pause`. */
  resume(): void;
  /** Closes the socket now; the consumer hears nothing more. Harmless after the end. */
  abort(): void;
}

/** Receives a body: any number of chunks, then one of `onEnd` and `onError`, unless it was aborted. None of these may throw. */
export interface BodyConsumer {
  /** The buffer may be used again once this returned: copy the bytes to keep them. */
  onChunk(bytes: Uint8Array): void;
  /** The body is complete. */
  onEnd(): void;
  /** The connection broke before the body was complete. */
  onError(error: Error): void;
}

/**
 * Sends requests. It never follows a redirect by itself (a hidden one apart) and never retries.
 *
 * `send` rejects with a `TransportError`: `CONNECT` when no response came (refused, reset, DNS, TLS),
 * `TIMEOUT` when a deadline passed, `REDIRECT` for a hidden redirect that was refused, `CONFIG` for a request that the
 * runtime cannot send; or with `signal.reason` when the signal fired.
 */
export interface HttpClient {
  /**
   * `true` where no instrumentation of the runtime sees the requests. Telemetry then need not hide them.
   *
   * @defaultValue `false`
   */
  readonly uninstrumented?: boolean | undefined;
  /** Resolves with the head of the response, whatever its status; rejects as the interface says. */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** Lets go of everything the client holds. Exchanges still open are aborted. */
  close(): Promise<void>;
}
