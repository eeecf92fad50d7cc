import { quietDeferred, type Deferred } from "../../connection/deferred.js";
import { offAbort, onAbort } from "../../connection/signals.js";
import { TransportError } from "../../error.js";
import type { Outbox, Outgoing } from "../link/outbox.js";
import type { WsReading } from "../protocol/handler.js";
import type { Hooks } from "../protocol/hooks.js";
import type { WsData, WsId } from "../protocol/message.js";
import type { WsCounters } from "../stats.js";
import type { Deadline, Deadlines } from "./deadlines.js";

/** Ids that are remembered after their request is over, so that a late response is told from an unknown one. */
const REMEMBERED_IDS = 10_000;

/** A socket that takes requests. */
export interface RequestLine {
  readonly outbox: Outbox;
}

/** One request, from the call to its end. */
interface Pending {
  readonly payload: unknown;
  readonly limit: number;
  readonly deferred: Deferred<unknown>;
  readonly signal: AbortSignal | undefined;
  readonly onAbort: () => void;
  deadline: Deadline | undefined;
  /** The socket that it goes out on; undefined while there is none. */
  line: RequestLine | undefined;
  id: WsId | undefined;
  /** It was given to the socket: the server may act on it. */
  sent: boolean;
  /** The message that waits to be sent. */
  outgoing: Outgoing | undefined;
  isOver: boolean;
}

/** The connection of the requests. */
export interface RequestsHost {
  readonly settings: { readonly maxPendingRequests: number };
  readonly hooks: Hooks;
  readonly deadlines: Deadlines;
  readonly counters: WsCounters;
}

export interface RequestOptions {
  /** In milliseconds; 0 means none. */
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
}

/** The requests of a connection. Each goes out once, on one socket, and ends with that socket at the latest. */
export class Requests {
  readonly #host: RequestsHost;
  /** Every request that is not over, in the order of the calls. */
  readonly #all = new Set<Pending>();
  readonly #byId = new Map<WsId, Pending>();
  readonly #past = new Set<WsId>();

  constructor(host: RequestsHost) {
    this.#host = host;
  }

  /** Requests without a response. */
  get size(): number {
    return this.#all.size;
  }

  get #limit(): number {
    const { settings, hooks } = this.#host;
    return Math.min(settings.maxPendingRequests, hooks.handler.limits?.pendingRequests ?? Number.POSITIVE_INFINITY);
  }

  /** Sends a request on `line`, or on the next line where there is none. */
  send(payload: unknown, { timeout, signal }: RequestOptions, line: RequestLine | undefined): Promise<unknown> {
    const deferred = quietDeferred<unknown>();
    const limit = this.#limit;
    if (this.#all.size >= limit) {
      deferred.reject(TransportError.capacity("requests", limit));
      return deferred.promise;
    }
    const pending: Pending = {
      payload,
      limit: timeout,
      deferred,
      signal,
      onAbort: () => this.#fail(pending, signal?.reason),
      deadline: undefined,
      line: undefined,
      id: undefined,
      sent: false,
      outgoing: undefined,
      isOver: false,
    };
    if (signal?.aborted === true) {
      deferred.reject(signal.reason);
      return deferred.promise;
    }
    if (signal !== undefined) onAbort(signal, pending.onAbort);
    this.#all.add(pending);
    if (timeout > 0) {
      pending.deadline = this.#host.deadlines.add(timeout, () => {
        pending.deadline = undefined;
        this.#fail(pending, TransportError.requestTimeout(pending.id, pending.sent, timeout));
      });
    }
    if (line !== undefined) this.#write(pending, line);
    return deferred.promise;
  }

  /** Whether a request on `line` has no response yet. */
  isUsing(line: RequestLine): boolean {
    for (const pending of this.#all) if (pending.line === line) return true;
    return false;
  }

  /** A socket is ready: requests that wait for one go out, in order. */
  ready(line: RequestLine): void {
    for (const pending of this.#all) if (pending.line === undefined) this.#write(pending, line);
  }

  /** A socket is over: its requests are lost. */
  lost(line: RequestLine, cause: unknown): void {
    for (const pending of this.#all) {
      if (pending.line === line) this.#fail(pending, TransportError.requestLost(pending.id, pending.sent, cause));
    }
  }

  /** The connection is over: every request is lost, those that wait for a socket as well. */
  close(cause: unknown): void {
    for (const pending of this.#all) this.#fail(pending, TransportError.requestLost(pending.id, pending.sent, cause));
  }

  /** A response came. Returns whether it belongs to a request of ours, also one that is over. */
  answer(id: WsId, { error, value }: WsReading, data: WsData): boolean {
    const pending = this.#byId.get(id);
    if (pending === undefined) {
      if (!this.#past.has(id)) return false;
      this.#host.counters.late += 1;
      return true;
    }
    if (error === undefined) {
      this.#end(pending);
      pending.deferred.resolve(value === undefined ? data : value);
    } else {
      const { code, reason } = error;
      this.#fail(pending, TransportError.requestFailed(id, { code, reason, response: value ?? data }));
    }
    return true;
  }

  #write(pending: Pending, line: RequestLine): void {
    pending.line = line;
    try {
      const id = this.#host.hooks.nextId();
      pending.id = id;
      if (this.#byId.has(id)) throw TransportError.handler("nextId", new Error("it returned an id that is in use"));
      this.#byId.set(id, pending);
      const message = this.#host.hooks.request(pending.payload, id);
      if (!(message instanceof Promise)) return this.#push(pending, line, message);
      message.then(
        (made) => this.#push(pending, line, made),
        (error: unknown) => this.#fail(pending, error),
      );
    } catch (error) {
      this.#fail(pending, error);
    }
  }

  #push(pending: Pending, { outbox }: RequestLine, data: WsData): void {
    if (pending.isOver) return;
    pending.outgoing = {
      data,
      onHanded: () => {
        pending.sent = true;
        pending.outgoing = undefined;
      },
    };
    outbox.push(pending.outgoing);
  }

  #fail(pending: Pending, error: unknown): void {
    if (pending.isOver) return;
    this.#end(pending);
    pending.deferred.reject(error);
  }

  #end(pending: Pending): void {
    pending.isOver = true;
    this.#all.delete(pending);
    if (pending.deadline !== undefined) this.#host.deadlines.remove(pending.deadline);
    if (pending.signal !== undefined) offAbort(pending.signal, pending.onAbort);
    if (pending.id !== undefined) {
      this.#byId.delete(pending.id);
      if (pending.sent) this.#remember(pending.id);
    }
    if (pending.outgoing !== undefined) pending.line?.outbox.takeBack(pending.outgoing);
  }

  #remember(id: WsId): void {
    this.#past.add(id);
    if (this.#past.size <= REMEMBERED_IDS) return;
    const [oldest] = this.#past;
    if (oldest !== undefined) this.#past.delete(oldest);
  }
}
