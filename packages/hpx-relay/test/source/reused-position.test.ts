import { verify } from "hpx-relay";
import { expect, onTestFinished, test } from "vitest";
import { GroupCommit } from "../../src/commit/group-commit.js";
import type { Arrived } from "../../src/source/feed.js";
import { noCounts } from "../../src/source/counts.js";
import { Owner } from "../../src/source/owner.js";
import { SourceRunner } from "../../src/source/runner.js";
import { SharedLog } from "../protocol/faulty-log.js";
import { messageOf, until } from "../support.js";

const NONE = { lostReply: 0, lateCopy: 0, lostRequest: 0, spurious: 0, secondCopy: 0, staleTail: 0, tailsAway: 0 };

test("after a new connection to the log, a position that was used again is not taken for the one that was known", async () => {
  const log = new SharedLog(() => 0.99, NONE);
  const client = log.client();
  const commit = new GroupCommit(client, { stateChanged: () => {}, committed: () => {} });
  const asked: string[] = [];
  let send: (arrived: readonly Arrived[]) => void = () => {};
  const runner = new SourceRunner("a", noCounts(), {
    log: client,
    commit,
    owner: new Owner("me"),
    start: "",
    numeric: true,
    onState: () => {},
    openFeed: (id) => {
      asked.push(id);
      let next = new Promise<readonly Arrived[]>((resolve) => (send = resolve));
      const closed = new AbortController();
      return {
        async *batches() {
          while (!closed.signal.aborted) {
            const arrived = await next;
            next = new Promise((resolve) => (send = resolve));
            if (!closed.signal.aborted) yield arrived;
          }
        },
        close: async () => {
          closed.abort();
          send([]);
        },
      };
    },
  });
  onTestFinished(async () => {
    const stopping = runner.stop();
    commit.stop();
    await stopping;
  });
  runner.start();
  const event = (n: number, connected = false): Arrived => ({
    event: "message",
    id: String(n),
    data: `event ${n}`,
    ...(connected && { before: { connected, hasOwnId: true } }),
  });
  await until("the first connect", () => asked.length === 1);
  send([event(1, true), event(2), event(3), event(4)]);
  await until("four events in the log", () => log.records.length === 4);

  // The log loses two messages; another owner marks that and appends one event: position 4 is in use again.
  log.rewind(2);
  log.append([
    {
      source: "a",
      expected: 2,
      messages: [messageOf(2, { kind: "rewind", facts: "{}", data: Buffer.alloc(0) }), messageOf(3)],
      tag: "b.1.1.0",
    },
  ]);
  expect(log.records.at(-1)?.pos).toBe(4);
  send([event(5)]);

  await until("a connect after the last message of the log", () => asked.length === 2);
  expect(asked).toEqual(["", "3"]);
  send([event(4, true), event(5)]);
  await until("the events in the log", () => log.records.at(-1)?.n === 5);
  const report = await verify(client, { numeric: new Set(["a"]) });
  expect(report).toMatchObject({ events: 5, lost: 0, doubled: 0, damaged: 0 });
});
