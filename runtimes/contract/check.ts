import type { Capabilities } from "./capabilities.js";
import type { Server } from "./feed.js";

/** The context of a check. */
export interface World {
  readonly can: Capabilities;
  readonly server: Server;
}

/** A sentence of the contract, with the code that checks it. */
export interface Check {
  readonly name: string;
  readonly run: (world: World) => void | Promise<void>;
}

export function check(name: string, run: Check["run"]): Check {
  return { name, run };
}
