/** The request just before it is sent. A strategy changes `url` and `headers` in place, and may replace `body`. */
export interface SignableRequest {
  /** The method, in upper case. */
  readonly method: string;
  /** The final URL, the cursor included where it goes into the query. */
  readonly url: URL;
  /** Every header of the request, `Last-Event-ID` included. */
  readonly headers: Headers;
  /** The body, exactly as it will be sent: text as UTF-8. A replacement is sent with this request only. */
  body?: string | Uint8Array;
}

/**
 * Signs requests. `sign` runs for every attempt and for every redirect to the same origin, on the request exactly as it
 * will be sent. An error that it throws becomes the cause of a `TransportError` with code `AUTH`.
 */
export interface Authentication {
  /** Whether a new signature may help after a 401: the request is then signed and sent once more before the 401 counts. */
  readonly renewable?: boolean | undefined;
  /** Changes `request` in place; the request is sent after this has returned, or resolved. */
  sign(request: SignableRequest): void | Promise<void>;
}

/** Signs nothing: for code that needs an {@link Authentication} when a service needs none. */
export class NoAuth implements Authentication {
  /** Does nothing. */
  sign(): void {}
}
