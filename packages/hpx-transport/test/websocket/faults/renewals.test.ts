import { expect, test } from "vitest";
import { renewOften } from "./renewals.js";

test("F19: maxLifetime replaces a socket before the server does, over and over: lost 0, doubled 0", async () => {
  const result = await renewOften(25, 40);
  expect(result).toMatchObject({ breaks: [], gaps: 0, lost: 0, renewals: 25, attempts: 1, open: 0 });
  expect(result.delivered).toBeGreaterThan(25);
});
