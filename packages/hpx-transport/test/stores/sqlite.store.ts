import { join } from "node:path";
import { emptyFolder } from "../durable/stores/file-support.js";
import { suite } from "./support/suite.js";

const place = async (): Promise<string> => join(await emptyFolder(), "test.db");

suite("SqliteCursorStore over node:sqlite", { kind: "node:sqlite", place, saveIn: true });
suite("SqliteCursorStore over better-sqlite3", { kind: "better-sqlite3", place, saveIn: true });
