import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parseTextPath, textAt } from "../../src/sse/text-path.js";
import { startServer } from "../support/resources.js";
import { bundle, start } from "../support/program.js";
import { needsTmux, Terminal } from "../support/terminal.js";

let hpx = "";
beforeAll(async () => {
  hpx = await bundle("packages/hpx-cli/src/main.ts");
});

const delta = (content: unknown): string => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;
const CHAT = ["sse", "--text", "choices.0.delta.content"];

test.concurrent("the text comes without line ends between the events, and with one at the end", async () => {
  const body = `${delta("Hello")}${delta(", ")}${delta(null)}data: {"choices":[]}\n\n${delta("wor\nld")}data: [DONE]\n\n`;
  const server = await startServer({ body, finish: "hold" });
  const program = start(hpx, [...CHAT, "--handler", "openai", "-d", "{}", server.url]);
  expect(await program.exitCode).toBe(0);
  expect(program.output.stdout).toBe("Hello, wor\nld\n");
  expect(program.output.stderr).toMatch(/^ended by the server: 6 events, .*\n$/);
});

test.concurrent("each piece is written when it comes", async () => {
  const server = await startServer(async (exchange) => {
    await exchange.write(delta("one"));
    await exchange.hold();
  });
  const program = start(hpx, [...CHAT, server.url]);
  await program.prints(/^one$/);
  program.process.kill("SIGINT");
  expect(await program.exitCode).toBe(0);
  expect(program.output.stdout).toBe("one\n");
});

test.concurrent("a text that ends with a line end gets no other one, and no text gets none", async () => {
  const server = await startServer({ body: delta("a\n") }, { status: 204 }, { body: delta("") });
  for (const text of ["a\n", ""]) {
    const program = start(hpx, [...CHAT, "-q", "--max-events", "1", server.url]);
    expect(await program.exitCode).toBe(0);
    expect(program.output).toEqual({ stdout: text, stderr: "" });
    if (text !== "") await start(hpx, ["sse", server.url]).exitCode;
  }
});

test.concurrent("a character whose halves are in two events is whole", async () => {
  const half = (unit: string): string => delta(unit).replace("\\\\u", "\\u");
  const server = await startServer({ body: [half("\\ud83d"), { delay: 300 }, half("\\ude00!")] });
  const program = start(hpx, [...CHAT, "-q", "--max-attempts", "0", server.url]);
  await program.exitCode;
  expect(program.output.stdout).toBe("😀!\n");
});

test.concurrent("nothing in the text steers a terminal; line ends, tabs and the joiners of scripts stay", async () => {
  const server = await startServer({ body: delta("a\u001B[2J\u009B\u0007\r\n\tb\u202Ec\u200Dd\u200Ce") });
  const program = start(hpx, [...CHAT, "-q", "--max-attempts", "0", server.url]);
  await program.exitCode;
  expect(program.output.stdout).toBe("a[2J\n\tbc\u200Dd\u200Ce\n");
});

test.concurrent("a closed reader ends it without a word", async () => {
  const server = await startServer(async (exchange) => {
    for (;;) await exchange.write(delta("more "));
  });
  const program = start(hpx, [...CHAT, "-q", server.url]);
  await program.prints(/more/);
  program.process.stdout.destroy();
  expect(await program.exitCode).toBe(0);
  expect(program.output.stderr).toBe("");
});

test.each([
  ["delta.text", ["delta", "text"]],
  [".delta.text", ["delta", "text"]],
  ["a\\.b.c", ["a.b", "c"]],
  ["a\\\\.c", ["a\\", "c"]],
  ["0", ["0"]],
  [".", []],
])("the path %s", (text, path) => {
  expect(parseTextPath(text)).toEqual(path);
});

test.each([
  ['{"delta":{"text":"a"}}', ["delta", "text"], "a"],
  ['{"n":1.5}', ["n"], "1.5"],
  ['[["x"]]', ["0", "0"], "x"],
  ["plain", [], "plain"],
  ['{"a":{}}', ["a"], undefined],
  ['{"a":null}', ["a", "b"], undefined],
  ['{"a":"text"}', ["a", "length"], undefined],
  ["{}", ["constructor", "name"], undefined],
  ["[]", ["__proto__", "length"], undefined],
  ["[DONE]", ["a"], undefined],
])("of %s the text at %j is %j", (data, path, text) => {
  expect(textAt(data, path)).toBe(text);
});

describe("on a terminal", () => {
  beforeEach(needsTmux);

  test("only the text is shown, and a problem stands on a line of its own", async () => {
    const server = await startServer({ body: delta("Hello") }, { status: 401, body: "no key" });
    const terminal = new Terminal(hpx, [...CHAT, server.url], { columns: 100 });
    await terminal.shows(/^exit 1$/);
    expect(terminal.lines).toEqual([
      "Hello",
      expect.stringMatching(/^reconnecting in \d+ ms: SSE_STREAM_ENDED/),
      "SSE_INVALID_STATUS: the server answered 401; a stream needs 200",
      "the server says: no key",
      "exit 1",
    ]);
    expect(terminal.cursorIsVisible).toBe(true);
  });
});
