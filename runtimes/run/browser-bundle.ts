import { join } from "node:path";
import { bundle, inFolder } from "./bundle.js";
import { installed } from "./paths.js";
import { runProgram, versionOf } from "./program.js";
import { CONTRACT_DEADLINE, type Runtime } from "./runtime.js";

/**
 * The WebSockets of a browser's bundle, run by Node, as tests of web applications do: the class is Node's own. Node 20 has none.
 */
export const browserBundles: readonly Runtime[] = ["node-22", "node-24"].map((node) => {
  const program = installed(`${node}/bin/node`);
  return {
    name: `browser bundle on ${node}`,
    version: () => versionOf(program),
    run: (setting, onLine) =>
      inFolder(async (folder) => {
        const file = join(folder, "bundle.mjs");
        await bundle("entry-process", file, "esm", ["browser"]);
        const args = ["--expose-gc", file, JSON.stringify({ ...setting, only: "WebSocket" })];
        await runProgram(program, args, { onLine, cwd: folder, deadline: CONTRACT_DEADLINE });
      }),
  };
});
