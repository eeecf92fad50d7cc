import { afterReading } from "../../checks/turns.js";

/** A point in time at which something is called. */
export interface Deadline {
  readonly at: number;
  readonly onDue: () => void;
  /** Its place in the heap; -1 where it is not there any more. */
  index: number;
}

/** Many deadlines with one timer: a heap, the earliest on top. Before a deadline counts, the sockets are read once more. */
export class Deadlines {
  readonly #heap: Deadline[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  /** Calls `onDue` in `delay` milliseconds, unless it is removed before. */
  add(delay: number, onDue: () => void): Deadline {
    const deadline = { at: performance.now() + delay, onDue, index: this.#heap.length };
    this.#heap.push(deadline);
    this.#up(deadline);
    this.#arm();
    return deadline;
  }

  remove(deadline: Deadline): void {
    const { index } = deadline;
    if (index === -1) return;
    deadline.index = -1;
    const last = this.#heap.pop() as Deadline;
    if (last !== deadline) {
      this.#put(last, index);
      this.#down(last);
      this.#up(last);
    }
    if (this.#heap.length === 0) this.#disarm();
  }

  #arm(): void {
    const first = this.#heap[0];
    if (first === undefined || first.at >= this.#timerAt) return;
    this.#disarm();
    this.#timerAt = first.at;
    this.#timer = setTimeout(
      () => afterReading(() => this.#judge(first.at)),
      Math.max(0, first.at - performance.now()),
    );
  }

  #disarm(): void {
    clearTimeout(this.#timer);
    this.#timerAt = Number.POSITIVE_INFINITY;
  }

  #judge(at: number): void {
    // Armed anew in the meantime.
    if (at !== this.#timerAt) return;
    this.#timerAt = Number.POSITIVE_INFINITY;
    const now = performance.now();
    for (let first = this.#heap[0]; first !== undefined && first.at <= now; first = this.#heap[0]) {
      this.remove(first);
      first.onDue();
    }
    this.#arm();
  }

  #up(deadline: Deadline): void {
    while (deadline.index > 0) {
      const parent = this.#heap[(deadline.index - 1) >> 1] as Deadline;
      if (parent.at <= deadline.at) return;
      this.#swap(parent, deadline);
    }
  }

  #down(deadline: Deadline): void {
    for (;;) {
      const left = this.#heap[2 * deadline.index + 1];
      const right = this.#heap[2 * deadline.index + 2];
      const least = right !== undefined && left !== undefined && right.at < left.at ? right : left;
      if (least === undefined || least.at >= deadline.at) return;
      this.#swap(deadline, least);
    }
  }

  #swap(above: Deadline, below: Deadline): void {
    const { index } = above;
    this.#put(above, below.index);
    this.#put(below, index);
  }

  #put(deadline: Deadline, index: number): void {
    deadline.index = index;
    this.#heap[index] = deadline;
  }
}
