import { beforeAll, beforeEach, expect, test } from "vitest";
import { bundle } from "../support/program.js";
import { startServer } from "../support/resources.js";
import { needsTmux, Terminal } from "../support/terminal.js";

beforeEach(needsTmux);

let hpx = "";
beforeAll(async () => {
  hpx = await bundle("packages/hpx-cli/src/main.ts");
});

test("Ctrl-Z gives the shell its cursor and a free line; fg brings the status line back", async () => {
  const server = await startServer(async (exchange) => exchange.follow());
  const terminal = new Terminal(hpx, ["sse", server.url], { jobs: true, columns: 90 });
  await terminal.shows(/^● connected/);
  expect(terminal.cursorIsVisible).toBe(false);
  terminal.press("C-z");
  await terminal.shows(/Stopped/);
  expect(terminal.cursorIsVisible).toBe(true);
  expect(terminal.lines.join("\n")).not.toContain("●");
  terminal.type("echo still here");
  await terminal.shows(/^still here$/);
  server.publish({ event: "late", data: "while it was stopped" });
  terminal.type("fg");
  await terminal.shows(/ late +while it was stopped$/);
  await terminal.shows(/^● connected .* 1 event/);
  expect(terminal.cursorIsVisible).toBe(false);
  expect(terminal.lines).toContain("still here");
  terminal.press("C-c");
  await terminal.shows(/stopped: 1 event/);
  expect(terminal.cursorIsVisible).toBe(true);
});

test.each(["sse doctor --seconds 1h", "demo"])("Ctrl-Z shows the cursor again in hpx %s", async (command) => {
  const server = await startServer({ body: "data: a\n\n", finish: "hold" });
  const url = command === "demo" ? [] : [server.url];
  const terminal = new Terminal(hpx, [...command.split(" "), ...url], { jobs: true, columns: 90 });
  await terminal.shows(/^● (connected|watching)/);
  terminal.press("C-z");
  await terminal.shows(/Stopped/);
  expect(terminal.cursorIsVisible).toBe(true);
});

test("Ctrl-Z without a shell that could continue it is passed over", async () => {
  const server = await startServer(async (exchange) => exchange.follow());
  const terminal = new Terminal(hpx, ["sse", server.url], { columns: 90 });
  await terminal.shows(/^● connected/);
  terminal.press("C-z");
  server.publish({ event: "late", data: "x" });
  await terminal.shows(/^● connected .* 1 event/);
  expect(terminal.cursorIsVisible).toBe(false);
});

test("a terminal that says 0 columns gets lines of 80", async () => {
  const server = await startServer({ body: `event: trade\ndata: ${"x".repeat(200)}\n\n`, finish: "hold" });
  const terminal = new Terminal(hpx, ["sse", server.url], { env: "stty cols 0 rows 0;" });
  await terminal.shows(/ trade {4}x{40,}…$/);
  await terminal.shows(/^● connected .* 1 event/);
});

test("hpx demo has its table in a terminal of 0 columns", async () => {
  const terminal = new Terminal(hpx, ["demo", "--seconds", "1"], { env: "stty cols 0 rows 0;" });
  await terminal.shows(/^BTC.* {2}[▲▼] /);
  await terminal.shows(/^received \d+/);
});
