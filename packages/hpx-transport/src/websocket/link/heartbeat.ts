import { afterReading } from "../../checks/turns.js";
import { BeatClock, type Beating } from "./beats.js";

/** The socket that is kept alive. */
export interface HeartbeatHost {
  /** Milliseconds between two heartbeats; 0 sends none. */
  readonly interval: number;
  /** Milliseconds for a sign of life; 0 waits for ever. */
  readonly timeout: number;
  beat(): void;
  onNoLife(): void;
}

/** A timer that is later than this, in milliseconds, says that the process stood still. */
const LATE = 1000;

/**
 * Sends heartbeats, also on a busy socket, because some services count what the client sends; and gives the server a time for
 * any sign of life after each.
 *
 * Timers run before sockets are read. After the process stood still, the answer may lie unread, so the sockets are read before
 * it is judged; and where the machine was asleep, the server gets one more heartbeat and its whole time.
 */
export class Heartbeat implements Beating {
  readonly #host: HeartbeatHost;
  clock: BeatClock | undefined;
  due = 0;
  previous: Beating | undefined;
  next: Beating | undefined;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #isAlive = false;
  #isPaused = false;
  #isOver = false;

  constructor(host: HeartbeatHost) {
    this.#host = host;
  }

  start(): void {
    const { interval } = this.#host;
    if (interval > 0) BeatClock.add(interval, this);
  }

  /** A byte arrived. */
  touch(): void {
    this.#isAlive = true;
  }

  /** Nothing is read: silence says nothing. */
  pause(): void {
    this.#isPaused = true;
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
  }

  resume(): void {
    this.#isPaused = false;
  }

  stop(): void {
    this.#isOver = true;
    this.clock?.remove(this);
    clearTimeout(this.#deadline);
  }

  beat(): void {
    this.#host.beat();
    if (this.#isOver) return;
    this.start();
    if (!this.#isPaused && this.#deadline === undefined) this.#expectLife();
  }

  #expectLife(): void {
    const { timeout } = this.#host;
    if (timeout === 0) return;
    // Only here: life after this heartbeat counts, whatever heartbeats follow until the deadline.
    this.#isAlive = false;
    const due = performance.now() + timeout;
    this.#deadline = setTimeout(() => {
      const late = performance.now() - due;
      afterReading(() => {
        if (this.#isOver || this.#isPaused || this.#deadline === undefined) return;
        this.#deadline = undefined;
        if (this.#isAlive) return;
        if (late <= LATE) this.#host.onNoLife();
        else {
          this.#host.beat();
          if (!this.#isOver) this.#expectLife();
        }
      });
    }, timeout);
  }
}
