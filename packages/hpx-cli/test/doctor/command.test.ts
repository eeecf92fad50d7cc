import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { bundle, start } from "../support/program.js";
import { needsTmux, Terminal } from "../support/terminal.js";
import { healthyServer, serverWith } from "./support.js";

let hpx = "";
beforeAll(async () => {
  hpx = await bundle("packages/hpx-cli/src/main.ts");
});

const fast = ["--seconds", "900ms"];

test.concurrent("in a pipe: a plain line a check, and 0 for a healthy endpoint", async () => {
  const server = await healthyServer();
  const program = start(hpx, ["sse", "doctor", ...fast, `${server.url}?key=secret`], { CI: "true" });
  expect(await program.exitCode).toBe(0);
  expect(program.output.stdout).toMatch(/^ok {6}Redirects: none\nok {6}Status: 200 after [\d.]+ m?s\n/);
  expect(program.output.stdout).toMatch(/\nNothing wrong; 1[23] checks passed\.\n$/);
  expect(program.output.stdout).not.toMatch(/\u001B|secret/);
  expect(program.output.stderr).toBe("");
});

test.concurrent("an error is one line with the way out, and 1", async () => {
  const server = await serverWith({ status: 401 });
  const program = start(hpx, ["sse", "doctor", server.url]);
  expect(await program.exitCode).toBe(1);
  expect(program.output.stdout.split("\n").slice(1)).toEqual([
    "error   Status: It refuses these credentials, or none (401). -> Give them with -H, -u or --hmac.",
    "1 error; 1 checks passed.",
    "",
  ]);
});

test.concurrent("warnings alone are 0", async () => {
  const server = await serverWith({ body: "data: a\n\n" });
  const program = start(hpx, ["sse", "doctor", ...fast, server.url]);
  expect(await program.exitCode).toBe(0);
  expect(program.output.stdout).toMatch(/\nwarning Ids: .*\n(.*\n)*2 warnings; \d+ checks passed\.\n$/);
});

test.concurrent("--json is for programs", async () => {
  const server = await serverWith({ status: 404 });
  const program = start(hpx, ["sse", "doctor", "--json", server.url]);
  expect(await program.exitCode).toBe(1);
  expect(JSON.parse(program.output.stdout)).toEqual({
    url: server.url,
    method: "GET",
    healthy: false,
    checks: [
      { check: "Redirects", severity: "ok", says: "none" },
      {
        check: "Status",
        severity: "error",
        says: "There is nothing at this address (404).",
        fix: "Check the path.",
      },
    ],
  });
});

test.concurrent("Ctrl-C ends the watch with the findings so far", async () => {
  const server = await healthyServer();
  const program = start(hpx, ["sse", "doctor", "--seconds", "1h", server.url], { HPX_LOG: "debug" });
  await program.complains(/ response status=200/);
  program.process.kill("SIGINT");
  expect(await program.exitCode).toBe(0);
  expect(program.output.stdout).toMatch(/^ok {6}Status: 200 after /m);
  expect(program.output.stdout).toMatch(/ checks passed\.\n$/);
  expect(server.requests.length).toBe(1);
});

