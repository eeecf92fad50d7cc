import { type FaultKind, type FaultPlan, FaultProxy, randomFaults, seededRandom } from "hpx-transport/testing";
import { expect, test } from "vitest";

function kindsOf(plan: FaultPlan): FaultKind[] {
  return [plan].flat().map(({ fault }) => fault);
}

function draw(plans: (connection: number) => FaultPlan, count: number): FaultPlan[] {
  return Array.from({ length: count }, (_, n) => plans(n + 1));
}

test("the same seed gives the same plans, in whatever order they are asked for; another seed gives others", () => {
  const plans = draw(randomFaults({ seed: 7 }), 50);
  expect(draw(randomFaults({ seed: 7 }), 50)).toEqual(plans);
  expect(randomFaults({ seed: 7 })(50)).toEqual(plans[49]);
  expect(draw(randomFaults({ seed: 8 }), 50)).not.toEqual(plans);
});

test("every fault has its turn, a breaking one beside a bending one, and some connections are left alone", () => {
  const plans = draw(randomFaults({ seed: 1 }), 1000).map(kindsOf);
  const counts = new Map<string, number>();
  for (const kind of plans.flat()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  expect([...counts.keys()].toSorted()).toEqual(
    ["cut", "delay", "merge", "refuse", "reset", "split", "stall", "throttle"].toSorted(),
  );
  for (const count of counts.values()) expect(count).toBeGreaterThan(150);
  expect(plans.filter((kinds) => kinds.length === 0).length).toBeGreaterThan(50);
  expect(plans.filter((kinds) => kinds.length === 2).length).toBeGreaterThan(800);
});

test("only what is allowed happens, within its limits, and the proxy takes all of it", async () => {
  const plans = draw(randomFaults({ seed: 3, faults: ["cut", "throttle"], healthy: 0, bytes: 9, ms: 4 }), 500);
  const faults = plans.flat();
  expect(new Set(faults.map(({ fault }) => fault))).toEqual(new Set(["cut", "throttle"]));
  const positions = faults.flatMap((fault) => (fault.fault === "cut" ? [fault.after] : []));
  expect([Math.min(...positions), Math.max(...positions)]).toEqual([0, 8]);
  const pauses = faults.flatMap((fault) => (fault.fault === "throttle" ? [fault.pause] : []));
  expect([Math.min(...pauses), Math.max(...pauses)]).toEqual([1, 4]);
  await using proxy = await FaultProxy.start({ target: 1 });
  proxy.plan(...plans, ...draw(randomFaults({ seed: 3 }), 500));
});

test("seeded numbers are spread over 0 up to 1", () => {
  const random = seededRandom(42);
  const numbers = Array.from({ length: 10_000 }, () => random());
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...numbers)).toBeLessThan(1);
  for (let tenth = 0; tenth < 10; tenth += 1) {
    const share = numbers.filter((number) => Math.floor(number * 10) === tenth).length;
    expect(share).toBeGreaterThan(850);
    expect(share).toBeLessThan(1150);
  }
});
