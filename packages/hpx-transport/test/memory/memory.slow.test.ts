import { type ChildProcess, fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Exchange } from "../../src/testing/index.js";
import { startServer, until } from "../sse/support.js";

const MEGABYTES = 500;
/** What the process may need at its peak, in MiB. */
const LIMIT = 130;

let folder: string;
let program: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "memory-"));
  program = join(folder, "consumer.mjs");
  await build({
    entryPoints: [join(import.meta.dirname, "consumer.ts")],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@hpx/source", "node"],
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
});
afterAll(() => rm(folder, { recursive: true }));

interface Report {
  readonly events: number;
  readonly dropped: number;
  readonly peak: number;
  readonly taken?: number;
  readonly closed?: number;
  readonly error?: string;
}

interface Consumer {
  readonly process: ChildProcess;
  readonly reports: Report[];
  readonly last: () => Report;
  readonly exited: Promise<void>;
}

function start(url: string, overflow: string, pace: string): Consumer {
  const child = fork(program, [url, overflow, pace], { stdio: ["ignore", "pipe", "inherit", "ipc"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const reports: Report[] = [];
  if (child.stdout !== null)
    createInterface(child.stdout).on("line", (line) => reports.push(JSON.parse(line) as Report));
  const exited = new Promise<void>((resolve) => child.once("close", () => resolve()));
  return { process: child, reports, last: () => reports.at(-1) ?? expect.unreachable(), exited };
}

/** 500 MB in events of about 1 KB; counts the bytes that the connection took. */
function firehose(): { reply: (exchange: Exchange) => Promise<void>; sent: () => number; total: number } {
  const event = `data: ${"x".repeat(1016)}\n\n`;
  const piece = event.repeat(64);
  const pieces = Math.ceil((MEGABYTES * 2 ** 20) / piece.length);
  let sent = 0;
  return {
    sent: () => sent,
    total: pieces * 64,
    reply: async (exchange) => {
      for (let index = 0; index < pieces; index += 1) {
        await exchange.write(piece);
        sent += piece.length;
      }
    },
  };
}

test("a consumer that stops: the server is held back, and close() is at once", async () => {
  const server = await startServer();
  const { reply, sent } = firehose();
  server.reply(reply);
  const consumer = start(server.url, "wait", "stop");
  await until(() => consumer.reports.length > 2);
  // The writer is stuck when two reports in a row find nothing more sent.
  for (let before = -1; before !== sent();) {
    before = sent();
    const { length } = consumer.reports;
    await until(() => consumer.reports.length > length + 1);
  }
  expect(sent()).toBeLessThan(50 * 2 ** 20);
  consumer.process.send("close");
  await consumer.exited;
  expect(consumer.last().closed).toBeLessThan(100);
  expect(consumer.last().peak).toBeLessThan(LIMIT);
}, 60_000);

test("a consumer that dawdles gets all 500 MB", async () => {
  const server = await startServer();
  const { reply, total } = firehose();
  server.reply(reply);
  const consumer = start(server.url, "wait", "dawdle");
  await consumer.exited;
  expect(consumer.last()).toMatchObject({ taken: total, dropped: 0 });
  expect(consumer.last().peak).toBeLessThan(LIMIT);
}, 120_000);

test("drop-oldest: a consumer that stops lets all 500 MB pass, and what it lost is counted", async () => {
  const server = await startServer();
  const { reply, sent, total } = firehose();
  server.reply(reply);
  const consumer = start(server.url, "drop-oldest", "stop");
  await until(() => consumer.reports.at(-1)?.events === total);
  expect(sent()).toBeGreaterThan(MEGABYTES * 2 ** 20 - 1);
  expect(consumer.last().dropped).toBeGreaterThan(total - 1000);
  consumer.process.send("close");
  await consumer.exited;
  expect(consumer.last().peak).toBeLessThan(LIMIT);
}, 120_000);

test("error: a consumer that dawdles is told, with little read beyond", async () => {
  const server = await startServer();
  const { reply } = firehose();
  server.reply(reply);
  const consumer = start(server.url, "error", "dawdle");
  await consumer.exited;
  expect(consumer.last()).toMatchObject({ error: "OVERFLOW", dropped: 0 });
  expect(consumer.last().peak).toBeLessThan(LIMIT);
}, 60_000);
