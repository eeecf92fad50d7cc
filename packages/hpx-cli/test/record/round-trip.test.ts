import { existsSync, readFileSync } from "node:fs";
import type { Step } from "hpx-transport/testing";
import { SseConnection } from "hpx-transport/sse";
import { beforeAll, expect, test } from "vitest";
import { startServer, temporaryFile } from "../support/resources.js";
import { bundle, type Program, start } from "../support/program.js";

let hpx = "";
beforeAll(async () => {
  hpx = await bundle("packages/hpx-cli/src/main.ts");
});

interface Seen {
  readonly event: string;
  readonly data: string;
  readonly id: string;
}

/** All events of a stream until the server has no more. */
async function consume(url: string, lastEventId = ""): Promise<Seen[]> {
  const seen: Seen[] = [];
  for await (const { event, data, id } of SseConnection.open({ url, lastEventId, reconnect: { initialDelay: 1 } })) {
    seen.push({ event, data, id });
  }
  return seen;
}

/** A server that plays `file`, and its URL. */
async function serve(file: string, ...args: string[]): Promise<{ program: Program; url: string }> {
  const program = start(hpx, ["sse", "serve", ...args, file]);
  await program.prints(/\n/);
  return { program, url: program.output.stdout.trim() };
}

/** Resolves when the recording holds `text`. */
async function eventuallyHolds(file: string, text: string): Promise<void> {
  const read = (): string => (existsSync(file) ? readFileSync(file, "utf8") : "");
  await expect.poll(read, { timeout: 15_000 }).toContain(text);
}

const encoder = new TextEncoder();
const letter = encoder.encode("é");

/** A stream with all that makes one hard to keep: a BOM, every line end, a character in two reads, breaks, a refusal. */
const attempts = [
  { body: "\uFEFFretry: 1\r\n: hello\r\n\r\nid: 1\revent: a\rdata: one\r\rid: 2\ndata: cut o", finish: "cut" },
  { status: 503 },
  {
    body: [
      "id: 2\r\ndata: caf",
      letter.subarray(0, 1),
      { delay: 20 },
      letter.subarray(1),
      "\r\n\r\ndata: no id\n\n",
    ] as Step[],
  },
  { body: 'id: 漢\nevent: last\ndata: {"a":\ndata: "\u009B\u2028"}\n\n' },
] as const;

test.concurrent("a stream that is recorded, served and consumed is the stream that was sent", async () => {
  const file = temporaryFile("recording.jsonl");
  const server = await startServer(...attempts);
  const recording = start(hpx, ["sse", "record", server.url, file]);
  expect(await recording.exitCode).toBe(0);
  expect(recording.output.stdout).toBe("");
  expect(recording.output.stderr).toMatch(/\nended by the server: 4 events, .*, 2 reconnects, last id 漢\n$/);

  const { url, program } = await serve(file, "--speed", "max");
  const expected = [
    { event: "a", data: "one", id: "1" },
    { event: "message", data: "café", id: "2" },
    { event: "message", data: "no id", id: "2" },
    { event: "last", data: '{"a":\n"\u009B\u2028"}', id: "漢" },
  ];
  expect(await consume(url)).toEqual(expected);
  expect(await consume(url)).toEqual(expected);
  expect(program.output.stderr).toMatch(/: 4 events in 4 connections, .* from http:\/\/127\.0\.0\.1:\d+\/ on 20/);
  expect(program.output.stderr).toMatch(/\nGET \/ after "漢": 204, the recording is over\n/);
  program.process.kill("SIGINT");
  expect(await program.exitCode).toBe(0);
});

test.concurrent("a client that resumes gets the events after its id, from any recorded connection", async () => {
  const file = temporaryFile("recording.jsonl");
  const body = [1, 2, 3, 4].map((id) => `id: ${id}\ndata: ${id}\n\n`).join("");
  const server = await startServer({ body: `retry: 1\n\n${body}` }, { body: "id: 5\ndata: 5\n\n" });
  expect(await start(hpx, ["sse", "record", server.url, file]).exitCode).toBe(0);
  const { url } = await serve(file, "--speed", "max");
  const ids = async (after: string): Promise<string[]> => (await consume(url, after)).map(({ id }) => id);
  expect(await ids("2")).toEqual(["3", "4", "5"]);
  expect(await ids("4")).toEqual(["5"]);
  expect(await ids("5")).toEqual([]);
  expect(await ids("unknown")).toEqual(["1", "2", "3", "4", "5"]);
});

