import { expect, test } from "vitest";
import { emptyFolder } from "../stores/file-support.js";
import { crashFor, print } from "./crashes.js";

/** Milliseconds of kills for each store. */
const DURATION = 15_000;

test("consumers with a file store that are killed at random leave no event out", { timeout: 120_000 }, async () => {
  const place = await emptyFolder();
  const figures = await crashFor(DURATION, { store: { kind: "file", place } });
  print("file store, killed at random", figures);
  expect(figures).toMatchObject({ lost: 0, misplaced: 0 });
  expect(figures.kills).toBeGreaterThan(5);
});
