import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { hasNats } from "../../../hpx-relay/test/log/support/nats-servers.js";
import { runRelays } from "../../src/demo/relay/run-relays.js";
import { columnsOf } from "../../src/text.js";
import { Capture, context } from "../support/capture.js";
import { bundle, type Program, start } from "../support/program.js";
import { temporaryFile } from "../support/resources.js";

// Each run has several processes.
vi.setConfig({ testTimeout: 180_000 });

let hpx = "";
beforeAll(async () => {
  hpx = await bundle("packages/hpx-cli/src/main.ts");
});

const VERDICT = /^[\d,]+ events, 3 sources: lost 0, doubled 0, no gap marked$/;

/** `hpx demo --relay`, with an empty folder for its files, which must be empty at the end. */
function demo(...args: readonly string[]): { program: Program; folder: string } {
  const folder = dirname(temporaryFile("unused"));
  return { program: start(hpx, ["demo", "--relay", ...args], { TMPDIR: folder }), folder };
}

test.concurrent("over SQLite: a relay is killed, another one goes on, and the log has every trade once", async () => {
  const { program, folder } = demo("sqlite", "--seconds", "4");
  expect([await program.exitCode, program.output.stderr]).toEqual([0, ""]);
  const lines = program.output.stdout.trimEnd().split("\n");
  expect(lines.at(-1)).toMatch(VERDICT);
  expect(lines.at(-2)).toBe("$ hpx relay verify feeds.yaml");
  const [, one, killed, two] = /^one \(process (\d+)\)[^]*^kill -9 (one)[^]*^two \(process (\d+)\)/m.exec(
    program.output.stdout,
  ) as string[];
  expect(killed).toBe("one");
  expect(one).not.toBe(two);
  const issued = /^the exchanges close: (\d+) trades/m.exec(program.output.stdout)?.[1];
  expect(lines.at(-1)?.replaceAll(",", "")).toContain(`${issued} events`);
  expect(readdirSync(folder)).toEqual([]);
});

describe.skipIf(!hasNats)("over NATS", () => {
  test.concurrent("two relays share the exchanges, one is killed, and the other one takes over", async () => {
    const { program, folder } = demo("nats", "--seconds", "5");
    expect(await program.exitCode).toBe(0);
    expect(program.output.stderr).toBe("");
    expect(program.output.stdout).toMatch(/^kill -9 (one|two): /m);
    expect(program.output.stdout.trimEnd().split("\n").at(-1)).toMatch(VERDICT);
    expect(readdirSync(folder)).toEqual([]);
  });
});

test.concurrent("an id that an exchange skips is marked as a gap in the log, and the run fails", async () => {
  const { program } = demo("sqlite", "--seconds", "3", "--skip-id");
  expect(await program.exitCode).toBe(1);
  expect(program.output.stdout.trimEnd()).toMatch(/lost 0, doubled 0, 1 gap marked$/);
  expect(program.output.stderr).toMatch(/^the exchanges issued \d+ trades, and the log has \d+$/m);
});

test.concurrent("a trade that an exchange sends twice in a row is one more than it issued, and the run fails", async () => {
  const { program } = demo("sqlite", "--seconds", "3", "--repeat-id");
  expect(await program.exitCode).toBe(1);
  const [, issued, written] = /^the exchanges issued (\d+) trades, and the log has (\d+)$/m.exec(
    program.output.stderr,
  ) as string[];
  expect(Number(written)).toBe(Number(issued) + 1);
});

test.concurrent("on a terminal: what happens, and below it a line for each exchange, in place and not too wide", async () => {
  const io = context(new Capture({ columns: 60 }));
  const code = await runRelays({ seconds: 3, log: "sqlite", program: hpx }, io);
  expect([code, io.stderr.text]).toEqual([0, ""]);
  const text = stripVTControlCharacters(io.stdout.text);
  expect(text).toMatch(/^paris +flowing +one +\d+ +\d+$/m);
  expect(text).toMatch(/^tokyo +no relay +- +\d+ +\d+$/m);
  expect(text).toMatch(/^chicago +flowing +two +\d+ +\d+$/m);
  expect(text.trimEnd().split("\n").at(-1)).toMatch(VERDICT);
  const rows = text.split("\n").filter((line) => /^(paris|tokyo|chicago|exchange) /.test(line));
  expect(Math.max(...rows.map(columnsOf))).toBeLessThan(60);
});

test.concurrent("Ctrl-C ends it at once, with its relays and its files", async () => {
  const { program, folder } = demo("sqlite", "--seconds", "60");
  await program.prints(/^one \(process \d+\)/m);
  const relay = Number(/^one \(process (\d+)\)/m.exec(program.output.stdout)?.[1]);
  program.process.kill("SIGINT");
  expect(await program.exitCode).toBe(1);
  expect(program.output.stderr).toBe("interrupted\n");
  expect(program.output.stdout).not.toContain("kill -9");
  expect(() => process.kill(relay, 0)).toThrow("ESRCH");
  expect(readdirSync(folder)).toEqual([]);
});

test.concurrent("a reader that closes the pipe ends it without a message", async () => {
  const gone = Object.assign(new Error("write EPIPE"), { code: "EPIPE" });
  const io = context(new Capture({ onWrite: (_text, { lines }) => (lines.length === 2 ? gone : undefined) }));
  expect(await runRelays({ seconds: 60, log: "sqlite", program: hpx }, io)).toBe(0);
  expect(io.stderr.text).toBe("");
});

test.concurrent.each([
  [["--relay", "kafka"], /Allowed choices are sqlite, nats/],
  [["--relay", "--serve"], /option '--relay \[log\]' cannot be used with option '--serve'/],
])("wrong usage %j is a line on standard error, and 2", async (args, line) => {
  const program = start(hpx, ["demo", ...args]);
  expect(await program.exitCode).toBe(2);
  expect(program.output.stderr).toMatch(line);
});
