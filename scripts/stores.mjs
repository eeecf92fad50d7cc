// `npm run test:stores`: the stores of positions in databases, with the real servers and the clients that users have.
// `HPX_CRASH_MS=60000 npm run test:stores` kills consumers of each store for a minute.
import { install, run } from "./install.mjs";

const root = new URL("../", import.meta.url).pathname;
// A folder of its own, outside the workspace: clients of databases that nothing else needs.
const home = new URL("../packages/hpx-transport/test/stores/", import.meta.url).pathname;

await install(home);
run("npx", ["tsc", "-p", home], root);
run("npx", ["vitest", "run", "--config", "vitest.stores.config.ts", ...process.argv.slice(2)], root);