test.concurrent("FORCE_COLOR gives a pipe the report for people, NO_COLOR takes its colours", async () => {
  const server = await serverWith({ status: 404 });
  const forced = start(hpx, ["sse", "doctor", server.url], { FORCE_COLOR: "1", NO_COLOR: "" });
  await forced.exitCode;
  expect(forced.output.stdout).toMatch(/\n {2}\u001B\[31m✖\u001B\[39m Status /);
  const both = start(hpx, ["sse", "doctor", server.url], { FORCE_COLOR: "1", NO_COLOR: "1" });
  await both.exitCode;
  expect(both.output.stdout).not.toContain("\u001B");
});

test.concurrent("HPX_LOG=debug logs each request, without secrets", async () => {
  const server = await serverWith({ status: 404 });
  const args = ["sse", "doctor", "-H", "X-Key: secret-key", `${server.url}?token=secret-token`];
  const program = start(hpx, args, { HPX_LOG: "debug" });
  await program.exitCode;
  expect(program.output.stderr).toMatch(
    / debug request method="GET" .*x-key="\(hidden\)"\n.* debug response status=404/,
  );
  expect(program.output.stderr + program.output.stdout).not.toContain("secret");
});

test.concurrent("after Ctrl-C there is no finding about events that had no time to come", async () => {
  const server = await serverWith({ body: "id: 1\ndata: a\n\n", finish: "hold" });
  const silent = start(hpx, ["sse", "doctor", "--seconds", "1h", server.url]);
  await server.until("a stream", () => server.openStreams === 1);
  // A silence, which the doctor would find fault with had it watched to the end.
  await new Promise((resolve) => setTimeout(resolve, 300));
  silent.process.kill("SIGINT");
  expect(await silent.exitCode).toBe(0);
  expect(silent.output.stdout).toMatch(/^ok {6}Status: 200/m);
  expect(silent.output.stdout).not.toContain("Heartbeats");
});

test.concurrent("Ctrl-C while it connects again says nothing of reconnecting", async () => {
  const server = await serverWith({ head: false, finish: "hold" }, { body: "id: 1\ndata: a\n\n" });
  const program = start(hpx, ["sse", "doctor", "--seconds", "1h", server.url]);
  await server.request(2);
  program.process.kill("SIGINT");
  expect(await program.exitCode).toBe(0);
  expect(program.output.stdout).toMatch(/^warning Lasting/m);
  expect(program.output.stdout).not.toContain("Reconnect");
});

test.concurrent("Ctrl-C before any answer ends it without a word", async () => {
  const server = await serverWith({ head: false, finish: "hold" });
  const program = start(hpx, ["sse", "doctor", "--seconds", "1h", server.url]);
  await server.request(1);
  program.process.kill("SIGINT");
  expect(await program.exitCode).toBe(0);
  expect(program.output).toEqual({ stdout: "", stderr: "" });
});

test.concurrent("nothing that the server sends steers the terminal behind a pipe", async () => {
  const server = await serverWith({
    body: "id: \u001B\u009B2J\ndata: a\n\n\u001B]\u009D0;x\u0007: y\n",
    finish: "hold",
  });
  for (const json of [[], ["--json"]]) {
    const program = start(hpx, ["sse", "doctor", ...fast, ...json, server.url]);
    await program.exitCode;
    expect(program.output.stdout).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/);
  }
});

test.concurrent.each([
  [["--seconds", "0"], /^error: --seconds: "0" cannot be used/],
  [["-H", "x: \u0001"], /^error: -H: the value of x \(hidden\)/],
])("wrong usage %j is 2", async (args, message) => {
  const program = start(hpx, ["sse", "doctor", ...args, "http://127.0.0.1:1/"]);
  expect(await program.exitCode).toBe(2);
  expect(program.output.stderr).toMatch(message);
});

describe("on a terminal", () => {
  beforeEach(needsTmux);

  test.concurrent("it says how far the watch has come, then marks each check", async () => {
    const server = await serverWith(async (exchange) => {
      await exchange.write("data: a\n\n");
      for (;;) {
        await exchange.comment("beat");
        await exchange.delay(200);
      }
    });
    const terminal = new Terminal(hpx, ["sse", "doctor", "--seconds", "2s", server.url], { columns: 70, rows: 30 });
    await terminal.shows(/^● watching, at most .* left · 1 event$/);
    await terminal.shows(/^exit 0$/);
    const { lines } = terminal;
    expect(lines[0]).toBe(server.url);
    expect(lines).toContain("  ✔ Redirects     none");
    const ids = lines.findIndex((line) => line.startsWith("  ▲ Ids"));
    expect(lines.slice(ids, ids + 4)).toEqual([
      "  ▲ Ids           Events carry no id: a client loses the events that",
      "                  are sent while it is away.",
      "                  → Give each event an `id`, and send what follows the",
      "                  Last-Event-ID that a client names.",
    ]);
    expect(lines.at(-2)).toMatch(/^1 warning; 1\d checks passed\.$/);
    expect(terminal.colored).toMatch(/\u001B\[3\dm.?.?▲/);
    expect(terminal.cursorIsVisible).toBe(true);
  });
});