test.concurrent("a stream without ids is played connection by connection, then over, then again for the next", async () => {
  const file = temporaryFile("recording.jsonl");
  const server = await startServer({ body: "retry: 1\ndata: a\n\n" }, { body: "data: b\n\n", finish: "cut" });
  expect(await start(hpx, ["sse", "record", server.url, file]).exitCode).toBe(0);
  const { url } = await serve(file, "--speed", "max");
  for (let run = 0; run < 2; run += 1) {
    expect((await consume(url)).map(({ data }) => data)).toEqual(["a", "b"]);
  }
});

test.concurrent("a recording that was killed can be served", async () => {
  const file = temporaryFile("recording.jsonl");
  const server = await startServer({
    body: ["id: 1\ndata: a\n\n", { delay: 20 }, "id: 2\ndata: b\n\n"],
    finish: "hold",
  });
  const recording = start(hpx, ["sse", "record", server.url, file]);
  await eventuallyHolds(file, "data: b");
  recording.process.kill("SIGKILL");
  await recording.exitCode;
  const { url } = await serve(file, "--speed", "max");
  expect((await consume(url)).map(({ data }) => data)).toEqual(["a", "b"]);
});

test.concurrent("Ctrl-C ends a recording well, and --max-events when there is enough", async () => {
  const file = temporaryFile("recording.jsonl");
  const server = await startServer({ body: "data: a\n\n", finish: "hold" }, { body: "data: a\n\n", finish: "hold" });
  const recording = start(hpx, ["sse", "record", server.url, file]);
  await eventuallyHolds(file, "data: a");
  recording.process.kill("SIGINT");
  expect(await recording.exitCode).toBe(0);
  expect(readFileSync(file, "utf8")).toMatch(/"end":"stopped"}\n$/);
  const second = ["sse", "record", "--max-events", "1", server.url, temporaryFile("second.jsonl")];
  expect(await start(hpx, second).exitCode).toBe(0);
});

test.concurrent("by default it plays as fast as it was recorded", async () => {
  const file = temporaryFile("recording.jsonl");
  const server = await startServer({ body: ["id: 1\ndata: a\n\n", { delay: 400 }, "id: 2\ndata: b\n\n"] });
  expect(await start(hpx, ["sse", "record", "--max-attempts", "0", server.url, file]).exitCode).toBe(0);
  const { url } = await serve(file);
  const times: number[] = [];
  for await (const _ of SseConnection.open({ url, reconnect: false })) times.push(performance.now());
  // Far less than the 400 that were recorded: this machine may be slow to notice either event.
  expect((times[1] as number) - (times[0] as number)).toBeGreaterThan(200);
});

test.concurrent("a disk that is full ends a recording with 1", async () => {
  const server = await startServer({ body: "data: a\n\n", finish: "hold" });
  const recording = start(hpx, ["sse", "record", server.url, "/dev/full"]);
  expect(await recording.exitCode).toBe(1);
  expect(recording.output.stderr).toMatch(/ENOSPC/);
});

test.concurrent("record and serve say in one line what cannot be used", async () => {
  for (const [args, message] of [
    [["record", "http://127.0.0.1:1/", "/no/such/folder/file"], /^error: FILE: "\/no\/such\/folder\/file" \(ENOENT\)/],
    [["serve", "/no/such/file"], /^error: FILE: "\/no\/such\/file" \(ENOENT\)/],
    [
      ["serve", "/dev/null"],
      /^error: FILE: "\/dev\/null" \(no recording\) cannot be used; it takes a file that hpx sse record/,
    ],
    [["serve", "--speed", "0", "/dev/null"], /^error: --speed: "0" cannot be used/],
    [["serve", "--port", "65536", "/dev/null"], /^error: --port: "65536" cannot be used/],
  ] as const) {
    const program = start(hpx, ["sse", ...args]);
    expect(await program.exitCode).toBe(2);
    expect(program.output.stderr).toMatch(message);
    expect(program.output.stderr.split("\n").length).toBe(2);
  }
});

test.concurrent("an option before the name of a subcommand is not lost, but refused", async () => {
  const program = start(hpx, ["sse", "-k", "record", "http://127.0.0.1:1/", "/dev/null"]);
  expect(await program.exitCode).toBe(2);
  expect(program.output.stderr).toBe('error: -k: it stands before "record"; options of record follow its name\n');
});
