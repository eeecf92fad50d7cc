/** How often the counts are looked at, in milliseconds. */
const INTERVAL = 1000;

/** Looks over which a rate is taken. */
const WINDOW = 10;

/** The rates of many counters, from a look at each once a second: it costs nothing an event. */
export class Rates {
  readonly #looks = new Map<string, number[]>();
  readonly #count: () => Iterable<readonly [name: string, count: number]>;
  readonly #timer: NodeJS.Timeout;

  /** `count` returns the counters as they are. */
  constructor(count: () => Iterable<readonly [name: string, count: number]>) {
    this.#count = count;
    this.#timer = setInterval(() => this.look(), INTERVAL).unref();
  }

  /** Looks at the counters; what is gone is forgotten. */
  look(): void {
    const counts = new Map(this.#count());
    for (const name of this.#looks.keys()) if (!counts.has(name)) this.#looks.delete(name);
    for (const [name, count] of counts) {
      const looks = this.#looks.get(name) ?? [];
      looks.push(count);
      if (looks.length > WINDOW + 1) looks.shift();
      this.#looks.set(name, looks);
    }
  }

  /** What was counted in a second, over the last ten. A counter that began anew has 0. */
  perSecond(name: string): number {
    const looks = this.#looks.get(name) ?? [];
    if (looks.length < 2) return 0;
    const grown = (looks.at(-1) as number) - (looks[0] as number);
    return Math.max(0, (grown * 1000) / INTERVAL / (looks.length - 1));
  }

  /** Looks no more. */
  stop(): void {
    clearInterval(this.#timer);
  }
}
