import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { MockSseServer } from "hpx-transport/testing";
import { beforeAll, expect, test, vi } from "vitest";
import { bundle, type Program, start } from "../support/program.js";
import { onTestFinished, startServer, temporaryFile } from "../support/resources.js";

// Each test runs several programs, all at the same time.
vi.setConfig({ testTimeout: 60_000 });

let hpx = "";
beforeAll(async () => {
  hpx = await bundle("packages/hpx-cli/src/main.ts");
});

/** A server with the events 1 to `total`, in writes of `burst`, which resumes after an id; then it is quiet, or says 204. */
async function startFeed(total: number, { burst = 1, pause = 0 } = {}): Promise<MockSseServer> {
  const server = await startServer();
  server.otherwise(async (exchange) => {
    const after = Number(exchange.request.lastEventId ?? 0);
    if (after >= total) return exchange.play({ status: 204 });
    for (let from = after + 1; from <= total; from += burst) {
      let body = "";
      for (let id = from; id < Math.min(from + burst, total + 1); id += 1) {
        body += `id: ${id}\nevent: ${id % 2 === 0 ? "even" : "odd"}\ndata: {"n":${id}}\n\n`;
      }
      await exchange.write(Buffer.from(body));
      if (pause > 0) await exchange.delay(pause);
    }
    return undefined;
  });
  return server;
}

function cursors(): string {
  return temporaryFile("cursors");
}

function ids({ output }: Pick<Program, "output">): number[] {
  return [...output.stdout.matchAll(/"id":"(\d+)"/g)].map(([, id]) => Number(id));
}

function upTo(last: number, from = 1): number[] {
  return Array.from({ length: last - from + 1 }, (_, index) => from + index);
}

/** The ids that the requests asked for. */
function asked(server: MockSseServer): unknown[] {
  return server.requests.map(({ lastEventId }) => lastEventId);
}

test.concurrent("a run goes on after the last line of the one before, and asks for nothing when all is there", async () => {
  const server = await startFeed(9);
  const args = ["sse", "-q", "--cursors", cursors(), "--resume", "a", "--max-attempts", "0", server.url];
  const first = start(hpx, ["sse", "--max-events", "4", ...args.slice(1)]);
  expect(await first.exitCode).toBe(0);
  const second = start(hpx, args);
  await second.prints(/"9"/);
  expect(await second.exitCode).toBe(0);
  expect([ids(first), ids(second)]).toEqual([upTo(4), upTo(9, 5)]);
  const third = start(hpx, args);
  expect(await third.exitCode).toBe(0);
  expect(third.output.stdout).toBe("");
  expect(asked(server)).toEqual([undefined, "4", "9"]);
});

test.concurrent(
  "killed again and again with SIGKILL, it leaves no event out, and repeats those since its last save",
  { timeout: 60_000 },
  async () => {
    const server = await startFeed(400, { pause: 2 });
    const args = ["sse", "-q", "--cursors", cursors(), "--resume", "a", "--save-every", "1", "--max-attempts", "0"];
    const lines: number[] = [];
    let kills = 0;
    for (let isOver = false; !isOver;) {
      const program = start(hpx, [...args, server.url]);
      const before = lines.length;
      const wanted = kills < 5 ? 60 + kills * 7 : Infinity;
      program.process.stdout.on("data", () => {
        if (ids(program).length >= wanted) program.process.kill("SIGKILL");
      });
      const code = await program.exitCode;
      isOver = code === 0;
      if (!isOver) kills += 1;
      lines.push(...ids(program));
      // Each run goes on at the end of the one before, or a little earlier.
      if (before > 0) expect(lines[before]).toBeGreaterThan((lines[before - 1] ?? 0) - 200);
    }
    expect(kills).toBe(5);
    expect([...new Set(lines)]).toEqual(upTo(400));
  },
);

