import { once } from "node:events";
import { rename } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { hashOf, LogServer, openLog, SqliteLog } from "hpx-relay";
import { expect, onTestFinished, test } from "vitest";
import { temporaryFolder, until } from "../support.js";
import { events, metric, Reader, serve, TestLog } from "./support.js";

test("a stream is told as such, is not cached or buffered, and begins with `retry` before an event", async () => {
  const log = await TestLog.inFile();
  const server = await serve(log.log, { retry: "2s" });
  const head = await fetch(`${server.url}/a`, { method: "HEAD" });
  expect([head.status, await head.text()]).toEqual([200, ""]);
  expect(Object.fromEntries(head.headers)).toMatchObject({
    "content-type": "text/event-stream",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
    "x-content-type-options": "nosniff",
  });
  expect(server.clients).toBe(0);
  const reader = new Reader(`${server.url}/a`);
  await until("the retry", () => reader.retries.length > 0);
  expect(reader.retries).toEqual([2000]);
});

test("another path is 404 with the names, another method 405", async () => {
  const log = await TestLog.inFile();
  const server = await serve(log.log);
  for (const path of ["/", "/c", "/a/", "/a/b", "/constructor", "/%61", "//a"]) {
    const response = await fetch(`${server.url}${path}`);
    expect([path, response.status, await response.text()]).toEqual([
      path,
      404,
      "there are /a, /b, /metrics, /livez, /readyz\n",
    ]);
  }
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
    const response = await fetch(`${server.url}/a`, { method, body: method === "POST" ? "x" : null });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  }
  expect(server.clients).toBe(0);
});

test("data of any kind comes as it is in the log", async () => {
  const log = await TestLog.inFile();
  const server = await serve(log.log);
  const reader = new Reader(`${server.url}/a`);
  await until("its place", () => reader.lastEventId !== "");
  const all = ["zwölf €", "", " leading", "two\nlines", "\n", "a\n\nb\n", "data: x", ": y", "x".repeat(300_000)];
  for (const [index, text] of all.entries()) {
    const data = Buffer.from(text);
    await log.append("a", {
      event: `type ${index} ü`,
      id: "ä\n",
      after: 0,
      n: index + 1,
      at: 5,
      hash: hashOf("x", data),
      data,
    });
  }
  await reader.has(all.length);
  expect(reader.events.map(({ data }) => data)).toEqual(all);
  expect(reader.events.map(({ event }) => event)).toEqual(all.map((_, index) => `type ${index} ü`));
});

test("pages of allowed origins may read it, and ask before they send a header; others get no such header", async () => {
  const log = await TestLog.inFile();
  const origin = "https://app.example";
  const some = await serve(log.log, { allowOrigins: [origin] });
  const all = await serve(log.log, { allowOrigins: ["*"] });
  const none = await serve(log.log);
  const ask = async (server: LogServer, from: string, method = "HEAD"): Promise<Response> =>
    fetch(`${server.url}/a`, { method, headers: { origin: from } });
  expect((await ask(some, origin)).headers.get("access-control-allow-origin")).toBe(origin);
  expect((await ask(some, origin)).headers.get("vary")).toBe("origin");
  expect((await ask(some, "https://other.example")).headers.get("access-control-allow-origin")).toBeNull();
  expect((await ask(some, "https://other.example")).headers.get("vary")).toBe("origin");
  expect((await ask(all, "https://other.example")).headers.get("access-control-allow-origin")).toBe("*");
  expect((await ask(none, origin)).headers.get("access-control-allow-origin")).toBeNull();
  const preflight = await ask(some, origin, "OPTIONS");
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-methods")).toBe("GET, HEAD");
  expect(preflight.headers.get("access-control-allow-headers")).toBe("*, authorization");
  expect((await ask(some, "https://other.example", "OPTIONS")).status).toBe(405);
});

