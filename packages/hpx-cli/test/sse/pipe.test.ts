import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import { bundle, start } from "../support/program.js";
import { startServer } from "../support/resources.js";

let hpx = "";
beforeAll(async () => {
  hpx = await bundle("packages/hpx-cli/src/main.ts");
});

test.concurrent("an event is a JSON line on standard output, and states are on standard error", async () => {
  const server = await startServer({
    body: 'id: 7\nevent: price\nretry: 10\ndata: {"a":1}\n\ndata: two\ndata: lines\n\n',
  });
  const program = start(hpx, ["sse", server.url]);
  expect(await program.exitCode).toBe(0);
  expect(program.output.stdout.trimEnd().split("\n")).toEqual([
    '{"event":"price","data":"{\\"a\\":1}","id":"7","retry":10}',
    '{"event":"message","data":"two\\nlines","id":"7"}',
  ]);
  expect(program.output.stderr.split("\n")).toEqual([
    "connected",
    expect.stringMatching(/^reconnecting in \d+ ms: SSE_STREAM_ENDED: the server ended the stream$/),
    expect.stringMatching(/^ended by the server: 2 events, \d+ B in \d.*, last id 7$/),
    "",
  ]);
});

test.concurrent("--quiet says nothing on standard error", async () => {
  const server = await startServer({ body: "data: a\n\n", finish: "hold" });
  const program = start(hpx, ["sse", "-q", "--max-events", "1", server.url]);
  expect(await program.exitCode).toBe(0);
  expect(program.output.stderr).toBe("");
});

test.concurrent("--event chooses the events, and --max-events ends after so many", async () => {
  const server = await startServer({
    body: "event: a\ndata: 1\n\nevent: b\ndata: 2\n\nevent: c\ndata: 3\n\nevent: a\ndata: 4\n\nevent: a\ndata: 5\n\n",
    finish: "hold",
  });
  const program = start(hpx, ["sse", "--event", "a", "--event", "c", "--max-events", "3", server.url]);
  expect(await program.exitCode).toBe(0);
  expect([...program.output.stdout.matchAll(/"data":"(\d)"/g)].map(([, data]) => data)).toEqual(["1", "3", "4"]);
  await server.idle();
});

test.concurrent("the last id is that of the last event on standard output, also where more had arrived", async () => {
  const body = [1, 2, 3].map((id) => `id: ${id}\nevent: ${id === 3 ? "b" : "a"}\ndata: x\n\n`).join("");
  const server = await startServer({ body, finish: "hold" }, { body });
  const one = start(hpx, ["sse", "--max-events", "1", server.url]);
  expect(await one.exitCode).toBe(0);
  expect(one.output.stderr).toMatch(/\nstopped: 1 event, .*, last id 1\n$/);
  const chosen = start(hpx, ["sse", "--event", "a", "--max-attempts", "0", server.url]);
  expect(await chosen.exitCode).toBe(0);
  expect(chosen.output.stderr).toMatch(/\nended by the server: 2 events, .*, last id 2\n$/);
});

test.concurrent("it reconnects and resumes where it stood", async () => {
  const server = await startServer(
    { body: "retry: 1\nid: 1\ndata: a\n\nid: 2\nda", finish: "cut" },
    { body: "id: 2\ndata: b\n\n" },
  );
  const program = start(hpx, ["sse", "--last-event-id", "0", server.url]);
  expect(await program.exitCode).toBe(0);
  expect(program.output.stdout).toMatch(/^.*"id":"1".*\n.*"id":"2".*\n$/);
  expect(server.requests.map(({ lastEventId }) => lastEventId)).toEqual(["0", "1", "2"]);
});

test.concurrent("a closed pipe, as head leaves one, ends it with 0 and without a word", async () => {
  const server = await startServer({ body: "data: 1\n\n", finish: "hold" });
  server.reply();
  const program = start(hpx, ["sse", "-q", server.url]);
  server.otherwise((exchange) => exchange.follow());
  await program.prints(/"1"/);
  program.process.stdout.destroy();
  const { process: child } = program;
  await server.disconnectAll("cut");
  for (let n = 0; child.exitCode === null && n < 1000; n += 1) {
    server.publish({ data: "more" });
    await sleep(10);
  }
  expect(await program.exitCode).toBe(0);
  expect(program.output.stderr).toBe("");
});

test.concurrent("a reader that does not read holds the server back, and Ctrl-C ends it all the same", async () => {
  let sent = 0;
  const server = await startServer(async (exchange) => {
    for (; sent < 200_000; sent += 1) await exchange.send({ data: "x".repeat(1000) });
  });
  const program = start(hpx, ["sse", server.url]);
  await program.prints(/xxx/);
  program.process.stdout.pause();
  // Held back is when a second brings nothing more; were it not, all would be sent sooner or later.
  for (let before = -1; before !== sent; await sleep(1000)) before = sent;
  expect(sent).toBeLessThan(200_000);
  program.process.kill("SIGINT");
  await server.idle();
  await once(program.process, "exit");
  expect(program.process.exitCode).toBe(0);
});

