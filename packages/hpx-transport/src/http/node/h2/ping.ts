import type { ClientHttp2Session } from "node:http2";
import type { Socket } from "node:net";
import { codedError } from "../../failure.js";

/** Looks in the time of `silence`. */
const LOOKS = 15;

/** The session that is watched. */
export interface WatchedSession {
  readonly session: ClientHttp2Session;
  readonly socket: Socket;
  /** Whether the body of a request is still being sent, and a PING may have to wait for it. */
  isSending(): boolean;
  /** The session is of no use any more. */
  onDead(error: Error): void;
}

/**
 * Asks the peer by PING whether it is there after `silence` milliseconds without a byte, and gives it as long for an answer.
 * Returns the timer, which does not keep the process alive.
 *
 * TCP keep-alive alone would not do: it waits while something is sent and not acknowledged, and a session sends now and
 * then (a request, a window, a PING).
 *
 * One PING goes out earlier, as soon as the bytes stop coming, because a session may be deaf: after a frame that breaks the
 * protocol, such as one that is too large, Node 20's library says GOAWAY, reads nothing more and reports nothing, and the
 * streams would stay open in silence. Such a session sends nothing either, the PING included, which shows it.
 */
export function watchPeer(watched: WatchedSession, silence: number): ReturnType<typeof setInterval> {
  const watch = new PeerWatch(watched);
  return setInterval(() => watch.look(), silence / LOOKS).unref();
}

/** A PING that has no answer. */
interface Asked {
  /** Looks since it was sent. */
  looks: number;
  /** Bytes that the connection had sent before it. */
  readonly bytesWritten: number;
}

class PeerWatch {
  readonly #watched: WatchedSession;
  #bytesRead = -1;
  /** Looks in a row at which no byte had come. */
  #quiet = 0;
  /** Looks for which the last answer is good enough. */
  #trust = 0;
  #asked: Asked | undefined;

  constructor(watched: WatchedSession) {
    this.#watched = watched;
  }

  look(): void {
    const { bytesRead } = this.#watched.socket;
    this.#quiet = bytesRead === this.#bytesRead ? this.#quiet + 1 : 0;
    this.#bytesRead = bytesRead;
    this.#trust -= 1;
    if (this.#asked !== undefined) this.#judge(this.#asked);
    else if (this.#quiet >= LOOKS || (this.#quiet > 0 && this.#trust <= 0)) this.#ask();
  }

  #ask(): void {
    const { session, socket } = this.#watched;
    if (session.destroyed) return;
    this.#asked = { looks: 0, bytesWritten: socket.bytesWritten };
    session.ping(() => {
      this.#asked = undefined;
      this.#quiet = 0;
      this.#trust = LOOKS;
    });
  }

  #judge(asked: Asked): void {
    const { socket } = this.#watched;
    asked.looks += 1;
    const isDeaf = socket.bytesWritten === asked.bytesWritten && !this.#watched.isSending();
    const isSilent = asked.looks >= LOOKS && this.#quiet >= 2 * LOOKS;
    if (!isDeaf && !isSilent) return;
    // After a pause of this process the answer may lie unread: look once more when the sockets were read.
    setImmediate(() => {
      if (this.#asked !== asked || (isSilent && socket.bytesRead !== this.#bytesRead)) return;
      const message = isDeaf
        ? "the server sent a frame that HTTP/2 does not allow, and nothing behind it is read"
        : "the server is silent and does not answer a PING";
      this.#watched.onDead(codedError(message, isDeaf ? "ERR_HTTP2_ERROR" : "ETIMEDOUT"));
    });
  }
}