test("a client more than it takes is 503 with the time to come back; where one leaves, there is room", async () => {
  const log = await TestLog.inFile();
  const server = await serve(log.log, { maxClients: 2 });
  const first = new Reader(`${server.url}/a`);
  const second = new Reader(`${server.url}/b`);
  await until("two clients", () => server.clients === 2);
  const refused = await fetch(`${server.url}/a`);
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "5"]);
  expect(await metric(server, "refused_total")).toBe(1);
  expect(await metric(server, 'clients{source="a"}')).toBe(1);
  first.close();
  await until("one client", () => server.clients === 1);
  const third = new Reader(`${server.url}/a`);
  await until("two clients", () => server.clients === 2);
  await log.add("a", 1);
  await third.has(1);
  expect(second.data).toEqual([]);
});

test("a quiet stream has comments, and one with events has none", async () => {
  const log = await TestLog.inFile();
  const server = await serve(log.log, { heartbeat: 100 });
  const quiet = new Reader(`${server.url}/a`);
  const busy = new Reader(`${server.url}/b`);
  await until("both", () => quiet.lastEventId !== "" && busy.lastEventId !== "");
  let added = 0;
  while (quiet.comments < 10) {
    await log.add("b", 1);
    added += 1;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  // On a busy machine a pause between two events may be as long.
  expect(busy.comments).toBeLessThanOrEqual(5);
  await busy.has(added);
  expect(busy.data).toEqual(events(added));
});

test("a second request on the connection of a stream ends both", async () => {
  const log = await TestLog.inFile();
  const server = await serve(log.log);
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => {});
  const request = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
  socket.write(request + request);
  socket.resume();
  await once(socket, "close");
  await until("no client", () => server.clients === 0);
});

test("a client of HTTP/1.0 gets the stream as it is", async () => {
  const log = await TestLog.inFile();
  await log.add("a", 2);
  const server = await serve(log.log);
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  let text = "";
  socket.setEncoding("latin1").on("data", (part: string) => (text += part));
  socket.write("GET /a?last-event-id=earliest HTTP/1.0\r\n\r\n");
  await until("both events", () => text.includes("event 2"));
  expect(text).not.toMatch(/transfer-encoding/i);
  expect(text.slice(text.indexOf("\r\n\r\n") + 4)).toMatch(/^retry: 1000\n\nid: 1\.1-\w+\ndata: event 1\n\nid: /);
});

test("/readyz is 503 while the log does not answer, /livez is 200, and clients get the events when it answers again", async () => {
  const path = join(temporaryFolder(), "relay.db");
  const log = await TestLog.inFile(path);
  await log.add("a", 3);
  const reading = await openLog({ kind: "sqlite", path, maxAge: 0 }, { readOnly: true });
  onTestFinished(() => reading.close());
  const lines: string[] = [];
  const line = (_: object, text: string): void => void lines.push(text);
  const server = await serve(reading, { logger: { debug: line, info: line, warn: line, error: line } });
  const before = new Reader(`${server.url}/a`, "earliest");
  await before.has(3);
  await rename(path, `${path}.away`);
  const reader = new Reader(`${server.url}/a`, "earliest");
  const back = new Reader(`${server.url}/a`, before.events[0]?.id);
  await until("both are connected", () => reader.retries.length === 1 && back.retries.length === 1);
  await until("a line", () => lines.length > 0);
  expect((await fetch(`${server.url}/livez`)).status).toBe(200);
  expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
  expect(await metric(server, "log_up")).toBe(0);
  // Longer than a log is asked for a place that it seems not to have.
  await new Promise((resolve) => setTimeout(resolve, 1200));
  await rename(`${path}.away`, path);
  await reader.has(3);
  await log.add("a", 1);
  await reader.has(4);
  await back.has(3);
  await before.has(4);
  expect([reader.data, back.data, before.data]).toEqual([events(4), events(4, 2), events(4)]);
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  expect(await metric(server, "log_up")).toBe(1);
  // A busy machine may find the file locked once more on its return.
  const [away, again] = ["the log does not answer: the clients wait", "the log answers again"];
  expect(lines).toEqual(lines.map((_, index) => (index % 2 === 0 ? away : again)));
  expect(lines.at(-1)).toBe(again);
});

