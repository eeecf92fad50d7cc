import { seededRandom } from "hpx-transport/testing";

/** Random choices, the same for the same seed. */
export class Rng {
  readonly #random: () => number;

  /** `parts`: the seed, and numbers that give each user of it a sequence of its own. */
  constructor(...parts: readonly number[]) {
    let seed = 0;
    for (const part of parts) seed = Math.imul(seed ^ part, 0x9e3779b1) + 1;
    this.#random = seededRandom(seed);
  }

  /** From 0 to below 1. */
  fraction(): number {
    return this.#random();
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.#random() * (most - least + 1));
  }

  /** True with the probability 1 / `times`. */
  oneIn(times: number): boolean {
    return this.#random() * times < 1;
  }

  /** One of the names, with a probability in proportion to its weight. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const entries = Object.entries(weights) as [K, number][];
    let rest = this.#random() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight] of entries) {
      rest -= weight;
      if (rest < 0) return name;
    }
    throw new RangeError("nothing to choose from");
  }

  /** The same values in another order. */
  shuffled<T>(values: readonly T[]): T[] {
    const keyed = values.map((value) => ({ value, key: this.#random() }));
    return keyed.toSorted((one, other) => one.key - other.key).map(({ value }) => value);
  }
}
