import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { GroupCommit } from "../../src/commit/group-commit.js";
import { noCounts } from "../../src/source/counts.js";
import type { Arrived } from "../../src/source/feed.js";
import { Owner } from "../../src/source/owner.js";
import { SourceRunner } from "../../src/source/runner.js";
import { SharedLog } from "../protocol/faulty-log.js";
import { appendOf, until } from "../support.js";

const NONE = { lostReply: 0, lateCopy: 0, lostRequest: 0, spurious: 0, secondCopy: 0, staleTail: 0, tailsAway: 0 };

test.each([
  ["ids that do not count", false],
  ["ids that count", true],
])(
  "a stop while the log is read appends nothing, because nothing is known of what came before: %s",
  async (_, numeric) => {
    const log = new SharedLog(() => 0.99, NONE);
    log.append([appendOf("a", 0, 1, 2, 3)]);
    const client = log.client();
    let isReading = false;
    // A reading that ends at a stop, without what it would have found.
    client.read = async function* read(from, signal = new AbortController().signal) {
      isReading = from.last !== undefined;
      await once(signal, "abort");
      yield [];
    };
    const commit = new GroupCommit(client, { stateChanged: () => {}, committed: () => {} });
    onTestFinished(() => commit.stop());
    const again: readonly Arrived[] = [
      { event: "message", id: "2", data: "event 2", before: { connected: true, hasOwnId: true } },
    ];
    const runner = new SourceRunner("a", noCounts(), {
      log: client,
      commit,
      owner: new Owner("me"),
      start: "",
      numeric,
      onState: () => {},
      openFeed: () => ({
        async *batches() {
          yield again;
        },
        close: async () => {},
      }),
    });
    runner.start();
    await until("a reading of the log", () => isReading);
    await runner.stop();
    expect(log.records).toHaveLength(3);
  },
);
