import { writeFileSync } from "node:fs";
import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { beforeAll, expect, test } from "vitest";
import { Access } from "../../src/serve/access.js";
import { temporaryFile } from "../support/resources.js";
import { bundle, type Program, start } from "../support/program.js";

let hpx = "";
beforeAll(async () => {
  hpx = await bundle("packages/hpx-cli/src/main.ts");
});

const HEADER = '{"format":"hpx-sse-recording","version":1,"url":"http://x/","method":"GET","started":"2026"}';
const LINES = [
  HEADER,
  '{"t":0,"request":{"lastEventId":""}}',
  '{"t":1,"response":{"status":200,"headers":{"content-type":"text/event-stream","Access-Control-Allow-Origin":"*"}}}',
  '{"t":2,"text":"data: private\\n\\n"}',
  '{"t":3,"end":"complete"}',
];

async function serve(...args: string[]): Promise<{ program: Program; url: URL }> {
  const file = temporaryFile("recording.jsonl");
  writeFileSync(file, `${LINES.join("\n")}\n`);
  const program = start(hpx, ["sse", "serve", "--speed", "max", ...args, file]);
  await program.prints(/\n/);
  return { program, url: new URL(program.output.stdout.trim()) };
}

async function ask(url: URL, headers: Record<string, string>, method = "GET") {
  const sent = request(url, { method, headers, agent: false }).end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  let body = "";
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode, allowed: response.headers["access-control-allow-origin"], body };
}

test.concurrent("a host name that is not this machine's is refused, with the way to allow it", async () => {
  const { url, program } = await serve();
  for (const host of [
    "evil.example",
    `evil.example:${url.port}`,
    "127.0.0.1.evil.example",
    "192.0.2.1",
    "localhost@evil",
  ]) {
    const { status, body } = await ask(url, { Host: host });
    expect([host, status, body.includes("private")]).toEqual([host, 421, false]);
  }
  expect(program.output.stderr).toMatch(
    /GET \/: 421, the host "evil.example": .* --allow-host evil.example allows this one/,
  );
});

test.concurrent("every name and address of this machine is answered", async () => {
  const { url } = await serve();
  for (const host of [
    "localhost",
    "LOCALHOST:80",
    "a.localhost",
    "localhost.",
    "127.0.0.1",
    "127.1.2.3:99",
    "[::1]:99",
  ]) {
    expect([host, (await ask(url, { Host: host })).body]).toEqual([host, "data: private\n\n"]);
    // The recording is over now; the next request begins it again.
    await ask(url, { Host: host });
  }
});

test.concurrent("a program that names no host is no web page", async () => {
  const { url } = await serve();
  const socket = connect(Number(url.port), "127.0.0.1").setEncoding("utf8");
  socket.end("GET / HTTP/1.0\r\n\r\n");
  let text = "";
  for await (const chunk of socket) text += String(chunk);
  expect(text).toMatch(/^HTTP\/1.1 200 [^]*data: private/);
});

test.concurrent("no page of another origin can read it, whatever was recorded", async () => {
  const { url, program } = await serve();
  for (const origin of ["https://evil.example", "http://localhost:3000", "null"]) {
    for (const method of ["GET", "OPTIONS"]) {
      const { status, allowed, body } = await ask(url, { Origin: origin }, method);
      expect([status, allowed, body.includes("private")]).toEqual([403, undefined, false]);
    }
  }
  expect(program.output.stderr).toContain("--allow-origin https://evil.example allows this one");
  expect((await ask(url, {})).allowed).toBeUndefined();
});

test.concurrent("--allow-host and --allow-origin allow what they name", async () => {
  const { url } = await serve("--allow-host", "My-Machine.lan", "--allow-origin", "http://localhost:5173/");
  const both = { Host: "my-machine.lan:80", Origin: "http://localhost:5173" };
  expect(await ask(url, both)).toEqual({ status: 200, allowed: "http://localhost:5173", body: "data: private\n\n" });
  expect((await ask(url, both, "OPTIONS")).allowed).toBe("http://localhost:5173");
  expect((await ask(url, { Origin: "http://localhost:5174" })).status).toBe(403);
});

test.concurrent("a server on all addresses is found by the address that was asked", async () => {
  const { url } = await serve("--host", "0.0.0.0");
  const local = new URL(`http://127.0.0.1:${url.port}/`);
  expect((await ask(local, {})).status).toBe(200);
  expect((await ask(local, { Host: "10.0.0.1" })).status).toBe(421);
});

test.each([
  ["192.0.2.7:80", "192.0.2.7", undefined],
  ["192.0.2.7:80", "::ffff:192.0.2.7", undefined],
  ["[2001:db8::7]:80", "2001:db8::7", undefined],
  ["192.0.2.8:80", "192.0.2.7", 421],
])("a client that asks %s and reaches the address %s gets %j", (host, localAddress, status) => {
  const incoming = { headers: { host }, socket: { localAddress } } as IncomingMessage;
  expect(new Access({ hosts: [], origins: [] }).refusal(incoming)?.status).toBe(status);
});
