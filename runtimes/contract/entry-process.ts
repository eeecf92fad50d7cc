// The contract as a program: `node entry-process.js SETTING`, also for deno and bun. It prints a JSON line for each
// check.
import { runContract } from "./contract.js";
import type { Setting } from "./protocol.js";

const { process } = globalThis as unknown as { process: { argv: string[] } };
// No call ends the process: it must exit on its own after the contract has closed everything.
await runContract(JSON.parse(process.argv[2] ?? "") as Setting, (line) => {
  // oxlint-disable-next-line no-console -- the only way to print that all runtimes have
  console.log(JSON.stringify(line));
});
