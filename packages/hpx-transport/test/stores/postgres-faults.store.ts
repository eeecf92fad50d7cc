import { newDatabase, postgresServer } from "./servers/postgres.js";
import { faultSuite } from "./support/fault-suite.js";

faultSuite("PostgresCursorStore over pg", { kind: "pg", server: postgresServer, place: newDatabase });
faultSuite("PostgresCursorStore over postgres", { kind: "postgres", server: postgresServer, place: newDatabase });
