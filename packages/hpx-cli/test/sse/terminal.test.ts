import { beforeAll, beforeEach, expect, test } from "vitest";
import { columnsOf } from "../../src/text.js";
import { bundle } from "../support/program.js";
import { startServer } from "../support/resources.js";
import { needsTmux, Terminal } from "../support/terminal.js";

beforeEach(needsTmux);

let hpx = "";
beforeAll(async () => {
  hpx = await bundle("packages/hpx-cli/src/main.ts");
});

const trade = (id: number): string =>
  `id: ${id}\nevent: trade\ndata: {"price":${id}.50,"name":"漢字漢字漢字漢字漢字漢字漢字漢字漢字"}\n\n`;

test("events scroll by, one a line and cut to the width, above a status line", async () => {
  const server = await startServer({ body: [1, 2, 3].map(trade).join(""), finish: "hold" });
  const terminal = new Terminal(hpx, ["sse", server.url], { columns: 60 });
  await terminal.shows(/^● connected · \d events\/s · 3 events · \d+ B · last id 3$/);
  const { lines } = terminal;
  expect(lines.length).toBe(4);
  for (const [index, line] of lines.slice(0, 3).entries()) {
    expect(line).toMatch(
      new RegExp(`^\\d\\d:\\d\\d:\\d\\d\\.\\d{3}  trade    \\{"price": ${index + 1}.50, "name": "漢.*…$`),
    );
    expect(columnsOf(line)).toBeLessThanOrEqual(59);
  }
});

test("a line with families and flags is cut to the width, and does not wrap", async () => {
  const text = "👨\u200D👩\u200D👧\u200D👦🇩🇪".repeat(20);
  const server = await startServer({ body: `data: ${text}\n\nevent: next\ndata: x\n\n`, finish: "hold" });
  const terminal = new Terminal(hpx, ["sse", server.url], { columns: 60 });
  await terminal.shows(/^● connected .* 2 events/);
  expect(terminal.lines.map((line) => line.slice(14, 21).trimEnd())).toEqual(["message", "next", expect.anything()]);
});

test("the status line shows a reconnect and its reason", async () => {
  // Long enough to be seen, however busy the machine is.
  const server = await startServer(
    { body: `retry: 4000\n${trade(1)}` },
    { status: 503, headers: { "retry-after": "3000" } },
  );
  const terminal = new Terminal(hpx, ["sse", server.url], { columns: 100 });
  await terminal.shows(/^● reconnecting in \d+.* s · .* 1 event · .*SSE_STREAM_ENDED: the server/);
  await terminal.shows(/^● reconnecting in \d\d min · .* 1 event · .*SSE_INVALID_STATUS: the ser.*…$/);
});

test("Ctrl-C ends it at once: the status line is finished, the cursor is back, the exit code is 0", async () => {
  const server = await startServer({ body: trade(1), finish: "hold" });
  const terminal = new Terminal(hpx, ["sse", server.url]);
  await terminal.shows(/^● connected .* 1 event/);
  expect(terminal.cursorIsVisible).toBe(false);
  terminal.press("C-c");
  await terminal.shows(/^exit \d+$/);
  expect(terminal.lines.slice(1)).toEqual([expect.stringMatching(/stopped: 1 event, .*, last id 1$/), "exit 0"]);
  expect(terminal.cursorIsVisible).toBe(true);
  await server.idle();
});

test("the error that ended it stands below, and the exit code is 1", async () => {
  const server = await startServer({ body: trade(1) }, { status: 401 });
  const terminal = new Terminal(hpx, ["sse", server.url]);
  await terminal.shows(/^exit 1$/);
  expect(terminal.lines.slice(1)).toEqual([
    expect.stringMatching(/^gave up: 1 event, .*/),
    "SSE_INVALID_STATUS: the server answered 401; a stream needs 200",
    "exit 1",
  ]);
});

test("no escape sequence of the server's reaches the terminal", async () => {
  const server = await startServer({
    body: "event: e\u001B[2J\ndata: \u001B]0;owned\u0007red\u001B[31m\u009B2J\u202E\n\n",
    finish: "hold",
  });
  const terminal = new Terminal(hpx, ["sse", server.url]);
  await terminal.shows(/^\d\d:.* {2}e \[2J +\]0;owned red \[31m 2J/);
  expect(terminal.colored).not.toContain("\u001B[31m");
});

test("events are in colour, unless NO_COLOR is set", async () => {
  const server = await startServer({ body: trade(1), finish: "hold" }, { body: trade(1), finish: "hold" });
  const colored = new Terminal(hpx, ["sse", server.url]);
  await colored.shows(/^● connected .* 1 event/);
  expect(colored.colored).toMatch(/\u001B\[3\dm.*"price"/);
  const plain = new Terminal(hpx, ["sse", server.url], { env: "NO_COLOR=1" });
  await plain.shows(/^● connected .* 1 event/);
  expect(plain.colored).not.toContain("\u001B");
});

test("HPX_LOG and the status line share the terminal", async () => {
  const server = await startServer({ body: trade(1), finish: "hold" });
  const terminal = new Terminal(hpx, ["sse", server.url], { columns: 100, env: "HPX_LOG=info" });
  await terminal.shows(/^● connected .* 1 event/);
  expect(terminal.lines).toEqual([
    expect.stringMatching(/ info {2}connected status=200/),
    expect.stringMatching(/ trade /),
    expect.stringMatching(/^● connected/),
  ]);
});

test("a terminal that gets narrower gets shorter lines", async () => {
  const server = await startServer(async (exchange) => exchange.follow());
  const terminal = new Terminal(hpx, ["sse", server.url], { columns: 100 });
  await terminal.shows(/^● connected/);
  terminal.resize(40);
  await terminal.shows(/^● connected .{1,27}…$/);
  server.publish({ event: "late", data: "x".repeat(200) });
  await terminal.shows(/^late {5}x{29}…$/);
});
