import { expect, test } from "vitest";
import { Latency } from "../../src/demo/latency.js";
import { Market, seededRandom } from "../../src/demo/market.js";
import { Rate } from "../../src/rate.js";

test.each<[samples: readonly number[], p50: number | undefined, p99: number | undefined]>([
  [[], undefined, undefined],
  [[7], 7, 7],
  [[3, 1, 2], 2, 3],
  [[10, 9, 100], 10, 100],
  [Array.from({ length: 200 }, (_, index) => 200 - index), 100, 198],
])("the percentiles of %j", (samples, p50, p99) => {
  const latency = new Latency();
  for (const sample of samples) latency.add(sample);
  expect([latency.percentile(50), latency.percentile(99)]).toEqual([p50, p99]);
});

test("the rate is that of the last whole second, and falls to 0 in silence", () => {
  const rate = new Rate();
  for (let at = 0; at < 3060; at += 20) rate.count(at);
  expect([3060, 3500, 4000, 60_000].map((at) => rate.perSecond(at))).toEqual([50, 28, 3, 0]);
});

test("the market trades five symbols, the same in every run", () => {
  const trades = (): unknown[] => {
    const market = new Market(seededRandom(1));
    return Array.from({ length: 100 }, () => market.trade());
  };
  expect(trades()).toEqual(trades());
  expect(new Set(trades().map((trade) => (trade as { symbol: string }).symbol)).size).toBe(5);
});
