import type { Setting } from "../contract/protocol.js";

/** A runtime that runs the contract. */
export interface Runtime {
  readonly name: string;
  /** Name and version as the runtime prints them. Rejects when it is missing. */
  version(): Promise<string>;
  /** Runs the contract and calls back with each line of its report. Rejects when the runtime itself fails. */
  run(setting: Setting, onLine: (line: string) => void): Promise<void>;
}

/** The time limit of a whole contract in milliseconds. */
export const CONTRACT_DEADLINE = 240_000;
