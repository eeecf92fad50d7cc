import { beforeAll, expect, test } from "vitest";
import { sseCommand } from "../../src/sse/command.js";
import { context } from "../support/capture.js";
import { bundle, start } from "../support/program.js";
import { startServer } from "../support/resources.js";

let hpx = "";
beforeAll(async () => {
  hpx = await bundle("packages/hpx-cli/src/main.ts");
});

const chunk = 'data: {"choices":[]}\n\n';

test("--handler openai ends with [DONE], though the server holds the stream, and prints the kind of each event", async () => {
  const server = await startServer({ body: `${chunk}data: [DONE]\n\n`, finish: "hold" });
  const program = start(hpx, ["sse", "--handler", "openai", "--json", "{}", server.url]);
  expect(await program.exitCode).toBe(0);
  expect(program.output.stdout.trimEnd().split("\n")).toEqual([
    '{"event":"message","data":"{\\"choices\\":[]}","id":"","kind":"data"}',
    '{"event":"message","data":"[DONE]","id":"","kind":"system"}',
  ]);
});

test("--handler openai fails for an answer that was cut short", async () => {
  const server = await startServer({ body: chunk });
  const program = start(hpx, ["sse", "--handler", "openai", "--json", "{}", server.url]);
  expect(await program.exitCode).toBe(1);
  expect(program.output.stderr).toMatch(/SSE_STREAM_ENDED: .*before \[DONE\]/);
  expect(server.requests.length).toBe(1);
});

test("--handler mercure reports events that the hub has lost", async () => {
  const server = await startServer({
    headers: { "last-event-id": "other" },
    body: "id: b\ndata: b\n\n",
    finish: "hold",
  });
  const args = ["--handler", "mercure", "--last-event-id", "a", "--max-events", "1"];
  const program = start(hpx, ["sse", ...args, server.url]);
  expect(await program.exitCode).toBe(0);
  expect(program.output.stderr).toContain("the server has lost events\n");
});

test("--handler takes the names that there are", async () => {
  const usage = sseCommand(context()).parseAsync(["--handler", "x", "http://a/"], { from: "user" });
  await expect(usage).rejects.toThrow(
    '--handler: "x" cannot be used; it takes openai, anthropic, mcp, graphql, stellar, wikimedia, mercure',
  );
});
