import type { HttpBody, HttpRequest } from "../client.js";

/** The way that one request takes: a connection of its own, a stream of an HTTP/2 session, or a user's dispatcher. */
export interface RequestChannel {
  /** Sends `request` and reports to `exchange`. Called once. Throws what forbids the request. */
  send(request: HttpRequest, exchange: ChannelEvents): void;
  /** Gives the request up before its response came; `exchange` hears nothing more. Harmless when repeated. */
  close(): void;
}

/** What an exchange hears from its channel, in this order: `onSending`, then `onResponse` and `onOver`, or `onError`. */
export interface ChannelEvents {
  /** The connection is there, and the request goes out. */
  onSending(): void;
  /**
   * The head of the final response came. Nothing of `body` is read before it is consumed. HTTP/2 has no reason phrase, which
   * is `statusText`.
   */
  onResponse(status: number, headers: Headers, body: ChannelBody, statusText?: string): void;
  /** No response comes. The channel holds nothing any more. */
  onError(error: Error): void;
  /** The body ended, broke or was aborted; its consumer hears of it next. */
  onOver(): void;
}

/** A response body as the exchange holds it. */
export interface ChannelBody extends HttpBody {
  /** Ends the body with `error`, and the connection with it. Harmless after the end. */
  fail(error: Error): void;
}

/** Appends a field that was received. A value that `Headers` cannot hold is no reason to lose the response. */
export function appendField(headers: Headers, name: string, value: string): void {
  try {
    headers.append(name, value);
  } catch {
    // Passed over.
  }
}

/** The bytes of a body. They may be of another realm, where `instanceof Uint8Array` says no. */
export function bytesOfBody(body: string | Uint8Array | undefined): Uint8Array | undefined {
  if (body === undefined) return undefined;
  return typeof body === "string" ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}
