// `npm run docs`: the API reference and the guides as a website in docs/site. Any warning of typedoc's is a failure: a
// public name without a comment, one that cannot be reached, a link to nowhere.
import { install, run } from "./install.mjs";

// A folder of its own, outside the workspace: typedoc needs an older TypeScript than the rest.
const home = new URL("../docs/", import.meta.url).pathname;

await install(home);
run("node", ["node_modules/typedoc/bin/typedoc"], home);
