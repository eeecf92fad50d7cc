// Chromium's WebSocket against MockWsServer: what the mock sends is understood, and what it should refuse, Chromium refuses.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { MockWsServer, type Violation, VIOLATIONS } from "../../src/testing/index.js";
import { Program, temporaryFolder } from "../support/program.js";
import { needs } from "../support/requirements.js";
import { chromium } from "./support.js";

beforeEach(needs(chromium));

/** A page whose script runs with `url`, and with `report`, which sends text to the mock server's path /report. */
async function openPage(server: MockWsServer, script: string): Promise<void> {
  const report = `const url = ${JSON.stringify(server.url)};
    const reports = new WebSocket(url + "report");
    const ready = new Promise((resolve) => (reports.onopen = resolve));
    const report = async (value) => { await ready; reports.send(JSON.stringify(value)); };`;
  const page = createServer((_, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(`<script type="module">${report}\n${script}</script>`);
  });
  page.listen(0, "127.0.0.1");
  await once(page, "listening");
  onTestFinished(() => {
    page.closeAllConnections();
    page.close();
  });
  const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"];
  const profile = `--user-data-dir=${temporaryFolder()}`;
  const program = new Program("chromium", [
    ...flags,
    profile,
    `http://127.0.0.1:${(page.address() as AddressInfo).port}/`,
  ]);
  onTestFinished(() => program.kill());
}

async function startServer(): Promise<MockWsServer> {
  const server = await MockWsServer.start({ deadline: 30_000 });
  onTestFinished(() => server.close());
  server.route("/report", { finish: "hold" });
  return server;
}

/** What the page reported. */
async function reported(server: MockWsServer, count: number): Promise<unknown[]> {
  const find = () => server.connections.find(({ url }) => url === "/report");
  await server.until("the page", () => find() !== undefined);
  const connection = find();
  await connection?.message(count);
  return connection?.messages.map((message) => message.json()) ?? [];
}

test("messages, fragments, pings and a close are read as they were sent, and Chromium breaks no rule", async () => {
  const server = await startServer();
  const steps = ["é", Uint8Array.of(1, 255), { message: "in fragments", fragments: 3 }, { ping: "p" }, { receive: 2 }];
  server.route("/feed", {
    headPace: { bytes: 7, pause: 1 },
    steps: [...steps, { close: 4002, reason: "bye" }],
    finish: "hold",
  });
  await openPage(
    server,
    `const socket = new WebSocket(url + "feed", ["b", "a"]);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => { socket.send("text é"); socket.send(Uint8Array.of(7, 8)); };
    socket.onmessage = ({ data }) => report(typeof data === "string" ? data : [...new Uint8Array(data)]);
    socket.onclose = ({ code, reason, wasClean }) => report({ code, reason, wasClean, protocol: socket.protocol });`,
  );
  expect(await reported(server, 4)).toEqual([
    "é",
    [1, 255],
    "in fragments",
    { code: 4002, reason: "bye", wasClean: true, protocol: "b" },
  ]);
  const feed = server.connections.find(({ url }) => url === "/feed");
  expect(feed?.violations).toEqual([]);
  expect(feed?.messages.map(({ data }) => data)).toEqual(["text é", Buffer.of(7, 8)]);
  expect(feed?.frames.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["pong", "close"]));
});

test("Chromium fails the connection for every violation", async () => {
  const server = await startServer();
  const violations = Object.keys(VIOLATIONS) as Violation[];
  for (const garble of violations) server.route(`/${garble}`, { steps: ["before", { garble }], finish: "hold" });
  await openPage(
    server,
    `for (const name of ${JSON.stringify(violations)}) {
      const socket = new WebSocket(url + name);
      await new Promise((resolve) => (socket.onclose = ({ wasClean }) => resolve(report([name, wasClean]))));
    }`,
  );
  const verdicts = (await reported(server, violations.length)) as [Violation, boolean][];
  expect(verdicts.filter(([, wasClean]) => wasClean)).toEqual([]);
  expect(verdicts.map(([name]) => name)).toEqual(violations);
});

test("Chromium refuses a wrong hash, and a protocol that it did not offer", async () => {
  const server = await startServer();
  server.route("/hash", { headers: { "sec-websocket-accept": "wrong" }, finish: "hold" });
  server.route("/protocol", { protocol: "other", finish: "hold" });
  server.route("/refused", { status: 403 });
  await openPage(
    server,
    `for (const name of ["hash", "protocol", "refused"]) {
      const socket = new WebSocket(url + name);
      const opened = await new Promise((resolve) => { socket.onopen = () => resolve(true); socket.onclose = () => resolve(false); });
      await report([name, opened]);
    }`,
  );
  expect(await reported(server, 3)).toEqual([
    ["hash", false],
    ["protocol", false],
    ["refused", false],
  ]);
});
