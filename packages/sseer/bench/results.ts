/** The results of one run of the benchmark. A file keeps them until all versions of Node have run. */
export interface Results {
  readonly node: string;
  readonly machine: string;
  readonly date: string;
  readonly decoder: string;
  readonly rounds: number;
  /** The times are CPU time, not the time that passed. */
  readonly cpu: boolean;
  /** The peers, in the order of the ratios. */
  readonly peers: readonly string[];
  readonly cells: readonly Cell[];
  readonly floors: readonly Floor[];
  readonly adversarial: readonly Adversarial[];
}

/** The result for one data set in one chunking. */
export interface Cell {
  readonly set: string;
  readonly chunking: string;
  readonly chunks: number;
  readonly events: number;
  /** The number of times that the captured stream is repeated in the data set; 1 for generated data. */
  readonly repeats: number;
  /** The median time of sseer in milliseconds. */
  readonly ms: number;
  /** How many times longer each peer took; `null` when it found other events. */
  readonly ratios: readonly (number | null)[];
}

/** The time of the work that no parser can avoid, in nanoseconds a KiB. */
export interface Floor {
  readonly set: string;
  readonly nanoseconds: Readonly<Record<string, number>>;
}

/** The result for an input that makes some parsers quadratic, at two sizes. */
export interface Adversarial {
  readonly input: string;
  readonly parser: string;
  readonly small: number;
  readonly large: number;
}
