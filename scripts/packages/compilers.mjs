import { join } from "node:path";
import { root } from "./pack.mjs";

/** Compilers that users have, besides the one that builds the packages: installed in the user's project. */
const older = { 5.2: "5.2.2", 5.6: "5.6.3", 5.9: "5.9.3", "6.0": "6.0.3" };

/** The packages to install for {@link compilersOf}. */
export const olderCompilers = Object.entries(older).map(([name, version]) => `tsc-${name}@npm:typescript@${version}`);

/** The program of each compiler, the oldest first. */
export function compilersOf(project) {
  const programs = Object.keys(older)
    .toSorted()
    .map((name) => [`TypeScript ${name}`, join(project, `node_modules/tsc-${name}/bin/tsc`)]);
  return [...programs, ["TypeScript 7", join(root, "node_modules/typescript/bin/tsc")]];
}
