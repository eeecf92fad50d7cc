import { expect, test } from "vitest";
import { ConnectRate } from "../../src/connection/rate.js";

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test("an empty bucket asks for the time that one connect takes to come back, to the millisecond", () => {
  const rate = new ConnectRate({ burst: 2, perSecond: 0.001 });
  rate.take();
  expect(rate.wait).toBe(0);
  rate.take();
  expect(rate.wait).toBeGreaterThan(999_000);
  expect(rate.wait).toBeLessThanOrEqual(1_000_000);
  rate.take();
  expect(rate.wait).toBeGreaterThan(1_999_000);
  expect(rate.wait).toBeLessThanOrEqual(2_000_000);
});

test("a wait that no timer can hold is the longest one that a timer can", () => {
  const rate = new ConnectRate({ burst: 1, perSecond: 1e-9 });
  rate.take();
  expect(rate.wait).toBe(2_147_483_647);
});

test("the bucket fills while a connection lasts, and never above its burst", async () => {
  const rate = new ConnectRate({ burst: 1, perSecond: 20 });
  rate.take();
  expect(rate.wait).toBeGreaterThan(0);
  await sleep(120);
  expect(rate.wait).toBe(0);
  rate.take();
  expect(rate.wait).toBeGreaterThan(0);
});

test("time before a connect does not count twice: the next one waits in full", async () => {
  const rate = new ConnectRate({ burst: 1, perSecond: 5 });
  await sleep(120);
  rate.take();
  expect(rate.wait).toBeGreaterThan(150);
});
