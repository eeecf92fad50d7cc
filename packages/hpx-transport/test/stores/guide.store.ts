import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { build } from "esbuild";
import { expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../support/program.js";
import { needs } from "../support/requirements.js";
import { natsServer } from "./servers/nats.js";
import { newDatabase, postgresServer } from "./servers/postgres.js";
import { redisServer } from "./servers/redis.js";
import { Server, type ServerKind } from "./servers/server.js";
import { nodesWithSqlite } from "./support/nodes.js";

// The programs of the guide about positions that survive restarts, as they are on the page but for the URL of the feed.
const SNIPPETS = join(import.meta.dirname, "../../../../docs/snippets/stores");
const FILLS = 3;
const TIMEOUT = 120_000;

/** A feed that resumes by id and is over after the last fill. Returns its URL, and the ids that clients came with. */
async function startFeed(): Promise<{ url: string; ids: (string | undefined)[] }> {
  const ids: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const id = request.headers["last-event-id"]?.toString();
    ids.push(id);
    if (Number(id) === FILLS) {
      response.writeHead(204).end();
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("retry: 10\n\n");
    for (let fill = Number(id ?? 0) + 1; fill <= FILLS; fill++) response.write(`id: ${fill}\ndata: fill ${fill}\n\n`);
    response.end();
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/fills`, ids };
}

/** The program as a file that finds the packages of this folder. */
async function programOf(name: string, url: string): Promise<string> {
  const contents = readFileSync(join(SNIPPETS, `${name}.ts`), "utf8").replaceAll("https://example.com/fills", url);
  expect(contents).toContain(url);
  const folder = join(import.meta.dirname, "node_modules/.cache/guide");
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `${name}-${process.pid}.mjs`);
  await build({
    stdin: { contents, loader: "ts", resolveDir: import.meta.dirname },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@hpx/source", "node"],
    external: ["pg", "@redis/client", "@nats-io/*"],
  });
  return outfile;
}

/** Runs the program to its end, twice in one folder: the second run has nothing left to do. */
async function runTwice(name: string, env: Record<string, string>, execPath = process.execPath): Promise<string[]> {
  const { url, ids } = await startFeed();
  const program = await programOf(name, url);
  const folder = temporaryFolder();
  const outputs: string[] = [];
  for (let run = 0; run < 2; run++) {
    const child = spawn(execPath, ["--no-warnings", program], { cwd: folder, env: { ...process.env, ...env } });
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
    expect(errors).toBe("");
    outputs.push(output.trim());
  }
  // The second run begins with the position that the first one saved.
  expect(ids).toEqual([undefined, "3", "3"]);
  return outputs;
}

async function serverFor(kind: ServerKind): Promise<number> {
  return (await Server.forTest(kind)).port;
}

const COUNTED = ["{ fills: 3 }", "{ fills: 3 }"];

test("the program for PostgreSQL", { timeout: TIMEOUT }, async (context) => {
  needs(postgresServer.requirement)(context);
  const { hostname, pathname, port, username } = new URL(await newDatabase(await serverFor(postgresServer)));
  const env = { PGHOST: hostname, PGPORT: port, PGUSER: username, PGDATABASE: pathname.slice(1) };
  expect(await runTwice("postgres", env)).toEqual(COUNTED);
});

test("the program for Redis", { timeout: TIMEOUT }, async (context) => {
  needs(redisServer.requirement)(context);
  const url = `redis://127.0.0.1:${await serverFor(redisServer)}`;
  expect(await runTwice("redis", { REDIS_URL: url })).toEqual(COUNTED);
});

test("the program for NATS", { timeout: TIMEOUT }, async (context) => {
  needs(natsServer.requirement)(context);
  const url = `nats://127.0.0.1:${await serverFor(natsServer)}`;
  // It counts the fills of its own run.
  expect(await runTwice("nats", { NATS_URL: url })).toEqual(["{ fills: 3 }", "{ fills: 0 }"]);
});

test.each(nodesWithSqlite)("the program for SQLite on Node $version", { timeout: TIMEOUT }, async (row) => {
  expect(row.requirement).toMatchObject({ met: true });
  const [first, second] = await runTwice("sqlite", {}, row.execPath);
  expect(first).toContain("fills: 3");
  expect(second).toBe(first);
});
