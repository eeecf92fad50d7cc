import { expect, test } from "vitest";
import { renewOften } from "./renewals.js";

const COUNT = 1000;

test(`F19: a day in 40 ms, ${COUNT} planned renewals: lost 0, doubled 0`, async () => {
  const result = await renewOften(COUNT, 40);
  expect(result).toMatchObject({ breaks: [], gaps: 0, lost: 0, renewals: COUNT, attempts: 1, open: 0 });
  expect(result.delivered).toBeGreaterThan(COUNT);
}, 600_000);
