/**
 * A consumer whose position survives it: works on each event, which is to write it down, and is killed while it does so. Its parent is
 * `durable-lane.ts`.
 */
import { openSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { DurableCursor } from "hpx-transport/durable";
import { FileCursorStore } from "hpx-transport/durable/file";
import { SseConnection } from "hpx-transport/sse";
import { SETTINGS } from "./settings.js";
import { doneLine, runLine, savedLine } from "./work-log.js";

const [url = "", folder = "", work = ""] = process.argv.slice(2);
const { bufferSize, eventCapacity, idleTimeout, initialDelay, maxDelay, responseTimeout } = SETTINGS;

const log = openSync(work, "a");
const write = (line: string): void => void writeSync(log, line);
const store = new FileCursorStore(folder);
const cursor = new DurableCursor({ name: "chaos", store, ...SETTINGS.durable.saves });
const connection = SseConnection.open({
  url,
  cursor,
  openTimeout: 0,
  responseTimeout,
  idleTimeout,
  eventCapacity,
  bufferSize,
  reconnect: { initialDelay, maxDelay, burst: 100, perSecond: 100 },
});
process.once("message", () => void connection.close());
process.once("disconnect", () => process.exit());
write(runLine());
let saved = 0;
for await (const event of connection) {
  // What is saved must not come again.
  if (cursor.position.saved > saved) {
    saved = cursor.position.saved;
    write(savedLine(saved));
  }
  // Work that takes longer than a save: an event that counts as done too early is lost by a kill.
  if (Number(event.id) % SETTINGS.durable.slowEvery === 0) await sleep(SETTINGS.durable.slow);
  write(doneLine(event));
}
await store.close();
process.disconnect();
