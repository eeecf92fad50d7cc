// The contract as a program: `node entry-process.js SETTING`, the same with deno and bun. A line of JSON each check.
import { runContract } from "./contract.js";
import type { Setting } from "./protocol.js";

const { process } = globalThis as unknown as { process: { argv: string[] } };
// Nothing ends the process: it has to go by itself when the contract is over and everything is closed.
await runContract(JSON.parse(process.argv[2] ?? "") as Setting, (line) => {
  // oxlint-disable-next-line no-console -- the one way to print that all of them have
  console.log(JSON.stringify(line));
});
