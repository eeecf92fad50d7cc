import { join } from "node:path";
import { expect } from "vitest";
import type { RemoteOptions } from "../processes/remote-store.js";
import type { ConsumerPlan } from "../processes/run-consumer.js";
import type { KillPlan } from "../processes/kill-switch.js";
import { fileLedger, type StorePlan } from "../processes/open-store.js";
import { emptyFolder } from "../stores/file-support.js";
import { Consumer, databaseLedger, type Outcome } from "./consumer.js";
import { Feed } from "./feed.js";

/** `program` and `execPath` are those of the consumer. */
export interface CrashOptions extends RemoteOptions {
  readonly store: StorePlan;
  /** Where the ledger is. With `"saveIn"` it is in one transaction with the position: no event is worked on twice. */
  readonly ledger?: "file" | "database" | "saveIn";
}

/** What came of the crashes. */
export interface Figures {
  readonly kills: number;
  readonly events: number;
  /** Events that are not in the ledger. */
  readonly lost: number;
  /** Entries of the ledger beyond one for each event. */
  readonly doubled: number;
  /** An event came before one that it follows in the feed, and not as a repetition. */
  readonly misplaced: number;
}

/** Steps of the consumer and calls of its store, for every store. */
export const STEPS: readonly KillPlan[] = [
  { at: "claim", nth: 1 },
  { at: "claimed", nth: 1 },
  { at: "received", nth: 1 },
  { at: "received", nth: 7 },
  { at: "working", nth: 5 },
  { at: "working", nth: 25 },
  { at: "worked", nth: 5 },
  { at: "acknowledged", nth: 6 },
  { at: "save", nth: 1 },
  { at: "save", nth: 3 },
  { at: "saved", nth: 1 },
  { at: "saved", nth: 3 },
];

/** Steps of the transaction of a consumer with `saveIn`. */
export const TRANSACTION_STEPS: readonly KillPlan[] = [
  { at: "begun", nth: 1 },
  { at: "begun", nth: 4 },
  { at: "added", nth: 1 },
  { at: "added", nth: 5 },
  { at: "saved in", nth: 1 },
  { at: "saved in", nth: 5 },
  { at: "committed", nth: 1 },
  { at: "committed", nth: 5 },
];

/** Kills a consumer at each of these points, one in each run, and then lets it run to the end of the feed. */
export async function crashAt(points: readonly KillPlan[], options: CrashOptions): Promise<Figures> {
  const feed = await Feed.start();
  const { plan, figures } = await prepare(feed, options);
  for (const kill of points) {
    const consumer = await Consumer.start({ ...plan, kill }, options);
    // A point that is not reached tests nothing.
    expect([kill, await consumer.ended]).toEqual([kill, "killed"]);
  }
  feed.stop();
  const last = await Consumer.start(plan, options);
  expect(await last.ended).toBe("done");
  return figures(points.length);
}

/** Kills consumers at random moments for a while, and then lets one run to the end. */
export async function crashFor(milliseconds: number, options: CrashOptions): Promise<Figures> {
  const feed = await Feed.start();
  const { plan, figures } = await prepare(feed, options);
  const end = Date.now() + milliseconds;
  let kills = 0;
  for (; Date.now() < end; kills += 1) {
    const consumer = await Consumer.start(plan, options);
    // One in four while it starts, claims and makes its files; the others while they work.
    if (kills % 4 !== 0) await consumer.working;
    expect(await consumer.killAfter(Math.random() ** 2 * 1000)).toBe("killed");
  }
  feed.stop();
  const last = await Consumer.start(plan, options);
  expect(await last.ended).toBe("done");
  return figures(kills);
}

/** Starts a second consumer on the same name while the first one works. Resolves with how they ended, first and second. */
export async function takeOver(options: CrashOptions): Promise<{ outcomes: Outcome[]; figures: Figures }> {
  const feed = await Feed.start();
  const { plan, figures } = await prepare(feed, options);
  const first = await Consumer.start(plan, options);
  await expect.poll(() => feed.total, { timeout: 15_000 }).toBeGreaterThan(20);
  const second = await Consumer.start(plan, options);
  const outcome = await first.ended;
  feed.stop();
  return { outcomes: [outcome, await second.ended], figures: await figures(0) };
}

async function prepare(
  feed: Feed,
  { store, ledger = "file", ...remote }: CrashOptions,
): Promise<{ plan: ConsumerPlan; figures: (kills: number) => Promise<Figures> }> {
  const place = ledger === "file" ? join(await emptyFolder(), "ledger") : ledger;
  const plan = { store, name: "crash", url: feed.url, ledger: place, saveEvery: 1, remember: 2000 };
  const figures = async (kills: number): Promise<Figures> => {
    const ids = ledger === "file" ? fileLedger.read(place) : await databaseLedger(plan, remote);
    return compare(ids.map(Number), feed.total, kills);
  };
  return { plan, figures };
}

function compare(ids: readonly number[], events: number, kills: number): Figures {
  const seen = new Set(ids);
  let [newest, misplaced] = [0, 0];
  for (const id of ids) {
    if (id > newest + 1) misplaced += 1;
    newest = Math.max(newest, id);
  }
  return { kills, events, lost: events - seen.size, doubled: ids.length - seen.size, misplaced };
}

/** Prints the figures, for a run's log. */
export function print(title: string, figures: Figures): void {
  const { kills, events, lost, doubled } = figures;
  process.stdout.write(`${title}: ${kills} kills, ${events} events, lost ${lost}, doubled ${doubled}\n`);
}
