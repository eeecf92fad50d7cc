import type { ServerSentEvent } from "sseer";

/**
 * How the response to a request ends.
 *
 * - `"end"`: cleanly; the client sees the whole body (the connection may be kept alive, as HTTP/1.1 does).
 * - `"cut"`: the connection is closed (FIN) without the end of the body.
 * - `"reset"`: the connection is reset (RST), a moment after the bytes written so far were sent. A client that has not
 *   read them by then may lose them, or take the reset for a FIN.
 * - `"hold"`: nothing more is sent; the connection stays open until the client or the server closes it.
 */
export type Ending = "end" | "cut" | "reset" | "hold";

/** Slow writes: at most `bytes` bytes at once, then `pause` milliseconds of nothing. */
export interface Pace {
  /** How many bytes at once. */
  readonly bytes: number;
  /** How long nothing is written then, in milliseconds. */
  readonly pause: number;
}

/** The status and headers of a response. */
export interface ResponseHead {
  /** Its status. @defaultValue 200 */
  readonly status?: number | undefined;
  /**
   * Added to the server's default headers; `null` leaves one of those out, also the content type.
   *
   * @defaultValue `content-type: text/event-stream` where the status is 200
   */
  readonly headers?: Readonly<Record<string, string | readonly string[] | null>> | undefined;
}

/**
 * One step of a scripted body:
 *
 * - a string or bytes: sent unchanged, well-formed or not;
 * - `event`: sent as one block;
 * - `comment`: sent as a comment line;
 * - `delay`: waits this many milliseconds;
 * - `until`: waits for a promise of yours (a gate); its rejection is a failure of the server;
 * - `pace`: makes every later write slow, `null` fast again;
 * - `follow`: the log after the request's `Last-Event-ID`, then all later events; steps after it are never reached.
 */
export type Step =
  | string
  | Uint8Array
  | {
      /** What to send as one block. */
      readonly event: Partial<ServerSentEvent>;
    }
  | {
      /** What to send as a comment line. */
      readonly comment: string;
    }
  | {
      /** How long to wait, in milliseconds. */
      readonly delay: number;
    }
  | {
      /** What to wait for. */
      readonly until: PromiseLike<unknown>;
    }
  | {
      /** How slow every later write is; `null`: fast again. */
      readonly pace: Pace | null;
    }
  | {
      /** Sends the log, then all later events. */
      readonly follow: true;
    };

/** A response as data. The empty script is an event stream that ends at once. */
export interface Script extends ResponseHead {
  /** `false` sends not even a status line: with `finish` the server stalls, closes or resets after the request. */
  readonly head?: false | undefined;
  /**
   * The body: text, bytes, or steps in their order. Steps may come from an async generator, which one response uses up; its
   * `finally` runs when the exchange is over.
   *
   * @defaultValue no bytes
   */
  readonly body?: string | Uint8Array | readonly Step[] | AsyncIterable<Step> | undefined;
  /** The ending after the last step. @defaultValue `"end"` */
  readonly finish?: Ending | undefined;
  /** Finishes after exactly this many bytes of the body, in any step. @defaultValue after the last step */
  readonly finishAfter?: number | undefined;
}
