/** The process under test: nothing but connections and their readers, so that what it holds is what they hold. */
import { getEventListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Consumer } from "./consumer.js";
import { leftovers, type Sample } from "./levels.js";
import type { Command, Report } from "./messages.js";
import { SETTINGS } from "./settings.js";

/** Events that wait for a full report are sent after so many milliseconds. */
const FLUSH_EVERY = 20;
/** How long what was closed may take to be gone, in milliseconds. */
const CLOSING = 2000;

const abort = new AbortController();
let consumers: Consumer[] = [];
let before: Sample;
const timers: NodeJS.Timeout[] = [];

function report(message: Report): void {
  process.send?.(message);
}

function start({ seed, urls }: Extract<Command, { type: "start" }>): void {
  timers.push(setInterval(() => consumers.forEach((consumer) => consumer.flush()), FLUSH_EVERY));
  timers.push(setInterval(() => report({ type: "sample", sample: takeSample() }), SETTINGS.sampleEvery));
  before = takeSample();
  report({ type: "started", before });
  consumers = urls.map((url, lane) => new Consumer({ lane, url, seed, signal: abort.signal, report }));
}

function describe(): void {
  for (const [lane, consumer] of consumers.entries()) report({ type: "described", lane, state: consumer.describe() });
}

async function stop(): Promise<void> {
  await Promise.all(consumers.map(async (consumer) => await consumer.stop()));
  consumers = [];
  const deadline = performance.now() + CLOSING;
  while (leftovers(takeSample(), before).length > 0 && performance.now() < deadline) await sleep(20);
  report({ type: "stopped", after: takeSample() });
  for (const timer of timers) clearInterval(timer);
  process.disconnect();
}

function takeSample(): Sample {
  globalThis.gc?.();
  const { heapUsed: heap, rss } = process.memoryUsage();
  const resources = process.getActiveResourcesInfo();
  return {
    heap,
    rss,
    sockets: resources.filter((name) => /TCP|TLS/.test(name)).length,
    timers: resources.filter((name) => name === "Timeout").length,
    abortListeners: getEventListeners(abort.signal, "abort").length,
    processListeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
  };
}

process.on("message", (command: Command) => {
  if (command.type === "start") start(command);
  else if (command.type === "describe") describe();
  else void stop();
});
process.on("warning", ({ message }) =>
  report({ type: "violation", lane: 0, message: `the process warned: ${message}` }),
);
// Without the run there is nobody to consume for.
process.on("disconnect", () => process.exit());