test.concurrent("a reader that goes away, as head does: what it did not take comes again", async () => {
  const server = await startFeed(4);
  let headIsGone = (): void => {};
  const gone = new Promise<void>((resolve) => (headIsGone = resolve));
  server.reply(async (exchange) => {
    for (const id of ["1", "2", "3"]) await exchange.send({ id, data: "x" });
    await gone;
    await exchange.send({ id: "4", data: "x" });
    await exchange.delay(60_000);
  });
  const folder = cursors();
  const args = ["sse", "-q", "--cursors", folder, "--resume", "a", "--save-every", "1"].map((arg) => `'${arg}'`);
  const hpxCommand = `'${process.execPath}' '${hpx}' ${args.join(" ")} '${server.url}'`;
  const shell = spawn("sh", ["-c", `${hpxCommand} | { head -3; echo gone >&2; }`]);
  onTestFinished(() => void shell.kill("SIGKILL"));
  const output = { stdout: "", stderr: "" };
  shell.stdout.setEncoding("utf8").on("data", (part: string) => (output.stdout += part));
  shell.stderr.setEncoding("utf8").on("data", (part: string) => {
    output.stderr += part;
    if (output.stderr.includes("gone")) headIsGone();
  });
  await once(shell, "close");
  expect(ids({ output })).toEqual([1, 2, 3]);
  expect(output.stderr).toBe("gone\n");
  const next = start(hpx, ["sse", "-q", "--cursors", folder, "--resume", "a", "--max-events", "1", server.url]);
  expect(await next.exitCode).toBe(0);
  expect(ids(next)).toEqual([4]);
});

test.concurrent("lines that a reader does not take are not acknowledged", async () => {
  const server = await startFeed(20_000, { burst: 100 });
  const folder = cursors();
  const args = ["sse", "-q", "--cursors", folder, "--resume", "a", "--save-every", "1"];
  const program = start(hpx, [...args, server.url]);
  await program.prints(/"id":"1"/);
  program.process.stdout.pause();
  const log = join(folder, "cursors.log");
  // The pipe is full when no save follows for a while.
  for (let before = -1; before !== statSync(log).size; await new Promise((resolve) => setTimeout(resolve, 300))) {
    before = statSync(log).size;
  }
  program.process.kill("SIGKILL");
  program.process.stdout.resume();
  await program.exitCode;
  const last = ids(program).at(-1) ?? 0;
  expect(last).toBeLessThan(20_000);
  const next = start(hpx, [...args, "--max-events", "1", server.url]);
  expect(await next.exitCode).toBe(0);
  expect(ids(next)[0]).toBeLessThanOrEqual(last + 1);
});

test.concurrent.each(["SIGINT", "SIGTERM"] as const)("%s saves the position of the last line", async (signal) => {
  const server = await startFeed(3);
  const folder = cursors();
  const args = ["sse", "-q", "--cursors", folder, "--resume", "a", server.url];
  server.reply({ body: "id: 1\ndata: a\n\nid: 2\ndata: b\n\n", finish: "hold" });
  const program = start(hpx, args);
  await program.prints(/"2"/);
  program.process.kill(signal);
  expect(await program.exitCode).toBe(0);
  const next = start(hpx, [...args, "--max-attempts", "0"]);
  await next.exitCode;
  expect(ids(next)).toEqual([3]);
});

test.concurrent("an event that --event passes over is acknowledged with the lines around it", async () => {
  const server = await startFeed(8, { burst: 8 });
  const args = ["sse", "-q", "--cursors", cursors(), "--resume", "a", "--event", "even", server.url];
  const first = start(hpx, [...args, "--max-events", "2"]);
  expect(await first.exitCode).toBe(0);
  const second = start(hpx, [...args, "--max-attempts", "0"]);
  expect(await second.exitCode).toBe(0);
  expect([ids(first), ids(second)]).toEqual([
    [2, 4],
    [6, 8],
  ]);
  expect(asked(server).slice(0, 2)).toEqual([undefined, "4"]);
});

test.concurrent("--text and --parse resume as well", async () => {
  const server = await startFeed(6);
  const args = ["sse", "-q", "--cursors", cursors(), "--resume", "a", server.url];
  const text = start(hpx, [...args, "--text", "n", "--max-events", "3"]);
  expect(await text.exitCode).toBe(0);
  expect(text.output.stdout).toBe("123\n");
  const parsed = start(hpx, [...args, "--parse", "--max-events", "1"]);
  expect(await parsed.exitCode).toBe(0);
  expect(parsed.output.stdout).toBe('{"event":"even","data":"{\\"n\\":4}","id":"4","json":{"n":4}}\n');
});

test.concurrent("--last-event-id counts for a new name only", async () => {
  const server = await startFeed(9);
  const args = ["sse", "-q", "--cursors", cursors(), "--resume", "a", "--last-event-id", "5", "--max-events", "1"];
  for (const id of [6, 7]) {
    const program = start(hpx, [...args, server.url]);
    expect(await program.exitCode).toBe(0);
    expect(ids(program)).toEqual([id]);
  }
});

