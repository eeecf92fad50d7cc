/** Is due again and again, after the same time. */
export interface Beating {
  /** Its clock, while it is due. */
  clock: BeatClock | undefined;
  /** When it is due, by `performance.now()`, in whole milliseconds. */
  due: number;
  /** The neighbours in the list of its clock. */
  previous: Beating | undefined;
  next: Beating | undefined;
  beat(): void;
}

/** A timer that is later than this, in milliseconds, does not come any more: it was one of a test, which has ended. */
const LOST = 5000;

/** The clocks in use, by their interval. */
const clocks = /* @__PURE__ */ new Map<number, BeatClock>();

/**
 * One timer for all sockets with the same interval, whose heartbeats are due in the order in which they were added: a timer of
 * its own would be a tenth of what an idle connection costs beside its socket.
 */
export class BeatClock {
  readonly #interval: number;
  #first: Beating | undefined;
  #last: Beating | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  private constructor(interval: number) {
    this.#interval = interval;
  }

  /** `beating` is due in `interval` milliseconds. */
  static add(interval: number, beating: Beating): void {
    let clock = clocks.get(interval);
    if (clock === undefined) clocks.set(interval, (clock = new BeatClock(interval)));
    clock.#add(beating);
  }

  /** `beating` is not due any more. Without any other, the clock has no timer. */
  remove(beating: Beating): void {
    const { previous, next } = beating;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    beating.clock = undefined;
    beating.previous = undefined;
    beating.next = undefined;
    if (this.#first !== undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    clocks.delete(this.#interval);
  }

  #add(beating: Beating): void {
    const now = Math.ceil(performance.now());
    beating.clock = this;
    beating.due = now + this.#interval;
    beating.previous = this.#last;
    if (this.#last === undefined) this.#first = beating;
    else this.#last.next = beating;
    this.#last = beating;
    const isLost = (this.#first?.due ?? now) + LOST < now;
    if (this.#timer === undefined || isLost) this.#arm(now);
  }

  #arm(now: number): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const first = this.#first;
    if (first !== undefined) this.#timer = setTimeout(() => this.#fire(), Math.max(first.due - now, 0));
  }

  #fire(): void {
    this.#timer = undefined;
    const now = performance.now();
    try {
      // Those that are added meanwhile are due later.
      for (let first = this.#first; first !== undefined && first.due <= now; first = this.#first) {
        this.remove(first);
        first.beat();
      }
    } finally {
      this.#arm(Math.floor(now));
    }
  }
}
