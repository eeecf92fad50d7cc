import type { Pace } from "../script.js";
import type { FrameParts } from "./frames.js";
import type { ReceivedMessage } from "./message-log.js";
import type { Violation } from "./violations.js";

/**
 * How a WebSocket connection ends.
 *
 * - `"close"`: a Close frame with 1000; the TCP connection ends when the client has answered it.
 * - `"cut"`: the connection is closed (FIN) without a Close frame.
 * - `"half-close"`: the same, but what the client sends is still read, and the connection stays until the client ends it.
 * - `"reset"`: the connection is reset (RST), a moment after the bytes written so far were sent.
 * - `"hold"`: nothing more is sent but answers to pings and Close frames, until the client or the server closes it.
 */
export type WsEnding = "close" | "cut" | "half-close" | "reset" | "hold";

/** The answer to a handshake. */
export interface WsResponseHead {
  /** 101 accepts; every other one refuses, with `headers` and `body`, and ends the connection. @defaultValue 101 */
  readonly status?: number | undefined;
  /**
   * Added to the server's default headers and to those of the handshake; `null` leaves one of them out. A wrong hash is
   * `{ "sec-websocket-accept": "wrong" }`.
   */
  readonly headers?: Readonly<Record<string, string | readonly string[] | null>> | undefined;
  /** The body of a refusal. @defaultValue none */
  readonly body?: string | Uint8Array | undefined;
  /** The subprotocol, offered by the client or not; `null`: none. @defaultValue the first that the client offers */
  readonly protocol?: string | null | undefined;
}

/**
 * One step of a scripted connection:
 *
 * - a string: a text message; bytes: a binary message;
 * - `json`: a text message with that value as JSON;
 * - `message`: a message in fragments of `fragments` bytes;
 * - `frame`: one frame in its parts, well-formed or not;
 * - `ping`, `pong`: a control frame with this payload;
 * - `close`: a Close frame, and nothing else: the connection goes on, and later steps are played;
 * - `garble`: bytes that break RFC 6455;
 * - `raw`: bytes as they are;
 * - `receive`: waits for so many more messages of the client, or for one that the function accepts;
 * - `read`: `false` stops reading, so that what the client sends piles up; `true` reads again;
 * - `delay`: waits this many milliseconds;
 * - `until`: waits for a promise of yours (a gate); its rejection is a failure of the server;
 * - `pace`: makes every later write slow, `null` fast again.
 */
export type WsStep =
  | string
  | Uint8Array
  | {
      /** What to send as JSON. */
      readonly json: unknown;
    }
  | {
      /** What to send in fragments. */
      readonly message: string | Uint8Array;
      /** How many bytes a fragment has. */
      readonly fragments: number;
    }
  | {
      /** The frame to send. */
      readonly frame: FrameParts;
    }
  | {
      /** The payload of the ping. */
      readonly ping: string | Uint8Array;
    }
  | {
      /** The payload of the pong. */
      readonly pong: string | Uint8Array;
    }
  | {
      /** The code of the Close frame; `null`: a Close frame without a body. */
      readonly close: number | null;
      /** Its reason. @defaultValue none */
      readonly reason?: string | undefined;
    }
  | {
      /** What to break. */
      readonly garble: Violation;
    }
  | {
      /** What to send as it is. */
      readonly raw: string | Uint8Array;
    }
  | {
      /** How many messages to wait for, or which one. */
      readonly receive: number | ((message: ReceivedMessage) => boolean);
    }
  | {
      /** Whether to read. */
      readonly read: boolean;
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
    };

/** A connection as data. The empty script accepts the handshake and closes with 1000. */
export interface WsScript extends WsResponseHead {
  /** `false` sends not even a status line: with `finish` the server stalls, closes or resets after the request. */
  readonly head?: false | undefined;
  /** How slowly the answer to the handshake is sent: `{ bytes: 1, pause: 1000 }` is one byte a second. @defaultValue at once */
  readonly headPace?: Pace | undefined;
  /** `true` keeps the 101 back and sends it in one write with the first step's bytes. @defaultValue false */
  readonly headWithBody?: boolean | undefined;
  /** `false`: pings of the client get no pong. @defaultValue true */
  readonly pongs?: boolean | undefined;
  /**
   * What a Close frame of the client does: `"answer"` sends one back and ends the TCP connection, `"keep"` sends one back and
   * leaves the TCP connection open, whatever the client does, `"ignore"` does not even answer. @defaultValue "answer"
   */
  readonly onClose?: OnClose | undefined;
  /** The steps after a 101. They may come from an async generator, which one connection uses up. @defaultValue none */
  readonly steps?: readonly WsStep[] | AsyncIterable<WsStep> | undefined;
  /** The ending after the last step. @defaultValue `"close"` */
  readonly finish?: WsEnding | undefined;
  /** Finishes after exactly this many bytes after the handshake, in any step. @defaultValue after the last step */
  readonly finishAfter?: number | undefined;
}

/** What a Close frame of the client does. */
export type OnClose = "answer" | "keep" | "ignore";
