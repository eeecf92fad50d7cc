import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { RemoteStore } from "../durable/processes/remote-store.js";
import { recordOf } from "../durable/stores/conformance.js";
import { emptyFolder } from "../durable/stores/file-support.js";
import { needs } from "../support/requirements.js";
import { nodesWithSqlite } from "./support/nodes.js";
import { suite } from "./support/suite.js";

const place = async (): Promise<string> => join(await emptyFolder(), "test.db");

suite("SqliteCursorStore over better-sqlite3", { kind: "better-sqlite3", place, saveIn: true });

for (const { version, execPath, requirement } of nodesWithSqlite) {
  describe(`Node ${version}`, () => {
    beforeEach(needs(requirement));
    suite(`SqliteCursorStore over node:sqlite ${version}`, { kind: "node:sqlite", place, saveIn: true, execPath });
  });
}

test("two processes that claim and save in one file at once wait for each other", { timeout: 60_000 }, async () => {
  const plan = { kind: "better-sqlite3", place: await place() };
  const program = join(import.meta.dirname, "store-process.ts");
  const stores = [await RemoteStore.start(plan, { program }), await RemoteStore.start(plan, { program })];
  const outcomes = stores.map(async (store, index) => {
    for (let epoch = 1; epoch <= 200; epoch += 1) {
      const claim = await store.claim(`name ${index}`);
      expect(claim.epoch).toBe(epoch);
      await store.save(`name ${index}`, recordOf(`name ${index}`, claim, epoch), claim);
    }
  });
  await Promise.all(outcomes);
});
