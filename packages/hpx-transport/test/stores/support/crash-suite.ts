import { join } from "node:path";
import { expect, test } from "vitest";
import {
  crashAt,
  crashFor,
  type CrashOptions,
  print,
  STEPS,
  takeOver,
  TRANSACTION_STEPS,
} from "../../durable/crash/crashes.js";
import type { SuiteOptions } from "./suite.js";

const program = join(import.meta.dirname, "../consumer-process.ts");
const TIMEOUT = 180_000;
/** Milliseconds of kills at random moments, for each store: a minute with `HPX_CRASH_MS=60000`. */
const RANDOM_KILLS = Number(process.env["HPX_CRASH_MS"] ?? 2000);

/** Consumers that are killed, with the ledger in the database of the positions. */
export function crashSuite(title: string, { kind, place, saveIn, execPath }: SuiteOptions): void {
  const prepare = async (ledger: "database" | "saveIn"): Promise<CrashOptions> => ({
    store: { kind, place: await place() },
    program,
    execPath,
    ledger,
  });
  crashes(title, STEPS, () => prepare("database"));
  // With `saveIn` nothing is left for a save of the cursor's own.
  const steps = [...STEPS.filter(({ at }) => !at.startsWith("save")), ...TRANSACTION_STEPS];
  if (saveIn === true) crashes(`${title} with saveIn`, steps, () => prepare("saveIn"));
}

function crashes(title: string, points: typeof STEPS, prepare: () => Promise<CrashOptions>): void {
  test(`${title}: a consumer that is killed at every step leaves no event out`, { timeout: TIMEOUT }, async () => {
    const options = await prepare();
    const figures = await crashAt(points, options);
    print(`${title}, killed at every step`, figures);
    expect(figures).toMatchObject({ kills: points.length, lost: 0, misplaced: 0, ...once(options) });
  });

  test(`${title}: consumers that are killed at random leave no event out`, { timeout: TIMEOUT }, async () => {
    const options = await prepare();
    const figures = await crashFor(RANDOM_KILLS, options);
    print(`${title}, killed at random`, figures);
    expect(figures).toMatchObject({ lost: 0, misplaced: 0, ...once(options) });
  });

  test(`${title}: a second consumer on the name gets on, and the first is fenced`, { timeout: TIMEOUT }, async () => {
    const options = await prepare();
    const { outcomes, figures } = await takeOver(options);
    expect(outcomes).toEqual(["fenced", "done"]);
    expect(figures).toMatchObject({ lost: 0, misplaced: 0, ...once(options) });
  });
}

/** The work and the position are one transaction: no event is worked on twice. */
function once({ ledger }: CrashOptions): { doubled?: number } {
  return ledger === "saveIn" ? { doubled: 0 } : {};
}
