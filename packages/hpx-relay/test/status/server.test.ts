import { join } from "node:path";
import { LogFull, type Relay, SqliteLog } from "hpx-relay";
import { expect, test } from "vitest";
import { feedServer, reached, startRelay, statusOf } from "../relay-support.js";
import { temporaryFolder, until } from "../support.js";

const get = async (relay: Relay, path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${relay.statusUrl}${path}`, init);

/** A relay of two sources with a status server; `log` may be another one than a file. */
async function relayWithStatus(
  openLog?: () => Promise<SqliteLog>,
): Promise<{ relay: Relay; publish: (data: string) => void }> {
  const feed = await feedServer();
  feed.route("/failed", { status: 403 });
  const relay = await startRelay(
    {
      id: "one",
      status: "127.0.0.1:0",
      sources: {
        a: { url: `${feed.url}?token=secret-value`, headers: { "X-Api-Key": "secret-value" } },
        failed: { url: new URL("failed", feed.url) },
      },
    },
    { folder: temporaryFolder(), openLog },
  );
  return { relay, publish: (data) => void feed.publish({ data }) };
}

test("/status tells what each source does, without a header or a query", async () => {
  const { relay, publish } = await relayWithStatus();
  publish("x");
  await reached(relay, "a", 1);
  await until("the failure", () => statusOf(relay, "failed").state === "failed");
  const response = await get(relay, "/status?x=1");
  const text = await response.text();
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(JSON.parse(text)).toMatchObject({
    id: "one",
    ready: true,
    log: { state: "writable" },
    sources: [
      { name: "a", state: "flowing", owner: "one", events: 1, bytes: 1, n: 1, lastId: "1", gaps: 0 },
      { name: "failed", state: "failed", error: "the server answered 403; a stream needs 200" },
    ],
  });
  expect(text).not.toContain("secret-value");
});

test("/metrics has every metric with the name of its source", async () => {
  const { relay, publish } = await relayWithStatus();
  publish("abc");
  await reached(relay, "a", 1);
  await until("the failure", () => statusOf(relay, "failed").state === "failed");
  const response = await get(relay, "/metrics");
  expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  for (const line of [
    "# TYPE hpx_relay_events_total counter",
    'hpx_relay_events_total{source="a"} 1',
    'hpx_relay_bytes_total{source="a"} 3',
    'hpx_relay_sources{state="flowing"} 1',
    'hpx_relay_sources{state="failed"} 1',
    'hpx_relay_blocked{source="a"} 0',
    "hpx_relay_commits_total 1",
    "hpx_relay_commit_seconds_count 1",
    "hpx_relay_ready 1",
  ]) {
    expect(text.split("\n")).toContain(line);
  }
  for (const name of ["fenced", "rewinds", "gaps", "duplicates"])
    expect(text).toContain(`hpx_relay_${name}_total{source="a"} 0`);
  // Each line is a comment or a sample.
  for (const line of text.trimEnd().split("\n"))
    expect(line).toMatch(/^(# (HELP|TYPE) hpx_relay_\w+ .+|hpx_relay_\w+(\{\w+="[\w-]+"\})? [\d.e-]+)$/);
});

test("/readyz is 503 while a source waits for a log that has no room, and 200 afterwards; /livez is 200 all the time", async () => {
  let isFull = false;
  const { relay, publish } = await relayWithStatus(async () => {
    const log = await SqliteLog.open(join(temporaryFolder(), "relay.db"));
    const append = log.append.bind(log);
    log.append = async (parts) => {
      if (isFull) throw new LogFull("no room");
      return await append(parts);
    };
    return log;
  });
  publish("1");
  await reached(relay, "a", 1);
  expect((await get(relay, "/readyz")).status).toBe(200);
  isFull = true;
  publish("2");
  await until("the source is blocked", () => statusOf(relay, "a").state === "blocked");
  expect(statusOf(relay, "a")).toMatchObject({ error: "no room", n: 1 });
  expect((await get(relay, "/readyz")).status).toBe(503);
  expect((await get(relay, "/livez")).status).toBe(200);
  isFull = false;
  await reached(relay, "a", 2);
  expect((await get(relay, "/readyz")).status).toBe(200);
});

test("it changes nothing, and knows no other path", async () => {
  const { relay } = await relayWithStatus();
  expect((await get(relay, "/status", { method: "POST" })).status).toBe(405);
  expect((await get(relay, "/other")).status).toBe(404);
  const head = await get(relay, "/livez", { method: "HEAD" });
  expect([head.status, await head.text()]).toEqual([200, ""]);
});

test("an address that is taken is refused by name, and the log is let go", async () => {
  const { relay } = await relayWithStatus();
  const folder = temporaryFolder();
  const address = new URL(relay.statusUrl ?? "").host;
  const sources = { a: { url: "http://127.0.0.1:9/" } };
  await expect(startRelay({ status: address, sources }, { folder })).rejects.toMatchObject({
    code: "CONFIG",
    message: expect.stringContaining(
      `status: ${address} cannot be used; it takes an address that is free here`,
    ) as unknown,
  });
  await startRelay({ sources }, { folder });
});

test("after close() nothing listens", async () => {
  const { relay } = await relayWithStatus();
  await relay.close();
  await expect(get(relay, "/livez")).rejects.toThrow("fetch failed");
});
