import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { KillPlan } from "../../durable/processes/kill-switch.js";
import { crashAt, crashFor, print, STEPS, takeOver, TRANSACTION_STEPS } from "../../durable/crash/crashes.js";
import type { StorePlan } from "../../durable/processes/open-store.js";
import { conformance } from "../../durable/stores/conformance.js";
import { openDatabase } from "../databases/index.js";

export interface SuiteOptions {
  readonly kind: string;
  /** An empty database, gone when the test is over. */
  readonly place: () => Promise<string>;
  /** The store has `saveIn`. */
  readonly saveIn?: true;
}

const program = join(import.meta.dirname, "../consumer-process.ts");
const TIMEOUT = 120_000;
/** Milliseconds of kills at random moments: more where the environment says so. */
const RANDOM_KILLS = Number(process.env["HPX_CRASH_MS"] ?? 3000);

/** What every store in a database must do: the conformance suite, and the crashes. */
export function suite(title: string, { kind, place, saveIn }: SuiteOptions): void {
  conformance(title, {
    place: async () => {
      const plan: StorePlan = { kind, place: await place() };
      const open = async (): Promise<Awaited<ReturnType<typeof openDatabase>>> => {
        const opened = await openDatabase(plan);
        onTestFinished(opened.close);
        return opened;
      };
      return { open: async () => (await open()).store, damage: async (name) => (await open()).damage(name) };
    },
  });
  crashes(title, STEPS, async () => ({ store: { kind, place: await place() }, program }));
  if (saveIn === undefined) return;
  const steps = [...STEPS.filter(({ at }) => !at.startsWith("save")), ...TRANSACTION_STEPS];
  crashes(`${title} with saveIn`, steps, async () => ({
    store: { kind, place: await place() },
    program,
    saveIn: true,
  }));
}

type Prepare = () => Promise<Parameters<typeof crashAt>[2]>;

function crashes(title: string, points: readonly KillPlan[], prepare: Prepare): void {
  test(`${title}: a consumer that is killed at every step leaves no event out`, { timeout: TIMEOUT }, async () => {
    const options = await prepare();
    const figures = await crashAt(points, 700, options);
    print(`${title}, killed at every step`, figures);
    expect(figures).toMatchObject({ kills: points.length, events: 700, lost: 0, misplaced: 0 });
    if (options.saveIn === true) expect(figures.doubled).toBe(0);
  });

  test(`${title}: consumers that are killed at random leave no event out`, { timeout: TIMEOUT }, async () => {
    const options = await prepare();
    const figures = await crashFor(RANDOM_KILLS, options);
    print(`${title}, killed at random`, figures);
    expect(figures).toMatchObject({ lost: 0, misplaced: 0 });
    if (options.saveIn === true) expect(figures.doubled).toBe(0);
  });

  test(`${title}: a second consumer on the name gets on, and the first is fenced`, { timeout: TIMEOUT }, async () => {
    const options = await prepare();
    const { outcomes, figures } = await takeOver(options);
    expect(outcomes).toEqual(["fenced", "done"]);
    expect(figures).toMatchObject({ lost: 0, misplaced: 0 });
    if (options.saveIn === true) expect(figures.doubled).toBe(0);
  });
}
