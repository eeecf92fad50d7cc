import type { Setting } from "../contract/protocol.js";

/** A runtime that the contract is held in. */
export interface Runtime {
  readonly name: string;
  /** What runs, as it says itself. Rejects where it is missing. */
  version(): Promise<string>;
  /** Runs the contract and hands over each line of its report. Rejects when the runtime itself fails. */
  run(setting: Setting, onLine: (line: string) => void): Promise<void>;
}

/** How long a whole contract may take, in milliseconds. */
export const CONTRACT_DEADLINE = 120_000;
