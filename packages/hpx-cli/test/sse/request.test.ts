import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { onTestFinished, startServer } from "../support/resources.js";
import { bundle, type Program, start } from "../support/program.js";

let hpx = "";
beforeAll(async () => {
  hpx = await bundle("packages/hpx-cli/src/main.ts");
});

/** What the server sees of the request that these arguments make. */
async function request(args: readonly string[], stdin = "") {
  const server = await startServer();
  const program = start(hpx, ["sse", ...args, server.url]);
  program.process.stdin.end(stdin);
  expect(await program.exitCode, program.output.stderr).toBe(0);
  const { method, headers, text } = await server.request(1);
  return { method, headers, text };
}

async function file(content: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "hpx-cli-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  await writeFile(join(directory, "file"), content);
  return join(directory, "file");
}

test.concurrent("by default it asks for an event stream by GET, with a User-Agent", async () => {
  const { method, headers } = await request([]);
  expect(method).toBe("GET");
  expect(headers).toMatchObject({ accept: "text/event-stream", "user-agent": expect.stringMatching(/^hpx-cli\/\d/) });
});

test.concurrent("-H sends headers as curl does", async () => {
  const lines = await file("X-File: from file\r\n\nX-Key: k\n");
  const { headers } = await request([
    "-H",
    "X-A: 1",
    "-H",
    "X-A:2",
    "-H",
    "X-None;",
    "-H",
    `@${lines}`,
    "-H",
    "User-Agent: me",
  ]);
  expect(headers).toMatchObject({
    "x-a": "1, 2",
    "x-none": "",
    "x-file": "from file",
    "x-key": "k",
    "user-agent": "me",
  });
});

test.concurrent("-d makes it a form that is posted, its parts joined", async () => {
  const part = await file("line\nend");
  const { method, headers, text } = await request(["-d", "a=1", "-d", `@${part}`]);
  expect([method, headers["content-type"], text]).toEqual([
    "POST",
    "application/x-www-form-urlencoded",
    "a=1&line\nend",
  ]);
});

test.concurrent("-d @- reads standard input, and -X names the method", async () => {
  const { method, text } = await request(["-X", "put", "-d", "@-"], "from stdin");
  expect([method, text]).toEqual(["PUT", "from stdin"]);
});

test.concurrent("--json posts JSON and still asks for an event stream", async () => {
  const { method, headers, text } = await request(["--json", '{"a":', "--json", "1}"]);
  expect([method, text]).toEqual(["POST", '{"a":1}']);
  expect(headers).toMatchObject({ "content-type": "application/json", accept: "text/event-stream" });
});

test.concurrent("-u logs in, in UTF-8, unless -H does", async () => {
  const { headers } = await request(["-u", "me:pä:ss"]);
  expect(Buffer.from((headers["authorization"] ?? "").slice(6), "base64").toString()).toBe("me:pä:ss");
  const other = await request(["-u", "me:x", "-H", "Authorization: Bearer t"]);
  expect(other.headers["authorization"]).toBe("Bearer t");
});

test.concurrent("a login in the URL is sent as one", async () => {
  const server = await startServer();
  const program = start(hpx, ["sse", server.url.replace("//", "//me:p%40ss@").replace("http://", "")]);
  expect(await program.exitCode).toBe(0);
  const { headers } = await server.request(1);
  expect(Buffer.from((headers["authorization"] ?? "").slice(6), "base64").toString()).toBe("me:p@ss");
});

test.concurrent("HPX_LOG=debug logs the life of the connection, without secrets", async () => {
  const server = await startServer({
    body: "retry: 1\nid: 1\ndata: secret-data\n\n",
    headers: { "set-cookie": "secret-cookie" },
  });
  const secrets = ["-u", "me:secret-password", "-H", "X-Key: secret-key"];
  const program: Program = start(hpx, ["sse", ...secrets, `${server.url}?token=secret-token`], { HPX_LOG: "debug" });
  expect(await program.exitCode).toBe(0);
  const { stderr } = program.output;
  for (const entry of [
    "request method",
    "response status=200",
    "info  connected",
    "debug event",
    "warn  reconnecting",
  ]) {
    expect(stderr).toContain(entry);
  }
  expect(stderr).toContain('x-key="(hidden)"');
  expect(stderr).not.toContain("secret");
  expect(stderr).not.toContain(Buffer.from("me:secret-password").toString("base64"));
});

test.concurrent("nothing that went wrong shows a secret either", async () => {
  const server = await startServer({ status: 403, body: "bad secret-key" });
  const secrets = ["-u", "me:secret-password", "-H", "X-Key: secret-key"];
  const program = start(hpx, ["sse", ...secrets, `${server.url}?token=secret-token`]);
  expect(await program.exitCode).toBe(1);
  expect(program.output.stderr).not.toContain("secret");
});
