import { contractFile, HOME, installed } from "./paths.js";
import { versionOf, runProgram } from "./program.js";
import { CONTRACT_DEADLINE, type Runtime } from "./runtime.js";

/** A runtime that runs a file and resolves packages itself. Its process must exit on its own at the end. */
function processRuntime(name: string, command: string, ...args: string[]): Runtime {
  return {
    name,
    version: () => versionOf(command),
    run: (setting, onLine) =>
      runProgram(command, [...args, contractFile("entry-process"), JSON.stringify(setting)], {
        onLine,
        cwd: HOME,
        deadline: CONTRACT_DEADLINE,
      }),
  };
}

export const processes: readonly Runtime[] = [
  processRuntime("node-20", installed("node-20/bin/node"), "--expose-gc"),
  processRuntime("node-22", installed("node-22/bin/node"), "--expose-gc"),
  processRuntime("node-24", installed("node-24/bin/node"), "--expose-gc"),
  processRuntime(
    "deno",
    installed(".bin/deno"),
    "run",
    "--no-lock",
    "--node-modules-dir=manual",
    "--allow-net",
    "--v8-flags=--expose-gc",
  ),
  processRuntime("bun", installed(".bin/bun"), "run"),
];
