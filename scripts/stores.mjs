// `npm run test:stores`: the stores of positions in databases, with the real servers and the clients that users have.
import { existsSync } from "node:fs";
import { install, run } from "./install.mjs";

const root = new URL("../", import.meta.url).pathname;
// A folder of its own, outside the workspace: packages that nothing else needs.
const home = new URL("../packages/hpx-transport/test/stores/", import.meta.url).pathname;

await install(home);
run("npx", ["tsc", "-p", home], root);
// node:sqlite and the clients of NATS and SQLite need Node 22.
const pinned = `${home}node_modules/node-22/bin/node`;
const node = existsSync(pinned) ? pinned : process.execPath;
const vitest = ["node_modules/vitest/vitest.mjs", "run", "--config", "vitest.stores.config.ts"];
run(node, [...vitest, ...process.argv.slice(2)], root);