test("/metrics has each metric with the name of its source", async () => {
  const log = await TestLog.inFile();
  await log.add("a", 3);
  const server = await serve(log.log);
  const first = new Reader(`${server.url}/a`, "earliest");
  await first.has(3);
  const second = new Reader(`${server.url}/a`, first.events[0]?.id);
  await second.has(2);
  const response = await fetch(`${server.url}/metrics`);
  expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  for (const line of [
    "# TYPE hpx_relay_serve_clients gauge",
    'hpx_relay_serve_clients{source="a"} 2',
    'hpx_relay_serve_clients{source="b"} 0',
    'hpx_relay_serve_connects_total{source="a"} 2',
    'hpx_relay_serve_resumes_total{source="a"} 2',
    'hpx_relay_serve_events_total{source="a"} 5',
    'hpx_relay_serve_gaps_total{source="a"} 0',
    'hpx_relay_serve_slow_clients_total{source="a"} 0',
    "hpx_relay_serve_refused_total 0",
    "hpx_relay_serve_log_up 1",
  ])
    expect(text.split("\n")).toContain(line);
  for (const line of text.trimEnd().split("\n"))
    expect(line).toMatch(/^(# (HELP|TYPE) hpx_relay_\w+ .+|hpx_relay_\w+(\{\w+="[\w-]+"\})? [\d.e-]+)$/);
});

test.each([
  [{ port: 70_000 }, /^port: 70000 cannot be used; it takes a whole number from 0 to 65535$/],
  [{ sources: [] }, /^sources: .* it takes a list of names$/],
  [{ sources: ["a", "metrics"] }, /^sources: "metrics" cannot be used; \/metrics is a path of the server itself/],
  [{ sources: ["a b"] }, /^sources: "a b" cannot be used; a name has/],
  [{ start: "then" }, /^start: "then" cannot be used; it takes "now" or "earliest"/],
  [{ maxClients: 0 }, /^maxClients: 0 cannot be used/],
  [{ bufferSize: "1" }, /^bufferSize: "1" cannot be used/],
  [{ slowTimeout: "30d" }, /^slowTimeout: "30d" cannot be used; it takes 24 days at most$/],
  [{ heartbeat: 0 }, /^heartbeat: a number cannot be used; it takes a duration .* at least 1 ms$/],
  [{ allowOrigins: ["example.com"] }, /^allowOrigins: "example\.com" cannot be used; it takes a list of origins/],
  [{ allowOrigins: "*" }, /^allowOrigins: "\*" cannot be used/],
  [{ log: {} }, /^log: an object cannot be used; it takes an object with read\(\), tails\(\)$/],
  [{ log: undefined }, /^log: nothing cannot be used; it takes a log/],
  [{ logger: () => {} }, /^logger: a function cannot be used/],
  [{ prot: 1 }, /^prot: an unknown option cannot be used; the options are log, sources, host, port/],
])("%j is refused by name", async (changes, message) => {
  const log = await TestLog.inFile();
  const options = { log: log.log, sources: ["a"], port: 0, ...changes } as Parameters<typeof LogServer.start>[0];
  await expect(LogServer.start(options)).rejects.toMatchObject({
    code: "CONFIG",
    message: expect.stringMatching(message) as unknown,
  });
});

test("an address that is taken is refused by name, and the log stays open", async () => {
  const log = await SqliteLog.open(join(temporaryFolder(), "relay.db"));
  onTestFinished(() => log.close());
  const server = await serve(log);
  const port = Number(new URL(server.url).port);
  await expect(serve(log, { port })).rejects.toMatchObject({
    code: "CONFIG",
    message: expect.stringMatching(
      /^port: 127\.0\.0\.1:\d+ cannot be used; it takes an address that is free/,
    ) as unknown,
  });
  expect(await log.tails(["a"])).toEqual(new Map());
});
