import { newDatabase, postgresServer } from "./servers/postgres.js";
import { sharedServer } from "./servers/server.js";
import { suite } from "./support/suite.js";

const server = sharedServer(postgresServer);
const place = (): Promise<string> => newDatabase(server().port);

suite("PostgresCursorStore over pg", { kind: "pg", place, saveIn: true });
suite("PostgresCursorStore over postgres", { kind: "postgres", place, saveIn: true });
