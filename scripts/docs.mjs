// `npm run docs`: the website in docs/site, from the guides, the option tables, the comments in the code and the results.
// `npm run docs:dev` serves it, and shows changes of the guides at once.
import { spawn } from "node:child_process";
import { watch } from "node:fs";
import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { install, run } from "./install.mjs";

// A folder of its own, outside the workspace: typedoc needs an older TypeScript than the rest.
const home = new URL("../docs/", import.meta.url).pathname;
const isDev = process.argv[2] === "dev";

await install(home);
const { stage } = await import("../docs/website/build/stage.mjs");
const { writeReference } = await import("../docs/website/build/reference.mjs");
// A page that was removed must not stay.
if (!isDev) await rm(`${home}.pages`, { recursive: true, force: true });
await stage();
await writeReference();
if (isDev) {
  for (const folder of ["guides", "website/pages"]) watch(`${home}${folder}`, () => void stageSoon());
  spawn("npx", ["vitepress", "dev", "website"], { cwd: home, stdio: "inherit" }).once("exit", (code) =>
    process.exit(code),
  );
} else {
  run("npx", ["vitepress", "build", "website"], home);
}

async function stageSoon() {
  await sleep(100); // an editor writes a file in several steps
  await stage().catch((error) => process.stderr.write(`${error.message}\n`));
}
