/** Lets one piece of asynchronous work run at a time, in the order of the calls. */
export class Turns {
  #isTaken = false;
  readonly #waiting: (() => void)[] = [];

  /** Runs `work` after all that was given before; passes on its result or its error. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isTaken) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#isTaken = true;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#isTaken = false;
      else next();
    }
  }
}
