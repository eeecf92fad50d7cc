import { SqliteLog } from "hpx-relay";
import { beforeAll, expect, test, vi } from "vitest";
import { loadDriver } from "../../../hpx-relay/src/log/sqlite/driver.js";
import { bundle, start } from "../support/program.js";
import { feedServer, RelayFile, until, verdict } from "./support.js";

// Many processes begin at the same time.
vi.setConfig({ testTimeout: 60_000 });

let hpx = "";
beforeAll(async () => {
  hpx = await bundle("packages/hpx-cli/src/main.ts");
});

/** The number of the last event of a source in the log of a relay that runs. */
async function lastOf(path: string, source: string): Promise<number> {
  const log = await SqliteLog.open(path, { readOnly: true });
  const tails = await log.tails([source]);
  await log.close();
  return tails.get(source)?.n ?? 0;
}

test.concurrent("--check says that a file can be used, and does nothing", async () => {
  const file = new RelayFile({ sources: { a: { url: "http://127.0.0.1:9/" } } });
  const program = start(hpx, ["relay", "--check", file.path]);
  expect(await program.exitCode).toBe(0);
  expect(program.output.stderr).toBe(`${file.path}: 1 source, nothing is wrong\n`);
});

test.concurrent.each([
  [["relay"], /missing required argument 'file'/],
  [["relay", "/no/such/file.yaml"], /^error: \/no\/such\/file\.yaml: FILE: .*ENOENT.*\n$/],
  [["relay", "--unknown", "x"], /unknown option '--unknown'/],
  [["relay", "verify", "--since", "4", "/no/such/file.yaml"], /^error: --since: .* name its source with --source\n$/],
])("wrong usage %j is one line on standard error, and 2", async (args, line) => {
  const program = start(hpx, args);
  expect(await program.exitCode).toBe(2);
  expect(program.output.stderr).toMatch(line);
});

test.concurrent("a mistake in the file is named, and 2", async () => {
  const file = new RelayFile({ sources: { a: { url: "http://127.0.0.1:9/", handler: "x" } } });
  const program = start(hpx, ["relay", file.path]);
  expect(await program.exitCode).toBe(2);
  expect(program.output.stderr).toMatch(/^error: .*feeds\.yaml: sources\.a\.handler: "x" cannot be used; .*\n$/);
});

test.concurrent("SIGTERM commits what was read, and 0; a later run goes on behind it", async () => {
  const server = await feedServer();
  const file = new RelayFile({ sources: { a: { url: server.url } } });
  for (let n = 1; n <= 50; n += 1) server.publish({ data: `${n}` });
  const first = start(hpx, ["relay", file.path]);
  await until("50 events in the log", async () => (await lastOf(file.log, "a").catch(() => 0)) === 50);
  first.process.kill("SIGTERM");
  expect(await first.exitCode).toBe(0);
  expect(first.output.stderr).toMatch(/relaying 1 source into sqlite:.*relay\.db\nstopped: 50 events relayed\n$/);
  server.publish({ data: "51" });
  const second = start(hpx, ["relay", file.path]);
  expect((await server.request(2)).lastEventId).toBe("50");
  await until("51 events in the log", async () => (await lastOf(file.log, "a")) === 51);
  second.process.kill("SIGINT");
  expect(await second.exitCode).toBe(0);
  expect((await verdict(hpx, file.path)).line).toBe("51 events, 1 source: lost 0, doubled 0, no gap marked");
});

test.concurrent("a second relay on the same log gives up with what to do", async () => {
  const server = await feedServer();
  const file = new RelayFile({ sources: { a: { url: server.url } } });
  const first = start(hpx, ["relay", file.path]);
  await first.complains(/relaying/);
  const second = start(hpx, ["relay", file.path]);
  expect(await second.exitCode).toBe(1);
  expect(second.output.stderr).toMatch(
    /^error: CONFIG: log: sqlite:.* another relay appends to this file .* name another file\n$/,
  );
});

