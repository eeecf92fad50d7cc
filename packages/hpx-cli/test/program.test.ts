import { beforeAll, expect, test } from "vitest";
import { bundle, start } from "./support/program.js";

let hpx = "";
let demo = "";
beforeAll(async () => {
  hpx = await bundle("packages/hpx-cli/src/main.ts");
  demo = await bundle("packages/hpx-cli/src/demo/main.ts");
});

test.concurrent("`npm start` takes --seconds, and ends by itself with the verdict", async () => {
  const program = start(demo, ["--seconds", "1"]);
  expect(await program.exitCode).toBe(0);
  expect(program.output.stdout).toMatch(/\nreceived \d+, lost 0, duplicated 0, .*\n$/);
});

test.concurrent("`hpx demo --serve` runs the exchange for others, and `hpx sse` loses nothing of it", async () => {
  const exchange = start(hpx, ["demo", "--serve"]);
  await exchange.prints(/\n/);
  const url = exchange.output.stdout.trim();
  expect(exchange.output.stderr).toBe(`try: hpx sse -H "X-Api-Key: demo-key" ${url}\n`);
  const sse = start(hpx, ["sse", "-H", "X-Api-Key: demo-key", "--max-events", "600", url]);
  expect(await sse.exitCode).toBe(0);
  const ids = [...sse.output.stdout.matchAll(/"id":"(\d+)"}\n/g)].map(([, id]) => Number(id));
  expect(ids).toEqual(Array.from({ length: 600 }, (_, index) => index + 1));
  expect(sse.output.stderr).toContain("reconnecting in ");
  exchange.process.kill("SIGINT");
  expect(await exchange.exitCode).toBe(0);
});

test.concurrent.each(["SIGINT", "SIGTERM"] as const)("%s ends it at once with the verdict so far", async (signal) => {
  const program = start(demo, ["--seconds", "60"]);
  await program.prints(/"id":"20"/);
  program.process.kill(signal);
  expect(await program.exitCode).toBe(1);
  expect(program.output.stdout).toMatch(/\nreceived \d+, lost 0, duplicated 0, reconnects 0, .*\n$/);
});

test.concurrent("a closed pipe ends it without a stack trace", async () => {
  const program = start(demo, ["--seconds", "60"]);
  await program.prints(/"id":"20"/);
  program.process.stdout.destroy();
  expect(await program.exitCode).toBe(0);
  expect(program.output.stderr).toBe("");
});

test.concurrent("a closed pipe for standard error is no reason to stop", async () => {
  const program = start(demo, ["--seconds", "1"]);
  program.process.stderr.destroy();
  expect(await program.exitCode).toBe(0);
  expect(program.output.stdout).toMatch(/\nreceived .*\n$/);
});

test.concurrent.each([
  [["--seconds", "0"], /--seconds/],
  [["--seconds", "9999999999"], /--seconds/],
  [["http://127.0.0.1/"], /too many arguments/],
  [["--unknown"], /--unknown/],
])("wrong usage %j exits with 2 and names the mistake", async (args, message) => {
  const program = start(hpx, ["demo", ...args]);
  expect(await program.exitCode).toBe(2);
  expect(program.output.stderr).toMatch(message);
});

test.concurrent("--help exits with 0", async () => {
  const program = start(hpx, ["demo", "--help"]);
  expect(await program.exitCode).toBe(0);
  expect(program.output.stdout).toContain("--seconds");
});
