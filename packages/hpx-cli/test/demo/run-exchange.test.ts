import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { runExchange } from "../../src/demo/run-exchange.js";
import { columnsOf } from "../../src/text.js";
import { Capture, context } from "../support/capture.js";

// Concurrent: each run takes its seconds, and none of them is busy.
const VERDICT = /^received \d+, lost 0, duplicated 0, reconnects \d+, latency p50 \d+\.\d\d ms p99 \d+\.\d\d ms$/;

test.concurrent("in a pipe: a JSON line for every id up to the last one issued, then the verdict", async () => {
  const io = context();
  expect(await runExchange({ seconds: 1 }, io)).toBe(0);
  const verdict = io.stdout.lines.at(-1) ?? "";
  expect(verdict).toMatch(VERDICT);
  const events = io.stdout.lines.slice(0, -1).map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(events.length).toBeGreaterThanOrEqual(100);
  expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => String(index + 1)));
  expect(Object.keys(events[0] ?? {})).toEqual(["event", "data", "id"]);
  expect(events[0]).toMatchObject({ event: "trade", data: expect.stringMatching(/^{"symbol":".+","price":[\d.]+,/) });
  expect(verdict).toContain(`received ${events.length},`);
  expect(Number(/reconnects (\d+)/.exec(verdict)?.[1])).toBeGreaterThanOrEqual(3);
});

test.concurrent("in a pipe: each reconnect is a line on standard error, one of them for the 503", async () => {
  const io = context();
  await runExchange({ seconds: 1 }, io);
  const waits = io.stderr.lines.map((line) => /^reconnecting in (\d+) ms: (\w+)/.exec(line));
  const unavailable = waits.filter((wait) => wait?.[2] === "SSE_INVALID_STATUS");
  expect(unavailable).toHaveLength(1);
  expect(Number(unavailable[0]?.[1])).toBeGreaterThanOrEqual(1000);
});

test.concurrent("an id that the exchange skips is lost, and the run fails", async () => {
  const io = context();
  expect(await runExchange({ seconds: 1, skipId: true }, io)).toBe(1);
  expect(io.stdout.lines.at(-1)).toMatch(/^received \d+, lost 1, duplicated 0, reconnects \d+, /);
  expect(io.stderr.text).toMatch(/^lost: 1 of \d+ events$/m);
});

test.concurrent("an id that the exchange repeats is duplicated, and the run fails", async () => {
  const io = context();
  expect(await runExchange({ seconds: 1, repeatId: true }, io)).toBe(1);
  expect(io.stdout.lines.at(-1)).toMatch(/^received \d+, lost 0, duplicated 1, reconnects \d+, /);
  expect(io.stderr.text).toMatch(/^received more than once: 1$/m);
});

test.concurrent("on a terminal: a line for each symbol in place, the state below, then the verdict", async () => {
  const io = context(new Capture({ columns: 80 }));
  expect(await runExchange({ seconds: 1 }, io)).toBe(0);
  const text = stripVTControlCharacters(io.stdout.text);
  for (const symbol of ["BTC-USD", "ETH-USD", "SOL-USD", "EUR-USD", "XAU-USD"]) {
    expect(text).toMatch(new RegExp(`${symbol}  [▲▼] [\\d.]+ +\\d+ +[\\d.]+ ms`));
  }
  expect(text).toMatch(/● reconnecting in \d+ ms/);
  expect(text).toMatch(/● connected, reconnects \d+, events \d+/);
  expect(text.trimEnd().split("\n").at(-1)).toMatch(VERDICT);
  expect(io.stderr.text).toBe("");
});

test.concurrent("on a narrow terminal no line is wider than it, so that all are updated in place", async () => {
  const io = context(new Capture({ columns: 30 }));
  await runExchange({ seconds: 0.5 }, io);
  const lines = stripVTControlCharacters(io.stdout.text).split("\n").slice(0, -2);
  expect(lines.some((line) => /^BTC-USD  [▲▼] \d+/.test(line))).toBe(true);
  expect(Math.max(...lines.map(columnsOf))).toBe(29);
});

test.concurrent("Ctrl-C ends it at once with the verdict so far, without a loss of events on their way", async () => {
  const stderr = new Capture({ onWrite: (text) => (text.includes("503") ? io.interrupt() : undefined) });
  const io = context(new Capture(), stderr);
  expect(await runExchange({ seconds: 5 }, io)).toBe(1);
  const events = io.stdout.lines.length - 1;
  expect(io.stdout.lines.at(-1)).toContain(`received ${events}, lost 0, duplicated 0, reconnects 0, latency`);
  expect(stderr.lines.slice(-1)).toEqual(["too few reconnects to judge: 0, it takes 3"]);
});

test.concurrent("a reader that closes the pipe, as head does, ends it without a message", async () => {
  const gone = Object.assign(new Error("write EPIPE"), { code: "EPIPE" });
  const io = context(new Capture({ onWrite: (_text, { lines }) => (lines.length === 3 ? gone : undefined) }));
  expect(await runExchange({ seconds: 60 }, io)).toBe(0);
  expect(io.stdout.lines).toHaveLength(3);
  expect(io.stderr.text).toBe("");
});

test.concurrent("a full disk is an error", async () => {
  const io = context(
    new Capture({ onWrite: () => Object.assign(new Error("ENOSPC: no space left"), { code: "ENOSPC" }) }),
  );
  expect(await runExchange({ seconds: 60 }, io)).toBe(1);
  expect(io.stderr.text).toBe("ENOSPC: no space left\n");
});
