// `npm run test:sdks`: the libraries that take a `fetch`, and servers whose answers can be taken up, over
// `hpx-transport/fetch`. It prints a table of the requests.
import { install, run } from "./install.mjs";

const root = new URL("../", import.meta.url).pathname;
// A folder of its own, outside the workspace: these are 280 packages that nothing else needs.
const home = new URL("../packages/hpx-transport/test/sdks/", import.meta.url).pathname;

await install(home);
run("npx", ["tsc", "-p", home], root);
run("npx", ["vitest", "run", "--config", "vitest.sdks.config.ts", ...process.argv.slice(2)], root);
