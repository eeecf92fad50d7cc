import { expect, test } from "vitest";
import { completeArguments } from "../src/arguments.js";
import { startServer } from "./support/resources.js";
import { bundle, start } from "./support/program.js";

test.each([
  ["https://example.com/events"],
  ["example.com"],
  ["localhost:8080/feed"],
  [":8080"],
  ["-H", "a: b", "https://example.com"],
  ["--text", ".", "https://example.com"],
  ["curl", "https://example.com"],
  ["curl.exe", "https://example.com"],
])("%j is hpx sse", (...args) => {
  expect(completeArguments(args)).toEqual(["sse", ...args]);
});

test.each([[], ["sse", "x"], ["demo"], ["--help"], ["-h"], ["-V"], ["--version"], ["help"], ["dmeo"]])(
  "%j stays as it is",
  (...args) => {
    expect(completeArguments(args)).toEqual(args);
  },
);

test("hpx URL follows the stream, and a word that is no URL is a mistake", async () => {
  const hpx = await bundle("packages/hpx-cli/src/main.ts");
  const server = await startServer({ body: "data: a\n\n" });
  const program = start(hpx, [server.url, "-q"]);
  expect(await program.exitCode).toBe(0);
  expect(program.output.stdout).toContain('"data":"a"');
  const wrong = start(hpx, ["dmeo"]);
  expect(await wrong.exitCode).toBe(2);
  expect(wrong.output.stderr).toMatch(/^error: unknown command 'dmeo'/);
});
