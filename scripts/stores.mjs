// `npm run test:stores`: the stores of positions in databases, with the real servers and the clients that users have.
// `HPX_CRASH_MS=60000 npm run test:stores` kills consumers of each store for a minute.
import { existsSync } from "node:fs";
import { install, run } from "./install.mjs";

const root = new URL("../", import.meta.url).pathname;
// A folder of its own, outside the workspace: clients of databases that nothing else needs.
const home = new URL("../packages/hpx-transport/test/stores/", import.meta.url).pathname;

await install(home);
run("npx", ["tsc", "-p", home], root);
const vitest = ["node_modules/vitest/vitest.mjs", "run", "--config", "vitest.stores.config.ts"];
run(process.execPath, [...vitest, ...process.argv.slice(2)], root);
// The errors of node:sqlite differ from those of better-sqlite3, which is what Node 20 runs that file with.
const node24 = `${home}node_modules/node-24/bin/node`;
if (existsSync(node24)) run(node24, [...vitest, "sqlite-problems"], root);