test.concurrent.each(["SIGINT", "SIGTERM"] as const)("%s while connected is a wish to stop", async (signal) => {
  const server = await startServer({ body: "data: a\n\n", finish: "hold" });
  const program = start(hpx, ["sse", server.url]);
  await program.prints(/"a"/);
  program.process.kill(signal);
  expect(await program.exitCode).toBe(0);
  expect(program.output.stderr).toMatch(/\nstopped: 1 event, /);
});

test.concurrent("Ctrl-C while it waits for a reconnect ends it at once", async () => {
  const server = await startServer({ status: 503, headers: { "retry-after": "3000" } });
  const program = start(hpx, ["sse", server.url]);
  await program.complains(/reconnecting in \d{7} ms/);
  program.process.kill("SIGINT");
  expect(await program.exitCode).toBe(0);
  expect(program.output.stderr).toMatch(/\nstopped: no event, /);
});

test.concurrent("--seconds is a wish to stop, where a stream was there", async () => {
  const server = await startServer({ body: "data: a\n\n", finish: "hold" });
  const program = start(hpx, ["sse", "--seconds", "2s", server.url]);
  expect(await program.exitCode).toBe(0);
});

test.concurrent("--seconds without any answer is giving up, and says why", async () => {
  const server = await startServer();
  server.otherwise({ status: 503 });
  const program = start(hpx, ["sse", "--seconds", "2s", server.url]);
  expect(await program.exitCode).toBe(1);
  expect(program.output.stderr).toMatch(/\nSSE_INVALID_STATUS: the server answered 503; a stream needs 200\n$/);
});

test.concurrent("a refusal is giving up", async () => {
  const server = await startServer({ status: 401 });
  const program = start(hpx, ["sse", server.url]);
  expect(await program.exitCode).toBe(1);
  expect(program.output.stdout).toBe("");
  expect(program.output.stderr).toMatch(/^gave up: no event.*\nSSE_INVALID_STATUS: the server answered 401;.*\n$/);
});

test.concurrent("--max-attempts counts failed reconnects", async () => {
  const server = await startServer();
  server.otherwise({ status: 503 });
  const program = start(hpx, ["sse", "--max-attempts", "1", server.url]);
  expect(await program.exitCode).toBe(1);
  expect(program.output.stderr).toMatch(/\nMAX_RECONNECT_ATTEMPTS: .*\n$/);
  expect(server.requests.length).toBe(2);
});

test.concurrent("--max-attempts 0 takes the end of the stream for the end", async () => {
  const server = await startServer({ body: "data: a\n\n" });
  const program = start(hpx, ["sse", "--max-attempts", "0", server.url]);
  expect(await program.exitCode).toBe(0);
  expect(server.requests.length).toBe(1);
});

test.concurrent("--idle-timeout gives silence up", async () => {
  const server = await startServer({ body: "data: a\n\n", finish: "hold" });
  const program = start(hpx, ["sse", "--idle-timeout", "200ms", server.url]);
  expect(await program.exitCode).toBe(0);
  expect(program.output.stderr).toContain("IDLE_TIMEOUT: nothing arrived for 200 ms");
});

test.concurrent("no control character gets from the data to a terminal behind the pipe", async () => {
  const server = await startServer({ body: 'event: e\u001B[2J\ndata: "\u009B2J\u001B]0;t\u0007\u202E"\n\n' });
  const program = start(hpx, ["sse", "-q", "--parse", server.url]);
  expect(await program.exitCode).toBe(0);
  expect(program.output.stdout).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/);
  const { event, data } = JSON.parse(program.output.stdout) as { event: string; data: string };
  expect([event, data]).toEqual(["e\u001B[2J", '"\u009B2J\u001B]0;t\u0007\u202E"']);
});

test.concurrent("nor from an id to one that shows standard error", async () => {
  const server = await startServer({ body: `id: \u001B[2J${"x".repeat(200)}\ndata: a\n\n`, finish: "hold" });
  const program = start(hpx, ["sse", "--max-events", "1", server.url]);
  expect(await program.exitCode).toBe(0);
  expect(program.output.stderr).toMatch(/, last id {2}\[2Jx{95}…\n$/);
});

test.concurrent("`hpx sse --help` lists the exit codes, `hpx --version` prints the version", async () => {
  const help = start(hpx, ["sse", "--help"]);
  expect(await help.exitCode).toBe(0);
  expect(help.output.stdout).toMatch(/Exit code: 0 .*\n1 it gave up .*;\n  with --resume: .*\n2 wrong usage/);
  const version = start(hpx, ["--version"]);
  expect(await version.exitCode).toBe(0);
  expect(version.output.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});
