import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Dial, PendingSocket, Target } from "../dial/dial.js";
import { Http2Session } from "./session.js";

/** Origins remembered as those that want HTTP/1.1; the oldest is forgotten, and asked over HTTP/2 again. */
const MAX_HTTP1_ORIGINS = 100;

/** A request that waits for the protocol. One of these is called, once, unless it left. */
export interface Http2Waiter {
  /** The server speaks HTTP/2. */
  join(session: Http2Session): void;
  /** It does not; `socket` is a connection for this request, if there is one to spare. */
  useHttp1(socket: Socket | undefined): void;
  fail(error: Error): void;
}

/** What an origin tells about itself. */
interface Http2OriginEvents {
  /** Neither a session nor a request is left. */
  onEmpty(): void;
  /** It takes HTTP/2, and then wants HTTP/1.1. */
  onHttp1Required(): void;
}

/** The sessions with one origin, and the requests that wait for one. A connection is made only while none has room. */
export class Http2Origin {
  readonly #origin: string;
  readonly #target: Target;
  readonly #dial: Dial;
  readonly #events: Http2OriginEvents;
  readonly #sessions = new Set<Http2Session>();
  readonly #waiting = new Set<Http2Waiter>();
  /** The connection that is being made, until the server's settings are here. */
  #pending: PendingSocket | undefined;

  constructor(origin: string, target: Target, dial: Dial, events: Http2OriginEvents) {
    this.#origin = origin;
    this.#target = target;
    this.#dial = dial;
    this.#events = events;
  }

  enter(waiter: Http2Waiter): void {
    for (const session of this.#sessions) {
      if (!session.hasRoom) continue;
      waiter.join(session);
      return;
    }
    this.#waiting.add(waiter);
    if (this.#pending === undefined) this.#open();
  }

  /** The server asked for HTTP/1.1: later requests to the origin do not try HTTP/2. */
  refuseHttp2(): void {
    this.#events.onHttp1Required();
  }

  /** Takes back what `enter` asked for. */
  leave(waiter: Http2Waiter): void {
    if (!this.#waiting.delete(waiter) || this.#waiting.size > 0) return;
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.destroy();
    this.#tellIfEmpty();
  }

  #open(): void {
    const dialing = this.#dial(this.#target, ["h2", "http/1.1"], (error, socket) => {
      // All requests left, and new ones may wait for another connection.
      if (this.#pending !== dialing) socket?.destroy();
      else if (socket === null) this.#fail(error ?? new Error("no connection"));
      else if ((socket as TLSSocket).alpnProtocol === "h2") this.#start(socket);
      else this.#useHttp1(socket);
    });
    this.#pending = dialing;
  }

  #start(socket: Socket): void {
    const session = new Http2Session(socket, this.#origin, {
      onReady: () => {
        this.#pending = undefined;
        this.#sessions.add(session);
        this.#fill(session);
      },
      onClose: (error) => {
        if (this.#sessions.delete(session)) this.#tellIfEmpty();
        else if (this.#pending === session) this.#fail(error ?? new Error("the server closed the session"));
      },
    });
    this.#pending = session;
  }

  #fill(session: Http2Session): void {
    for (const waiter of this.#waiting) {
      if (!session.hasRoom) break;
      this.#waiting.delete(waiter);
      waiter.join(session);
    }
    if (this.#waiting.size > 0) this.#open();
  }

  #useHttp1(socket: Socket): void {
    const waiters = this.#takeAll();
    let spare: Socket | undefined = socket;
    for (const waiter of waiters) {
      waiter.useHttp1(spare);
      spare = undefined;
    }
  }

  #fail(error: Error): void {
    for (const waiter of this.#takeAll()) waiter.fail(error);
  }

  #takeAll(): Http2Waiter[] {
    const waiters = [...this.#waiting];
    this.#waiting.clear();
    this.#pending = undefined;
    this.#tellIfEmpty();
    return waiters;
  }

  #tellIfEmpty(): void {
    if (this.#sessions.size === 0 && this.#waiting.size === 0 && this.#pending === undefined) this.#events.onEmpty();
  }
}

/** The origins that are in use over one route. */
export class Http2Origins {
  readonly #dial: Dial;
  readonly #origins = new Map<string, Http2Origin>();
  readonly #http1 = new Set<string>();

  constructor(dial: Dial) {
    this.#dial = dial;
  }

  /** `undefined` for an origin that wants HTTP/1.1. */
  at(origin: string, target: Target): Http2Origin | undefined {
    if (this.#http1.has(origin)) return undefined;
    const known = this.#origins.get(origin);
    if (known !== undefined) return known;
    const made = new Http2Origin(origin, target, this.#dial, {
      onEmpty: () => {
        if (this.#origins.get(origin) === made) this.#origins.delete(origin);
      },
      onHttp1Required: () => this.#remember(origin),
    });
    this.#origins.set(origin, made);
    return made;
  }

  #remember(origin: string): void {
    this.#http1.add(origin);
    const [oldest] = this.#http1;
    if (this.#http1.size > MAX_HTTP1_ORIGINS && oldest !== undefined) this.#http1.delete(oldest);
  }
}
