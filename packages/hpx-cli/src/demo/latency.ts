/** How long events took from the server's write to the consumer's loop, in milliseconds. */
export class Latency {
  readonly #samples: number[] = [];

  add(milliseconds: number): void {
    this.#samples.push(milliseconds);
  }

  /** The smallest sample that `percent` of all samples do not exceed; undefined where there is none. */
  percentile(percent: number): number | undefined {
    const sorted = Float64Array.from(this.#samples).toSorted();
    return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
  }
}
