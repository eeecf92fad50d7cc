import { existsSync, mkdtempSync, readFileSync, readlinkSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { beforeAll, expect, test } from "vitest";
import { startServer, temporaryFile } from "../support/resources.js";
import { bundle, start } from "../support/program.js";

let hpx = "";
beforeAll(async () => {
  hpx = await bundle("packages/hpx-cli/src/main.ts");
});

const EARLIER = "an earlier recording";
const stream = { body: "data: a\n\n" };

test.concurrent("no query, cookie, login or key is in the file, wherever the server repeats it", async () => {
  const file = temporaryFile("recording.jsonl");
  const query = "query-SECRET1";
  const cookie = "cookie-SECRET2";
  const headers = {
    "content-location": `/events?key=${query}`,
    link: `</events?key=${query}>; rel="self"`,
    "x-session": cookie,
    "set-cookie": `session=${cookie}`,
    server: `front (${cookie}; me:pass-SECRET4)`,
    via: "1.1 key-SECRET3",
    location: `/x?token=${query}`,
    "cache-control": "no-cache",
  };
  const server = await startServer({ headers, ...stream }, { headers, status: 401 });
  const args = ["-b", `session=${cookie}; theme=dark`, "-u", "me:pass-SECRET4", "-H", "X-Key: key-SECRET3"];
  const url = `${server.url}events?key=${query}`;
  await start(hpx, ["sse", "record", ...args, url, file]).exitCode;
  const text = readFileSync(file, "utf8");
  expect(text).not.toContain("SECRET");
  expect(text).not.toContain(Buffer.from("me:pass-SECRET4").toString("base64"));
  const { response } = JSON.parse(text.split("\n")[2] ?? "") as { response: { headers: Record<string, string> } };
  expect(response.headers).toMatchObject({
    "cache-control": "no-cache",
    location: "/x?…",
    server: "front ((hidden); (hidden))",
    via: "1.1 (hidden)",
  });
  expect(Object.keys(response.headers)).not.toContain("x-session");
});

test.concurrent("a content type is recorded as it is, also where the request names the same", async () => {
  const file = temporaryFile("recording.jsonl");
  const server = await startServer(stream);
  const args = ["-H", "X-Wants: text/event-stream", "--max-attempts", "0", server.url, file];
  expect(await start(hpx, ["sse", "record", ...args]).exitCode).toBe(0);
  expect(readFileSync(file, "utf8")).toContain('"content-type":"text/event-stream"');
});

test.concurrent("only its owner can read it, whatever the umask", async () => {
  const file = temporaryFile("recording.jsonl");
  const server = await startServer(stream);
  const line = `umask 0; exec "$0" "$@"`;
  const args = [process.execPath, hpx, "sse", "record", "--max-attempts", "0", server.url, file];
  await once(spawn("sh", ["-c", line, ...args]), "close");
  expect((statSync(file).mode & 0o777).toString(8)).toBe("600");
});

test.concurrent("an existing file is not replaced, also not through a link; --force takes its name", async () => {
  const old = temporaryFile("old.jsonl");
  writeFileSync(old, EARLIER, { mode: 0o644 });
  const link = join(dirname(old), "link.jsonl");
  symlinkSync(old, link);
  const server = await startServer(stream, stream);
  for (const file of [old, link]) {
    const refused = start(hpx, ["sse", "record", server.url, file]);
    expect(await refused.exitCode).toBe(2);
    expect(refused.output.stderr).toBe(
      `error: FILE: ${JSON.stringify(file.length > 60 ? `${file.slice(0, 60)}…` : file)} (it exists) cannot be used; it takes the name of a new file; --force replaces this one\n`,
    );
    expect(readFileSync(old, "utf8")).toBe(EARLIER);
  }
  expect(server.requests).toHaveLength(0);
  const forced = start(hpx, ["sse", "record", "--force", "--max-attempts", "0", server.url, link]);
  expect(await forced.exitCode).toBe(0);
  // The link is replaced, not what it led to.
  expect(readFileSync(old, "utf8")).toBe(EARLIER);
  expect(() => readlinkSync(link)).toThrow("EINVAL");
  expect(readFileSync(link, "utf8")).toContain('"text":"data: a\\n\\n"');
  expect((statSync(link).mode & 0o777).toString(8)).toBe("600");
});

test.concurrent("a link that leads nowhere is not followed", async () => {
  const link = temporaryFile("link.jsonl");
  const target = join(dirname(link), "target.jsonl");
  symlinkSync(target, link);
  const server = await startServer(stream);
  const refused = start(hpx, ["sse", "record", "--max-attempts", "0", server.url, link]);
  expect(await refused.exitCode).toBe(2);
  expect(existsSync(target)).toBe(false);
});

test.concurrent("there is no file before a response comes, and an existing one keeps its content with --force", async () => {
  const file = temporaryFile("recording.jsonl");
  const args = ["sse", "record", "--force", "--max-attempts", "0", "http://127.0.0.1:1/", file];
  const first = start(hpx, args);
  expect(await first.exitCode).toBe(1);
  expect(first.output.stderr).toMatch(/\nnothing was recorded, because no response came\n$/);
  expect(existsSync(file)).toBe(false);
  writeFileSync(file, EARLIER);
  expect(await start(hpx, args).exitCode).toBe(1);
  expect(readFileSync(file, "utf8")).toBe(EARLIER);
});

test.concurrent("a refusal is a response: it is recorded, with the attempts before it", async () => {
  const file = temporaryFile("recording.jsonl");
  const server = await startServer({ head: false, finish: "cut" }, { status: 401, body: "no such key" });
  expect(await start(hpx, ["sse", "record", server.url, file]).exitCode).toBe(1);
  const lines = readFileSync(file, "utf8").trim().split("\n");
  expect(lines.map((line) => Object.keys(JSON.parse(line) as object).at(-1))).toEqual([
    "started",
    "request",
    "error",
    "request",
    "response",
    "text",
    "end",
  ]);
});

test.concurrent("a file that comes into being while the server is waited for is not replaced", async () => {
  const file = temporaryFile("recording.jsonl");
  const server = await startServer(async (exchange) => {
    writeFileSync(file, EARLIER);
    await exchange.play(stream);
  });
  const recording = start(hpx, ["sse", "record", server.url, file]);
  expect(await recording.exitCode).toBe(1);
  expect(recording.output.stderr).toMatch(/EEXIST/);
  expect(readFileSync(file, "utf8")).toBe(EARLIER);
});

test.concurrent("/dev/stdout is no file that could be replaced, also where it leads to one", async () => {
  const server = await startServer(stream, stream);
  const piped = start(hpx, ["sse", "record", "-q", "--max-attempts", "0", server.url, "/dev/stdout"]);
  expect(await piped.exitCode).toBe(0);
  expect(piped.output.stdout).toContain('"text":"data: a\\n\\n"');
  const file = temporaryFile("out.jsonl");
  const args = ["sse", "record", "-q", "--max-attempts", "0", server.url, "/dev/stdout"];
  await once(
    spawn("sh", ["-c", `echo before > "$0"; exec "$@" >> "$0"`, file, process.execPath, hpx, ...args]),
    "close",
  );
  expect(readFileSync(file, "utf8")).toMatch(/^before\n{"format"[^]*"text":"data: a/);
});

test.concurrent("a reader of /dev/stdout that is gone ends it with 0 and without a word", async () => {
  const server = await startServer(async (exchange) => {
    for (;;) await exchange.send({ data: "more" });
  });
  const program = start(hpx, ["sse", "record", "-q", server.url, "/dev/stdout"]);
  await program.prints(/more/);
  program.process.stdout.destroy();
  expect(await program.exitCode).toBe(0);
  expect(program.output.stderr).toBe("");
});

test("a folder is no file, with --force neither", () => {
  const folder = mkdtempSync(`${temporaryFile("x")}-`);
  for (const force of [[], ["--force"]]) {
    const args = [hpx, "sse", "record", ...force, "http://127.0.0.1:1/", folder];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect(status).toBe(2);
    expect(stderr).toMatch(/\(EISDIR\)/);
  }
});
