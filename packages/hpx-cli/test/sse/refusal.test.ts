import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startServer } from "../support/resources.js";
import { bundle, start } from "../support/program.js";
import { needsTmux, Terminal } from "../support/terminal.js";

let hpx = "";
beforeAll(async () => {
  hpx = await bundle("packages/hpx-cli/src/main.ts");
});

test.concurrent("the words of a refusal follow its status, with -q too", async () => {
  const body = '{"error":{"message":"The model m does not exist"}}\n';
  const server = await startServer({ status: 400, body }, { status: 400, body });
  for (const quiet of [[], ["-q"]]) {
    const program = start(hpx, ["sse", ...quiet, server.url]);
    expect(await program.exitCode).toBe(1);
    expect(program.output.stderr).toMatch(
      /SSE_INVALID_STATUS: the server answered 400; a stream needs 200\nthe server says: \{"error":\{"message":"The model m does not exist"\}\}\n$/,
    );
  }
});

test.concurrent("what is no stream is shown, too, and of a page only its text", async () => {
  const headers = { "content-type": "text/html" };
  const server = await startServer({
    headers,
    body: "<!doctype html><title>Log in</title><script>x()</script>\n<p>Please",
  });
  const program = start(hpx, ["sse", server.url]);
  expect(await program.exitCode).toBe(1);
  expect(program.output.stderr).toMatch(/\nthe server says: Log in Please\n$/);
});

test.concurrent("the reason for a reconnect is said once, and not with -q", async () => {
  const busy = { status: 503, body: "upgrading the database", headers: { "retry-after": "0" } };
  const server = await startServer(busy, busy, { status: 503, body: "nearly there", headers: { "retry-after": "0" } });
  const program = start(hpx, ["sse", server.url]);
  expect(await program.exitCode).toBe(0);
  const said = program.output.stderr.split("\n").filter((line) => line.startsWith("the server says"));
  expect(said).toEqual(["the server says: upgrading the database", "the server says: nearly there"]);
  server.reply(busy);
  const quiet = start(hpx, ["sse", "-q", server.url]);
  expect(await quiet.exitCode).toBe(0);
  expect(quiet.output.stderr).toBe("");
});

test.concurrent("the words of the last refusal follow --max-attempts and --seconds", async () => {
  const server = await startServer();
  server.otherwise({ status: 503, body: "no room" });
  for (const limit of [
    ["--max-attempts", "1"],
    ["--seconds", "1s"],
  ]) {
    const program = start(hpx, ["sse", "-q", ...limit, server.url]);
    expect(await program.exitCode).toBe(1);
    expect(program.output.stderr).toMatch(/\nthe server says: no room\n$/);
  }
});

test.concurrent("the text of an error within the stream is shown", async () => {
  const body = 'data: {"error":{"message":"Overloaded, key-SECRET","type":"server_error"}}\n\n';
  const server = await startServer({ body });
  const args = ["sse", "--handler", "openai", "-H", "X-Key: key-SECRET", "-d", "{}", server.url];
  const program = start(hpx, args);
  expect(await program.exitCode).toBe(1);
  expect(program.output.stderr).toMatch(/\nthe server says: Overloaded, \(hidden\)\n$/);
});

test.concurrent("no secret of the request is shown, however the server writes it", async () => {
  const login = Buffer.from("me:pass&SECRET").toString("base64");
  const words = [
    "key-SECRET",
    "pass&SECRET",
    "pass&amp;SECRET",
    login,
    "token-SECRET",
    "cookie-SECRET",
    "query SECRET",
    "query%20SECRET",
    "query+SECRET",
    "sec-SECRET",
    "Digest-SECRET",
  ];
  const server = await startServer({ status: 401, body: words.join(" | ") });
  const args = [
    ["-H", "X-Key: key-SECRET", "-H", "Sig: t=1,v=sec-SECRET", "-H", 'X-Auth: Digest response="Digest-SECRET"'],
    ["-u", "me:pass&SECRET", "-b", "a=cookie-SECRET", "-H", "Proxy-Authorization: Bearer token-SECRET"],
  ].flat();
  const program = start(hpx, ["sse", ...args, `${server.url}?q=query%20SECRET`]);
  expect(await program.exitCode).toBe(1);
  expect(program.output.stderr).not.toMatch(/SECRET/);
  expect(program.output.stderr).not.toContain(login);
  expect(program.output.stderr).toContain("the server says: (hidden) | (hidden)");
});

