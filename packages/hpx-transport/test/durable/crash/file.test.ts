import { expect, test } from "vitest";
import type { KillPlan } from "../processes/kill-switch.js";
import { emptyFolder } from "../stores/file-support.js";
import { crashAt, print, STEPS, takeOver } from "./crashes.js";

/** In the writes that make a log, and those of a commit. */
const WRITES: readonly KillPlan[] = [
  { at: "file: half written", nth: 1 },
  { at: "file: written", nth: 1 },
  { at: "file: new log or folder synced", nth: 1 },
  { at: "file: renamed", nth: 1 },
  { at: "file: half written", nth: 2 },
  { at: "file: half written", nth: 4 },
  { at: "file: written", nth: 3 },
  { at: "file: synced", nth: 1 },
  { at: "file: synced", nth: 4 },
];

/** A record has 40 KB here: the log is compacted after some 25 saves. */
const COMPACTION: readonly KillPlan[] = [
  { at: "file: new log or folder synced", nth: 1 },
  { at: "file: new log or folder synced", nth: 2 },
  { at: "file: renamed", nth: 1 },
  { at: "file: renamed", nth: 2 },
];

test(
  "a consumer that is killed at every step of its work and of the file store leaves no event out",
  { timeout: 60_000 },
  async () => {
    const place = await emptyFolder();
    const points = [...WRITES, ...STEPS, ...COMPACTION];
    const figures = await crashAt(points, { store: { kind: "file", place } });
    print("file store, killed at every step", figures);
    expect(figures).toMatchObject({ kills: points.length, lost: 0, misplaced: 0 });
  },
);

test(
  "a second consumer on the name gets on; the first is fenced; no event is left out",
  { timeout: 60_000 },
  async () => {
    const place = await emptyFolder();
    const { outcomes, figures } = await takeOver({ store: { kind: "file", place } });
    expect(outcomes).toEqual(["fenced", "done"]);
    expect(figures).toMatchObject({ lost: 0, misplaced: 0 });
  },
);
