import { join } from "node:path";
import { type Append, SqliteLog } from "hpx-relay";
import { expect, onTestFinished, test, vi } from "vitest";
import { type CommitOutcome, GroupCommit, type Pending } from "../../src/commit/group-commit.js";
import { loopIsBusy } from "../../src/commit/busy.js";
import { appendOf, temporaryFolder } from "../support.js";

/** A commit over a real log, with the number of messages of each append. Timers stand still; turns of the event loop do not. */
async function start(isBusy: boolean): Promise<{ commit: GroupCommit; commits: number[] }> {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const log = await SqliteLog.open(join(temporaryFolder(), "relay.db"));
  onTestFinished(async () => {
    vi.useRealTimers();
    await log.close();
  });
  const commits: number[] = [];
  const observer = { stateChanged: () => {}, committed: (messages: number) => void commits.push(messages) };
  return { commit: new GroupCommit(log, observer, () => isBusy), commits };
}

const pending = (source: string, count = 1): Pending => {
  const append: Append = appendOf(source, 0, ...Array.from({ length: count }, (_, index) => index + 1));
  return { ...append, known: undefined };
};

async function turns(count = 5): Promise<void> {
  for (; count > 0; count -= 1) await new Promise((resolve) => setImmediate(resolve));
}

test("a process that is not busy appends in the next turn what came in this one", async () => {
  const { commit, commits } = await start(false);
  const both = [commit.submit(pending("a")), commit.submit(pending("b"))];
  await Promise.all(both);
  await commit.submit(pending("c"));
  expect(commits).toEqual([2, 1]);
});

test("few messages of a busy process wait 2 ms for those that come meanwhile", async () => {
  const { commit, commits } = await start(true);
  const first = commit.submit(pending("a"));
  await turns();
  const second = commit.submit(pending("b"));
  await turns();
  expect(commits).toEqual([]);
  await vi.advanceTimersByTimeAsync(2);
  await Promise.all([first, second]);
  expect(commits).toEqual([2]);
});

test("many messages wait for nothing, and take with them those that wait", async () => {
  const { commit, commits } = await start(true);
  const first = commit.submit(pending("a"));
  await turns();
  expect(commits).toEqual([]);
  await Promise.all([first, commit.submit(pending("b", 63))]);
  expect(commits).toEqual([64]);
  await commit.submit(pending("c", 64));
  expect(commits).toEqual([64, 64]);
  const few = commit.submit(pending("d"));
  await turns();
  expect(commits).toEqual([64, 64]);
  await vi.advanceTimersByTimeAsync(2);
  await few;
});

test("a process that ends waits for nothing", async () => {
  const { commit, commits } = await start(true);
  const outcome: Promise<CommitOutcome> = commit.submit(pending("a"));
  commit.stop();
  expect(await outcome).toEqual({ kind: "stopped" });
  expect(commits).toEqual([]);
});

test("an event loop that works most of the time is busy, and one that waits is not", async () => {
  const isBusy = loopIsBusy();
  const spin = (until: number): void => {
    while (performance.now() < until);
  };
  spin(performance.now() + 250);
  await turns(1);
  expect(isBusy()).toBe(true);
  await vi.waitUntil(
    async () => {
      await new Promise((resolve) => setTimeout(resolve, 250));
      return !isBusy();
    },
    { timeout: 10_000 },
  );
});