test.concurrent("a password in -H is hidden, and a key in a body: of the rest of the body nothing", async () => {
  const words = "bad pass-SECRET for me; client form-SECRET, json-SECRET; model my-model-name; use Bearer";
  const server = await startServer({ status: 401, body: words }, { status: 401, body: words });
  const basic = `Authorization: Basic ${Buffer.from("me:pass-SECRET").toString("base64")}`;
  const bodies = [
    ["-d", "model=my-model-name&client_secret=form-SECRET", "-H", "X-Auth: Bearer json-SECRET"],
    ["--json", '{"model":"my-model-name","deep":[{"apiKey":"json-SECRET","token":"form-SECRET"}]}'],
  ];
  for (const body of bodies) {
    const program = start(hpx, ["sse", "-H", basic, ...body, server.url]);
    expect(await program.exitCode).toBe(1);
    expect(program.output.stderr).toContain(
      "the server says: bad (hidden) for me; client (hidden), (hidden); model my-model-name; use Bearer\n",
    );
  }
});

test.concurrent("a secret in a content type is hidden", async () => {
  const server = await startServer({ headers: { "content-type": "text/key-SECRET" }, body: "x" });
  const program = start(hpx, ["sse", "-H", "X-Key: key-SECRET", server.url]);
  await program.exitCode;
  expect(program.output.stderr).toMatch(/SSE_INVALID_CONTENT_TYPE: .*\(hidden\)/);
  expect(program.output.stderr).not.toContain("SECRET");
});

test.concurrent("what is no secret stays readable: the words that any client sends", async () => {
  const server = await startServer({
    status: 406,
    body: "send Accept: text/event-stream, not application/json; en-US",
  });
  const args = [
    "-H",
    "Accept: application/json",
    "-H",
    "Accept-Language: en-US",
    "-H",
    "Content-Type: text/event-stream",
  ];
  const program = start(hpx, ["sse", ...args, server.url]);
  await program.exitCode;
  expect(program.output.stderr).toContain(
    "the server says: send Accept: text/event-stream, not application/json; en-US\n",
  );
});

test.concurrent("a secret that is cut at the end of what was read is hidden, too", async () => {
  const server = await startServer({ status: 400, body: `${"x".repeat(1014)}key-SECRET` });
  const program = start(hpx, ["sse", "-H", "X-Key: key-SECRETS-more", server.url]);
  await program.exitCode;
  expect(program.output.stderr).toMatch(/x\(hidden\)\n$/);
});

test.concurrent("nothing in a refusal steers the terminal behind standard error", async () => {
  const server = await startServer({ status: 400, body: "\u001B[2J\u001B]0;t\u0007\u009B2J\u202E\r\nend" });
  const program = start(hpx, ["sse", server.url]);
  await program.exitCode;
  expect(program.output.stderr).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/);
  expect(program.output.stderr).toMatch(/\nthe server says: .*end\n$/);
});

describe("on a terminal", () => {
  beforeEach(needsTmux);

  test("the words of a refusal stand below its status", async () => {
    const server = await startServer({ status: 403, body: "no such key" });
    const terminal = new Terminal(hpx, ["sse", server.url]);
    await terminal.shows(/^exit 1$/);
    expect(terminal.lines.slice(1)).toEqual([
      "SSE_INVALID_STATUS: the server answered 403; a stream needs 200",
      "the server says: no such key",
      "exit 1",
    ]);
  });
});