test.concurrent("where every source fails, it gives up; where one does, the others go on", async () => {
  const server = await feedServer();
  server.route("/gone", { status: 404 });
  const gone = { url: new URL("gone", server.url).href };
  const file = new RelayFile({ sources: { gone, a: { url: server.url } } });
  server.publish({ data: "1" });
  const some = start(hpx, ["relay", file.path]);
  await some.complains(/error the source gave up name="gone" message="the server answered 404/);
  await until("the event of the other", async () => (await lastOf(file.log, "a")) === 1);
  some.process.kill("SIGTERM");
  expect(await some.exitCode).toBe(0);

  file.write({ sources: { gone } });
  const all = start(hpx, ["relay", file.path]);
  expect(await all.exitCode).toBe(1);
  expect(all.output.stderr).toMatch(/error: no source is left: the server answered 404/);
});

test.concurrent("a source that has nothing more ends; where all have ended, 0", async () => {
  const server = await feedServer();
  server.otherwise({ status: 204 });
  const file = new RelayFile({ sources: { a: { url: server.url } } });
  const program = start(hpx, ["relay", file.path]);
  expect(await program.exitCode).toBe(0);
});

test.concurrent("SIGHUP reads the file again: new sources begin, those that are gone end, failed ones are tried again", async () => {
  const server = await feedServer();
  for (const path of ["/a", "/b", "/c"]) server.route(path, async (exchange) => await exchange.follow());
  server.route("/failed", { status: 404 });
  server.publish({ data: "1" });
  const url = (path: string): { url: string } => ({ url: new URL(path, server.url).href });
  const file = new RelayFile({ sources: { a: url("a"), b: url("b"), failed: url("failed") } });
  const program = start(hpx, ["relay", file.path], { HPX_LOG: "info" });
  await until(
    "the first events",
    async () => (await lastOf(file.log, "a").catch(() => 0)) === 1 && (await lastOf(file.log, "b")) === 1,
  );
  await program.complains(/the source gave up name="failed"/);

  server.route("/failed", async (exchange) => await exchange.follow());
  file.write({ sources: { a: url("a"), c: url("c"), failed: url("failed") } });
  program.process.kill("SIGHUP");
  await until(
    "the new source, and the failed one",
    async () => (await lastOf(file.log, "c")) === 1 && (await lastOf(file.log, "failed")) === 1,
  );
  server.publish({ data: "2" });
  await until(
    "the second event",
    async () => (await lastOf(file.log, "a")) === 2 && (await lastOf(file.log, "c")) === 2,
  );
  // It was stopped before the second event came.
  expect(await lastOf(file.log, "b")).toBe(1);
  // It was not connected anew.
  expect(server.requests.filter((request) => request.url === "/a")).toHaveLength(1);

  file.write({ sources: {} });
  program.process.kill("SIGHUP");
  await program.complains(/error: not reloaded: .*sources: an empty list cannot be used/);
  file.write({ log: "sqlite:other.db", sources: { a: url("a") } });
  program.process.kill("SIGHUP");
  await program.complains(/error: not reloaded: CONFIG: log: a change cannot be used; it needs a restart/);
  server.publish({ data: "3" });
  await until("the third event", async () => (await lastOf(file.log, "a")) === 3);
  program.process.kill("SIGTERM");
  expect(await program.exitCode).toBe(0);
});

test.concurrent("a SIGHUP at the very beginning ends nothing", async () => {
  const server = await feedServer();
  const file = new RelayFile({ sources: { a: { url: server.url } } });
  const program = start(hpx, ["relay", file.path], { HPX_LOG: "info" });
  await program.complains(/relaying/);
  program.process.kill("SIGHUP");
  program.process.kill("SIGHUP");
  await program.complains(/the configuration was read again/);
  program.process.kill("SIGTERM");
  expect(await program.exitCode).toBe(0);
});

test.concurrent("verify finds what was deleted, doubled or changed in the log, and 1", async () => {
  const server = await feedServer();
  const file = new RelayFile({ sources: { a: { url: server.url, headers: { "X-Api-Key": "$KEY" } } } });
  for (let n = 1; n <= 20; n += 1) server.publish({ data: `${n}` });
  const relay = start(hpx, ["relay", file.path], { KEY: "k" });
  await until("20 events", async () => (await lastOf(file.log, "a").catch(() => 0)) === 20);
  relay.process.kill("SIGTERM");
  await relay.exitCode;
  const open = await loadDriver();
  const database = open(file.log, { readOnly: false });
  database.exec("delete from messages where n in (5, 6)");
  database.exec("update messages set data = x'00' where n = 9");
  database.exec(
    "insert into messages select 100, source, 21, event, id, after, at, hash, kind, facts, tag, data from messages where n = 12",
  );
  database.close();
  const { line, code, program } = await verdict(hpx, file.path);
  expect(line).toBe("19 events, 1 source: lost 2, doubled 1, damaged 1, no gap marked");
  expect(program.output.stderr).toBe(
    "a, position 7: lost 2: number 7 follows 4\na, position 9: damaged 1: the data does not match its hash " +
      `${/hash (\w+)/.exec(program.output.stderr)?.[1]}\na, position 100: doubled 1: the id "12" came before\n`,
  );
  expect(code).toBe(1);
  expect((await verdict(hpx, file.path, "--source", "a", "--since", "13")).code).toBe(0);
  const unknown = await verdict(hpx, file.path, "--source", "b");
  expect(unknown.program.output.stderr).toMatch(/^error: --source: "b" cannot be used; .* has a\n$/);
  expect(unknown.code).toBe(2);
});

test.concurrent("verify without a log says so, and 1", async () => {
  const file = new RelayFile({ sources: { a: { url: "http://127.0.0.1:9/" } } });
  const { code, program } = await verdict(hpx, file.path);
  expect(program.output.stderr).toMatch(/^error: CONFIG: log: sqlite:.*it takes the path of a log/);
  expect(code).toBe(1);
});
