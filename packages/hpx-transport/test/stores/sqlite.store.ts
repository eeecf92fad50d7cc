import { join } from "node:path";
import { beforeEach, describe } from "vitest";
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
