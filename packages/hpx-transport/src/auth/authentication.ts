/** The request as it is about to be sent. A strategy changes `url` and `headers` in place, and may replace `body`. */
export interface SignableRequest {
  /** The method, in upper case. */
  readonly method: string;
  /** The final URL, the cursor included where it goes into the query. */
  readonly url: URL;
  /** Every header of the request, `Last-Event-ID` included. */
  readonly headers: Headers;
  /** The body, exactly as it will be sent: text as UTF-8. What a strategy puts here goes out with this request only. */
  body?: string | Uint8Array;
}

/**
 * Signs requests. `sign` runs anew for every attempt and for every redirect hop of the same origin, over the request
 * as it will really be sent. What it throws becomes a `TransportError` with code `AUTH`.
 */
export interface Authentication {
  /** Whether signing again may mend a 401: the request is then signed and sent once more before the 401 counts. */
  readonly renewable?: boolean | undefined;
  /** Changes `request` in place; it is sent when this has returned, or resolved. */
  sign(request: SignableRequest): void | Promise<void>;
}
