import type { Capabilities } from "./capabilities.js";
import type { Server } from "./feed.js";

/** What a check works with. */
export interface World {
  readonly can: Capabilities;
  readonly server: Server;
}

/** One sentence of the contract, and how it is tried. */
export interface Check {
  readonly name: string;
  readonly run: (world: World) => void | Promise<void>;
}

export function check(name: string, run: Check["run"]): Check {
  return { name, run };
}
