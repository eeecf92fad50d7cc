import { type ClientHttp2Session, connect, constants } from "node:http2";
import type { Socket } from "node:net";
import type { HttpRequest } from "../../client.js";
import type { ChannelEvents } from "../channel.js";
import { watchPeer } from "./ping.js";
import { Http2Stream } from "./stream.js";

/** Bytes that a paused stream may still receive: more would cost memory, less would slow distant servers down. */
const STREAM_WINDOW = 2 ** 20;
/** The same for all streams of a session together; node:http2 counts what a paused stream holds as taken. */
const SESSION_WINDOW = 2 ** 22;
/** Streams on a session whose server names no limit. */
const DEFAULT_LIMIT = 100;
/** Milliseconds of silence after which the peer is asked whether it is there; its answer has as long. */
const SILENCE = 15_000;

/** What the opener of a session hears from it. */
export interface Http2SessionEvents {
  /** The server's settings are here: streams may be opened. */
  onReady(): void;
  /** The session is over; without `onReady` before, it never was. */
  onClose(error: Error | undefined): void;
}

/** One HTTP/2 session and the streams on it. It closes with its last stream. */
export class Http2Session {
  readonly #session: ClientHttp2Session;
  readonly #socket: Socket;
  #streams = 0;
  /** Bodies of requests that are being sent. */
  #uploads = 0;
  #error: Error | undefined;
  /** The last stream that the server goes on with, by its GOAWAY. */
  #lastId: number = Number.POSITIVE_INFINITY;
  #wantsHttp1 = false;

  constructor(socket: Socket, origin: string, events: Http2SessionEvents, silence: number = SILENCE) {
    this.#socket = socket;
    this.#session = connect(origin, {
      createConnection: () => socket,
      settings: { enablePush: false, initialWindowSize: STREAM_WINDOW },
    });
    const watched = { session: this.#session, socket, isSending: () => this.#uploads > 0 };
    const watch = watchPeer({ ...watched, onDead: (error) => this.destroy(error) }, silence);
    this.#session.once("connect", () => this.#session.setLocalWindowSize(SESSION_WINDOW));
    this.#session.once("remoteSettings", () => events.onReady());
    this.#session.on("goaway", (code: number, lastId: number) => {
      if (code === constants.NGHTTP2_HTTP_1_1_REQUIRED) this.#wantsHttp1 = true;
      this.#lastId = Math.min(this.#lastId, lastId);
    });
    this.#session.on("error", (error) => {
      this.#error ??= error;
    });
    this.#session.once("close", () => {
      clearInterval(watch);
      events.onClose(this.#error);
    });
  }

  /** Whether the server takes one stream more. */
  get hasRoom(): boolean {
    if (this.#session.closed || this.#session.destroyed) return false;
    const { maxConcurrentStreams = DEFAULT_LIMIT } = this.#session.remoteSettings;
    // The first one is always sent: a server that allows none has to say so.
    return this.#streams === 0 || this.#streams < maxConcurrentStreams;
  }

  /** Opens a stream for `request`. Throws what forbids it. */
  send(request: HttpRequest, exchange: ChannelEvents): Http2Stream {
    this.#streams += 1;
    try {
      return new Http2Stream(
        {
          session: this.#session,
          isRefused: (id) => id !== undefined && id > this.#lastId,
          wantsHttp1: (id) => this.#wantsHttp1 && id !== undefined && id > this.#lastId,
          onUpload: (change) => {
            this.#uploads += change;
          },
          onOver: () => this.#leave(),
        },
        request,
        exchange,
      );
    } catch (error) {
      this.#leave();
      throw error;
    }
  }

  /** Closes the connection, at once: a graceful end would wait for a peer that may be gone. */
  destroy(error?: Error): void {
    this.#session.destroy(error);
    this.#socket.destroy();
  }

  #leave(): void {
    this.#streams -= 1;
    if (this.#streams === 0) this.destroy();
  }
}
