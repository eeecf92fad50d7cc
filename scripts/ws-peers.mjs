// `npm run test:ws-peers`: WebSocket servers and clients of other projects, some from Debian, some from packages that nothing
// else needs.
import { install, run } from "./install.mjs";

const root = new URL("../", import.meta.url).pathname;
const home = new URL("../packages/hpx-transport/test/ws-peers/", import.meta.url).pathname;

await install(home);
run("npx", ["tsc", "-p", home], root);
run("npx", ["vitest", "run", "--config", "vitest.ws-peers.config.ts", ...process.argv.slice(2)], root);
