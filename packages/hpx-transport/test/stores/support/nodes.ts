import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Requirement } from "../../support/requirements.js";

/** The Node of a package of this folder. */
function pinned(version: number): string {
  return join(import.meta.dirname, `../node_modules/node-${version}/bin/node`);
}

/** Nodes that have node:sqlite. */
export const nodesWithSqlite: readonly {
  readonly version: number;
  readonly execPath: string;
  readonly requirement: Requirement;
}[] = [22, 24].map((version) => {
  const execPath = pinned(version);
  const missing = `Node ${version} is not installed in test/stores/`;
  return { version, execPath, requirement: { met: existsSync(execPath), missing } };
});