test.concurrent("a second command with the name goes on, and ends the first", async () => {
  const server = await startFeed(100_000, { pause: 5 });
  const args = ["sse", "-q", "--cursors", cursors(), "--resume", "fills", "--save-every", "1", server.url];
  const first = start(hpx, args);
  await first.prints(/"5"/);
  const second = start(hpx, [...args, "--max-events", "3"]);
  expect(await first.exitCode).toBe(1);
  expect(first.output.stderr).toBe(
    'CURSOR_FENCED: cursor "fills": another consumer claimed the name, so this one stops; use one name for each consumer\n',
  );
  expect(await second.exitCode).toBe(0);
});

test.concurrent("the name of another stream is wrong usage that names both, and neither their queries nor a start anew", async () => {
  const server = await startFeed(9);
  const args = ["sse", "-q", "--cursors", cursors(), "--resume", "a", "--max-events", "1"];
  expect(await start(hpx, [...args, `${server.url}one?key=secret`]).exitCode).toBe(0);
  const program = start(hpx, [...args, `${server.url}two?key=secret`]);
  expect(await program.exitCode).toBe(2);
  expect(program.output.stderr).toBe(
    `error: --resume: "a" cannot be used; its record is of ${server.url}one, and this is ${server.url}two; give each stream a name of its own\n`,
  );
  expect(server.requestCount).toBe(1);
});

test.concurrent("a damaged record is exit code 1 and says the way out; nothing is asked for", async () => {
  const server = await startFeed(9);
  const folder = cursors();
  mkdirSync(folder);
  writeFileSync(join(folder, "cursors.log"), "hpx 0000000f 00000000\n{broken");
  const program = start(hpx, ["sse", "-q", "--cursors", folder, "--resume", "a", server.url]);
  expect(await program.exitCode).toBe(1);
  expect(program.output.stderr).toMatch(
    /^CURSOR_STORE: cursor "a": .*cursors\.log is damaged: .*; restore it from a copy, or delete it to start all names/,
  );
  expect(server.requestCount).toBe(0);
});

test.concurrent.each([
  [["--resume", ""], /^error: --resume: "" cannot be used; it takes a name/],
  [["--cursors", "x"], /^error: --cursors: there is no position to save; give it a name with --resume/],
  [["--save-every", "1"], /^error: --save-every: there is no position to save/],
  [["--resume", "a", "--save-every", "0"], /^error: --save-every: "0" cannot be used/],
  [
    ["--resume", "a", "--cursors", "/dev/null/x"],
    /^error: --cursors: "\/dev\/null\/x" \(ENOTDIR\) cannot be used; it takes a folder/,
  ],
])("wrong usage %j exits with 2", async (args, message) => {
  const program = start(hpx, ["sse", ...args, "http://127.0.0.1:1/"]);
  expect(await program.exitCode).toBe(2);
  expect(program.output.stderr).toMatch(message);
});

test.concurrent("without --cursors, positions are in the folder for the state of programs, which only the user may read", async () => {
  const server = await startFeed(3);
  const home = dirname(temporaryFile("x"));
  const args = ["sse", "-q", "--resume", "a", "--max-events", "1", server.url];
  const places: [Record<string, string>, string][] = [
    [{ XDG_STATE_HOME: join(home, "state"), HOME: home }, "state/hpx/cursors"],
    [{ XDG_STATE_HOME: "relative", HOME: home }, ".local/state/hpx/cursors"],
  ];
  for (const [env, folder] of places) {
    const program = start(hpx, args, env);
    expect(await program.exitCode).toBe(0);
    expect(readFileSync(join(home, folder, "cursors.log"), "utf8")).toContain('"name":"a"');
    expect(statSync(join(home, folder)).mode & 0o077).toBe(0);
  }
  expect(existsSync("relative")).toBe(false);
});

test.concurrent("a position that cannot be saved at the end is exit code 1", async () => {
  const server = await startFeed(3);
  const args = ["sse", "-q", "--cursors", cursors(), "--resume", "a", server.url];
  let takenOver = (): void => {};
  const takeover = new Promise<void>((resolve) => (takenOver = resolve));
  server.reply(async (exchange) => {
    await exchange.send({ id: "1", data: "a" });
    await takeover;
    await exchange.send({ id: "2", data: "b" });
    await exchange.delay(60_000);
  });
  const program = start(hpx, args);
  await program.prints(/"1"/);
  // Another command takes the name over.
  const second = start(hpx, [...args, "--max-events", "1"]);
  expect(await second.exitCode).toBe(0);
  takenOver();
  await program.prints(/"2"/);
  program.process.kill("SIGINT");
  expect(await program.exitCode).toBe(1);
  expect(program.output.stderr).toMatch(/^CURSOR_FENCED: /);
});
