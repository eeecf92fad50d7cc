/** Milliseconds of gathering for each name that was saved in the last second. */
const GATHER_PER_NAME = 0.1;
/** Milliseconds of gathering at most. */
const LONGEST = 100;
/** Milliseconds under which a timer is not worth its cost. */
const SHORTEST = 2;

/**
 * How long a commit waits for others to join it. Few names: not at all, a save takes as long as the disk needs. Many names: each
 * sync serves all that come within some milliseconds, so that a thousand streams do not cost a thousand syncs a second.
 */
export class Pace {
  #names = new Set<string>();
  #namesBefore = 0;
  #since = 0;

  /** A save of `name` was asked for at `now`, in milliseconds. */
  saved(name: string, now: number): void {
    if (now - this.#since >= 1000) {
      this.#namesBefore = now - this.#since < 2000 ? this.#names.size : 0;
      this.#names = new Set();
      this.#since = now;
    }
    this.#names.add(name);
  }

  /** In milliseconds. */
  get delay(): number {
    const delay = Math.min(LONGEST, this.#namesBefore * GATHER_PER_NAME);
    return delay < SHORTEST ? 0 : delay;
  }
}
