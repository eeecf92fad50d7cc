/** What one run of the benchmark found, as it is kept between the runs of different versions of Node. */
export interface Results {
  readonly node: string;
  readonly machine: string;
  readonly date: string;
  readonly decoder: string;
  readonly rounds: number;
  /** The peers, in the order of the ratios. */
  readonly peers: readonly string[];
  readonly cells: readonly Cell[];
  readonly floors: readonly Floor[];
  readonly adversarial: readonly Adversarial[];
}

/** One data set in one chunking. */
export interface Cell {
  readonly set: string;
  readonly chunking: string;
  readonly chunks: number;
  readonly events: number;
  /** How many times the captured stream is in the data set; 1 for generated ones. */
  readonly repeats: number;
  /** Median milliseconds of sseer. */
  readonly ms: number;
  /** How many times longer each peer took; `null` where it found other events. */
  readonly ratios: readonly (number | null)[];
}

/** What the least that any parser could do costs, in nanoseconds a KiB. */
export interface Floor {
  readonly set: string;
  readonly nanoseconds: Readonly<Record<string, number>>;
}

/** An input that turns parsers quadratic, at two sizes. */
export interface Adversarial {
  readonly input: string;
  readonly parser: string;
  readonly small: number;
  readonly large: number;
}
