import { beforeAll, expect, test, vi } from "vitest";
import { bundle, start } from "../support/program.js";
import { feedServer, freePort, RelayFile } from "./support.js";

vi.setConfig({ testTimeout: 60_000 });

let hpx = "";
beforeAll(async () => {
  hpx = await bundle("packages/hpx-cli/src/main.ts");
});

test.concurrent("status shows a line for each source, by file and by URL, and as JSON", async () => {
  const server = await feedServer();
  server.route("/gone", { status: 404 });
  const status = `127.0.0.1:${await freePort()}`;
  const sources = { prices: { url: server.url }, gone: { url: new URL("gone", server.url).href } };
  const file = new RelayFile({ id: "one", status, sources });
  server.publish({ id: "p-1", data: "x" });
  const relay = start(hpx, ["relay", file.path]);
  await relay.complains(new RegExp(`relaying 2 sources into sqlite:.*, status at http://${status}/`));
  await relay.complains(/gave up/);

  const byFile = start(hpx, ["relay", "status", file.path]);
  expect(await byFile.exitCode).toBe(0);
  expect(byFile.output.stdout).toMatch(/^one: ready, 2 sources, log sqlite:/);
  expect(byFile.output.stdout).toMatch(/\nsource {2}state {4}owner {2}rate/);
  expect(byFile.output.stdout).toMatch(/\nprices {2}flowing {2}one +0\.\d\/s +- +1 +p-1 +0\n/);
  expect(byFile.output.stdout).toMatch(/\ngone {4}failed .*the server answered 404/);

  const json = start(hpx, ["relay", "status", "--json", `http://${status}`]);
  expect(await json.exitCode).toBe(0);
  expect(JSON.parse(json.output.stdout)).toMatchObject({ id: "one", sources: [{ name: "prices" }, { name: "gone" }] });

  const watching = start(hpx, ["relay", "status", "--watch", file.path]);
  await watching.prints(/one: ready[^]*one: ready/);
  watching.process.kill("SIGINT");
  expect(await watching.exitCode).toBe(0);
});

test.concurrent("without an answer it says so, and 1", async () => {
  const status = `127.0.0.1:${await freePort()}`;
  const program = start(hpx, ["relay", "status", `http://${status}`]);
  expect(await program.exitCode).toBe(1);
  expect(program.output.stderr).toMatch(
    /^error: http:\/\/127\.0\.0\.1:\d+\/status: no status of a relay: .*ECONNREFUSED/,
  );
});

test.concurrent("a file without a status server is wrong usage, with the line to add", async () => {
  const file = new RelayFile({ sources: { a: { url: "http://127.0.0.1:9/" } } });
  const program = start(hpx, ["relay", "status", file.path]);
  expect(await program.exitCode).toBe(2);
  expect(program.output.stderr).toMatch(/^error: .* has no status server: add "status: 127\.0\.0\.1:9100" to it/);
});

test.concurrent("--status wins over the file", async () => {
  const server = await feedServer();
  const file = new RelayFile({ sources: { a: { url: server.url } } });
  const relay = start(hpx, ["relay", "--status", "127.0.0.1:0", file.path]);
  await relay.complains(/status at http:\/\/127\.0\.0\.1:\d+\//);
  const [url = ""] = /http:\/\/127[\d.:]+/.exec(relay.output.stderr) ?? [];
  expect((await fetch(`${url}/livez`)).status).toBe(200);
});
