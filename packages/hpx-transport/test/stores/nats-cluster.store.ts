import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { conformance, recordOf } from "../durable/stores/conformance.js";
import { eventually, rejection } from "../support/promises.js";
import { needs } from "../support/requirements.js";
import { openDatabase } from "./databases/index.js";
import { clusterServer } from "./servers/nats.js";
import { NatsCluster } from "./servers/nats-cluster.js";
import { placeOf } from "./support/suite.js";

let cluster: NatsCluster | undefined;
beforeAll(async () => {
  if (clusterServer.requirement.met) cluster = await NatsCluster.start();
}, 120_000);
afterAll(() => cluster?.remove(), 60_000);
beforeEach(needs(clusterServer.requirement));

let buckets = 0;
const newPlace = (): string => cluster?.place(`bucket-${(buckets += 1)}`) ?? "";

describe("three replicas in a cluster", { timeout: 60_000 }, () => {
  conformance("NatsCursorStore", { place: async () => placeOf({ kind: "@nats-io/kv", place: newPlace() }) });

  test(
    "a leader that is killed while saves are under way: no save that resolved is gone",
    { timeout: 180_000 },
    async () => {
      const plan = { kind: "@nats-io/kv", place: newPlace() } as const;
      const { store, close } = await openDatabase(plan);
      onTestFinished(close);
      const first = await store.claim("a");
      const claim = await store.claim("a");
      let saved = 0;
      const over = new AbortController();
      const saving = (async () => {
        for (let version = 1; !over.signal.aborted; version += 1) {
          const done = await store.save("a", recordOf("a", claim, version), claim).then(
            () => true,
            () => false,
          );
          if (done) saved = version;
        }
      })();
      await eventually("saves go on", () => saved >= 50, 60_000);
      const killed = await cluster?.killLeaderOf(`bucket-${buckets}`);
      const before = saved;
      await eventually("saves go on without it", () => saved >= before + 50, 90_000);
      over.abort();
      await saving;
      expect(await rejection(store.save("a", recordOf("a", first, saved + 10), first))).toMatchObject({
        code: "CURSOR_FENCED",
      });
      expect((await store.claim("a")).record?.version).toBeGreaterThanOrEqual(saved);
      await killed?.start();
    },
  );
});
