// Runs the code of a page in a process of its own, against mock servers that stand for https://example.com and wss://example.com.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runs } from "./runs.mjs";

/** Milliseconds. */
const DEADLINE = 15_000;

/**
 * Runs `program`, made from the snippet `name`, and throws unless it prints what `runs` says. Each request gets the next
 * answer for its path; when a path has no more of them, 204 ends the stream. WebSockets get the replies of `sockets`.
 */
export async function check(name, program, { MockSseServer, MockWsServer, env = {} }) {
  const run = runs[name];
  if (run === undefined) throw new Error(`scripts/snippets/runs.mjs does not say what ${name} prints`);
  const server = await start(MockSseServer, run.answers ?? {});
  const sockets = await MockWsServer.start();
  for (const [path, reply] of Object.entries(run.sockets ?? {})) sockets.route(path, ...[reply].flat());
  try {
    const text = await readFile(program, "utf8");
    await writeFile(
      program,
      text.replaceAll("https://example.com/", server.url).replaceAll("wss://example.com/", sockets.url),
    );
    const printed = await output(program, run, { ...process.env, ...env, ...run.env });
    if (!matches(printed, run.prints)) {
      throw new Error(`${name} printed ${JSON.stringify(printed)}, not ${show(run.prints)}`);
    }
    const requests = server.requests.map(({ method, url, lastEventId = "" }) =>
      `${method} ${url} ${lastEventId}`.trim(),
    );
    // A program without an end may ask again before it is stopped.
    const seen = run.endless ? requests.slice(0, run.requests?.length) : requests;
    if (run.requests !== undefined && JSON.stringify(seen) !== JSON.stringify(run.requests)) {
      throw new Error(`${name} sent ${JSON.stringify(seen)}, not ${JSON.stringify(run.requests)}`);
    }
  } finally {
    await server.close();
    await sockets.close();
  }
}

async function start(MockSseServer, answers) {
  const server = await MockSseServer.start();
  const left = new Map(Object.entries(answers).map(([path, scripts]) => [path, [...scripts]]));
  server.otherwise(async (exchange) => {
    const path = exchange.request.url.replace(/\?.*/, "");
    await exchange.play(left.get(path)?.shift() ?? { status: 204 });
  });
  return server;
}

/** What a program prints that ends with 0, or an `endless` one until it printed what it should. */
async function output(program, { endless = false, prints, preload = [] }, env) {
  const command = program.endsWith(".sh") ? "bash" : process.execPath;
  const args = [...preload.flatMap((code) => ["--import", `data:text/javascript,${code}`]), program];
  // A folder of its own, for the files that it writes.
  const cwd = await mkdtemp(join(dirname(program), "run-"));
  return new Promise((resolve, reject) => {
    // A group of its own, so that what a shell started ends with it.
    const child = spawn(command, args, { env, cwd, detached: true });
    const kill = () => child.pid !== undefined && process.kill(-child.pid, "SIGKILL");
    const timer = setTimeout(kill, DEADLINE);
    let printed = "";
    let enough = false;
    const read = (chunk) => {
      printed += chunk;
      if (enough || !endless || !matches(printed, prints)) return;
      enough = true;
      kill();
    };
    child.stdout.setEncoding("utf8").on("data", read);
    child.stderr.setEncoding("utf8").on("data", read);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      if (code === 0 || enough) resolve(printed);
      else reject(new Error(`${program} ended with ${code ?? signal}:\n${printed}`));
    });
  });
}

function matches(printed, expected) {
  return expected instanceof RegExp ? expected.test(printed) : printed === expected;
}

function show(expected) {
  return expected instanceof RegExp ? String(expected) : JSON.stringify(expected);
}
