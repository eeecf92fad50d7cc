import type { RetryPolicy } from "sseer/retry";
import { TransportError } from "../../error.js";
import type { WsContext } from "./context.js";
import { shakeHands } from "./handshake.js";
import type { Farewell, SessionOwner } from "./session-owner.js";
import { Session } from "./session.js";

/** Milliseconds for topics that are quiet: what the older socket still has on its way arrives in less. */
const QUIET_TOPICS = 5000;
/** Milliseconds between two looks whether the older socket has requests without a response. */
const DRAIN_LOOK = 100;
/** The shortest wait before a successor is tried for again, in milliseconds. */
const SHORTEST_WAIT = 1000;

export interface RenewalHost {
  readonly context: WsContext;
  readonly owner: SessionOwner;
  readonly signal: AbortSignal;
  readonly attempt: number;
  readonly reserveConnect: () => number;
  /** The successor is the session of the attempt from now on. */
  readonly onTakenOver: (session: Session) => void;
}

/**
 * Replaces a session before the server ends it: the new socket opens, authenticates and subscribes beside the old one; each
 * topic changes over at the first message that follows the last one delivered; then the old socket finishes its requests and
 * closes. Where the successor fails, the old session goes on, and another one is tried.
 */
export class Renewal {
  readonly #host: RenewalHost;
  #phase: "idle" | "opening" | "changing" | "draining" = "idle";
  #older: Session | undefined;
  #successor: Session | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #drainUntil = 0;
  /** The session that the server wants to end while it takes over. */
  #next: Session | undefined;

  constructor(host: RenewalHost) {
    this.#host = host;
  }

  get isUnderWay(): boolean {
    return this.#phase === "opening" || this.#phase === "changing";
  }

  begin(older: Session): void {
    if (this.isUnderWay) {
      if (this.#phase === "changing" && older === this.#successor) this.#next = older;
      return;
    }
    // One that still drains has had its time.
    this.#finishDraining();
    this.#phase = "opening";
    this.#older = older;
    this.#failures = 0;
    this.#open();
  }

  /** The successor is open and authenticated. Returns whether `session` is one. */
  takes(session: Session): boolean {
    if (session !== this.#successor) return false;
    const { context, onTakenOver } = this.#host;
    this.#phase = "changing";
    this.#next = undefined;
    const older = this.#older as Session;
    const topics = [...older.activeTopics].filter((topic) => context.registry.wants(topic));
    context.feed.beginHandover(session, topics, () => this.#changed());
    context.counters.renewals += 1;
    onTakenOver(session);
    return true;
  }

  /** The successor's topics are decided. Returns whether `session` is one. */
  firstPass(session: Session): boolean {
    if (session !== this.#successor) return false;
    if (this.#phase === "changing") this.#timer = setTimeout(() => this.#changed(), QUIET_TOPICS);
    return true;
  }

  /** A session ended. Returns whether the attempt goes on with another one. */
  lost(session: Session, farewell: Farewell, isComplete: boolean): boolean {
    if (isComplete) return false;
    if (session === this.#successor && this.#phase === "opening") {
      session.end(farewell, undefined);
      this.#retry();
      return true;
    }
    if (session !== this.#older || this.#phase === "idle" || this.#phase === "opening") return false;
    if (this.#phase === "changing") this.#changed();
    session.end(farewell, undefined);
    this.#finishDraining();
    return true;
  }

  /** The attempt is over. */
  end(farewell: Farewell, cause: unknown): void {
    clearTimeout(this.#timer);
    if (this.#phase === "changing") this.#host.context.feed.endHandover();
    this.#successor?.end(farewell, cause);
    this.#older?.end(farewell, cause);
    this.#phase = "idle";
  }

  #open(): void {
    const { reserveConnect } = this.#host;
    const wait = reserveConnect();
    if (wait > 0) this.#timer = setTimeout(() => this.#open(), wait);
    else this.#connect().catch((error: unknown) => this.#failed(error));
  }

  async #connect(): Promise<void> {
    const { context, owner, signal, attempt } = this.#host;
    const opened = await shakeHands(context, attempt, signal);
    if (signal.aborted || this.#phase !== "opening") {
      opened.socket.abort();
      return;
    }
    this.#successor = new Session(context, owner, opened, { attempt, renew: false });
    this.#successor.start();
  }

  #failed(error: unknown): void {
    const older = this.#older;
    if (TransportError.is(error, "HANDLER") && older !== undefined) this.#host.owner.onFailure(older, error);
    else this.#retry();
  }

  #retry(): void {
    const { context, signal } = this.#host;
    this.#successor = undefined;
    if (signal.aborted || this.#phase !== "opening") return;
    this.#failures += 1;
    const { reconnect } = context.settings;
    const asked = reconnect === false ? false : delayOf(reconnect, this.#failures);
    // Without retries, the old session goes on until it ends.
    if (asked === false) this.#phase = "idle";
    else this.#timer = setTimeout(() => this.#open(), Math.max(asked, SHORTEST_WAIT));
  }

  /** Every topic has changed over, or had its time. */
  #changed(): void {
    if (this.#phase !== "changing") return;
    clearTimeout(this.#timer);
    this.#phase = "draining";
    this.#host.context.feed.endHandover();
    this.#older?.retire();
    const { requestTimeout } = this.#host.context.settings;
    this.#drainUntil = performance.now() + (requestTimeout > 0 ? requestTimeout : 30_000);
    this.#successor = undefined;
    this.#drain();
    const next = this.#next;
    this.#next = undefined;
    if (next !== undefined) this.begin(next);
  }

  /** Requests in flight finish on the old socket. */
  #drain(): void {
    const older = this.#older;
    if (older === undefined) return;
    const isBusy = this.#host.context.requests.isUsing(older) && performance.now() < this.#drainUntil;
    if (isBusy) this.#timer = setTimeout(() => this.#drain(), DRAIN_LOOK);
    else this.#finishDraining();
  }

  #finishDraining(): void {
    clearTimeout(this.#timer);
    const older = this.#older;
    this.#older = undefined;
    if (this.#phase === "draining") this.#phase = "idle";
    older?.end({ code: 1000, reason: "" }, TransportError.wsClosed(1000, { by: "client" }));
  }
}

/** The wait of a policy of the user's. Where it throws, the renewal is given up: the old session ends by itself. */
function delayOf(policy: RetryPolicy, failures: number): number | false {
  try {
    return policy.delay(failures, {});
  } catch {
    return false;
  }
}
