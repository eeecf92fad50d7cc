import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { run } from "./pack.mjs";

/** Runs the installed command under both of its names, as `npx` would. */
export async function commandProblems(project) {
  const problems = [];
  const manifest = JSON.parse(await readFile(join(project, "node_modules/hpx-cli/package.json"), "utf8"));
  for (const name of Object.keys(manifest.bin)) {
    const { stdout } = await run("npx", ["--no", "--", name, "--version"], { cwd: project, timeout: 60_000 });
    if (stdout.trim() !== manifest.version) problems.push(`${name} --version printed ${JSON.stringify(stdout)}`);
  }
  const args = ["--no", "--", "hpx-cli", "demo", "--seconds", "1"];
  const { stdout } = await run("npx", args, { cwd: project, timeout: 60_000 });
  if (!stdout.includes("lost 0, duplicated 0")) problems.push(`hpx-cli demo printed ${String(stdout).slice(-200)}`);
  return problems.concat(await relayProblems(project));
}

/** Relays three events with a configuration of two lines, verifies the log, and runs the demo of the relay. */
async function relayProblems(project) {
  const folder = join(project, "relay");
  await mkdir(folder);
  const hpx = (...args) =>
    run("npx", ["--no", "--", "hpx-cli", ...args], { cwd: folder, timeout: 60_000 }).catch((error) => ({
      stdout: error.message,
      stderr: "",
    }));
  const testing = pathToFileURL(join(project, "node_modules/hpx-transport/dist/testing/index.js"));
  const { MockSseServer } = await import(testing.href);
  const server = await MockSseServer.start();
  server.reply({ body: "id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: c\n\n" });
  server.otherwise({ status: 204 });
  await writeFile(join(folder, "feeds.yaml"), `sources:\n  a: { url: "${server.url}", continuity: numeric }\n`);
  const relayed = await hpx("relay", "feeds.yaml");
  const verified = await hpx("relay", "verify", "feeds.yaml");
  const demo = await hpx("demo", "--relay", "sqlite", "--seconds", "3");
  await server.close();
  const seen = [
    [relayed.stderr, /^stopped: 3 events relayed$/m],
    [verified.stdout, /^3 events, 1 source: lost 0, doubled 0, no gap marked$/m],
    [demo.stdout, /^[\d,]+ events, 3 sources: lost 0, doubled 0, no gap marked$/m],
  ];
  return seen.flatMap(([text, expected]) => (expected.test(text) ? [] : [`hpx-cli relay printed ${text.slice(-400)}`]));
}
