import { seededRandom } from "hpx-transport/testing";

/** Choices that follow from a seed. */
export class Chance {
  readonly #random: () => number;

  /** `parts` tell the users of one seed apart. */
  constructor(...parts: readonly number[]) {
    let seed = 0;
    for (const part of parts) seed = Math.imul(seed ^ part, 0x9e3779b1) + 1;
    this.#random = seededRandom(seed);
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.#random() * (most - least + 1));
  }

  /** True once in `times` times. */
  oneIn(times: number): boolean {
    return this.#random() * times < 1;
  }

  /** One of the names, as often as its weight says. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const entries = Object.entries(weights) as [K, number][];
    let rest = this.#random() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight] of entries) {
      rest -= weight;
      if (rest < 0) return name;
    }
    throw new RangeError("nothing to choose from");
  }
}
