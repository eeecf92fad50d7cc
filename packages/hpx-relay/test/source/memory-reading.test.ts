import { LogUnavailable, type ReadFrom, type RelayLog } from "hpx-relay";
import { expect, test } from "vitest";
import { recall } from "../../src/source/align/memory.js";
import { type FaultyClient, SharedLog } from "../protocol/faulty-log.js";
import { appendOf, messageOf } from "../support.js";

const NONE = { lostReply: 0, lateCopy: 0, lostRequest: 0, spurious: 0, secondCopy: 0, staleTail: 0, tailsAway: 0 };
const { signal } = new AbortController();

/** A log whose reader is `behind` messages behind its leader. */
function readerBehind(client: FaultyClient, behind: number): RelayLog {
  const { url, limits, epoch } = client;
  return {
    url,
    limits,
    epoch,
    tails: (sources) => client.tails(sources),
    append: (parts) => client.append(parts),
    close: () => client.close(),
    async *read(from: ReadFrom) {
      for await (const records of client.read(from)) yield records.slice(0, records.length - behind);
    },
  };
}

test("a reader that does not deliver the last message is not taken for a log without it", async () => {
  const log = new SharedLog(() => 0.99, NONE);
  const client = log.client();
  log.append([appendOf("a", 0, 1, 2, 3)]);
  log.append([appendOf("b", 0, 1)]);
  const last = { source: "a", pos: log.tail("a")?.pos ?? 0 };
  expect((await recall(last, client, signal)).ring.size).toBe(3);
  for (const behind of [1, 3]) {
    await expect(recall(last, readerBehind(client, behind), signal)).rejects.toThrow(LogUnavailable);
  }
});

test("messages after the last one that was named belong to another owner, and are left out", async () => {
  const log = new SharedLog(() => 0.99, NONE);
  const client = log.client();
  log.append([appendOf("a", 0, 1, 2)]);
  const last = { source: "a", pos: log.tail("a")?.pos ?? 0 };
  log.append([{ source: "a", expected: 2, messages: [messageOf(3)], tag: "b.1.1.0" }]);
  expect((await recall(last, client, signal)).ring.size).toBe(2);
});
