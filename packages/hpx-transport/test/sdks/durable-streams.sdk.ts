import { DurableStream, stream } from "@durable-streams/client";
import { DurableStreamTestServer } from "@durable-streams/server";
import { expect, onTestFinished, test } from "vitest";
import { DurableStreamsSseHandler, SseConnection } from "../../src/sse/index.js";
import { FaultProxy } from "../../src/testing/index.js";
import { report, testFetch } from "./support.js";

const numbers = Array.from({ length: 50 }, (_, at) => at + 1);

/** A stream with half of the numbers, behind a proxy, and what appends the other half and closes it. */
async function start(): Promise<{ proxy: FaultProxy; url: string; finish: () => Promise<void> }> {
  const server = new DurableStreamTestServer({ port: 0 });
  const base = await server.start();
  onTestFinished(() => server.stop());
  const written = await DurableStream.create({ url: `${base}/numbers`, contentType: "application/json" });
  for (const n of numbers.slice(0, 25)) await written.append(JSON.stringify({ n }));
  const proxy = await FaultProxy.start({ target: base });
  onTestFinished(() => proxy.close());
  const finish = async (): Promise<void> => {
    for (const n of numbers.slice(25)) await written.append(JSON.stringify({ n }));
    await written.close();
  };
  return { proxy, url: `${proxy.url}numbers`, finish };
}

const faults = [
  { fault: "cut", after: 1100 },
  { fault: "refuse", for: 30 },
  { fault: "reset", after: 1400 },
] as const;

test("a stream of Durable Streams' own server, read by the handler: every number once", async (context) => {
  const { proxy, url, finish } = await start();
  proxy.plan(...faults);
  const handler = new DurableStreamsSseHandler();
  const reconnect = { initialDelay: 1, jitter: 0, burst: 1000 };
  const connection = SseConnection.open({ url: `${url}?offset=-1&live=sse`, handler, reconnect });
  onTestFinished(() => connection.close());
  const seen: number[] = [];
  for await (const { kind, data } of connection) {
    if (kind !== "data") continue;
    for (const { n } of JSON.parse(data) as { n: number }[]) seen.push(n);
    if (seen.length === 25) void finish();
  }
  expect(seen).toEqual(numbers);
  expect([proxy.stats.cut, proxy.stats.refuse, proxy.stats.reset]).toEqual([1, 1, 1]);
  report(context, {
    with: "@durable-streams/server 0.3, SseConnection",
    cuts: 2,
    refusals: 1,
    requests: Array.from({ length: connection.handle.stats.attempts }, () => "GET").join(" "),
    called: 0,
    result: `whole: ${seen.length} of ${numbers.length} items`,
  });
});

test("the same by its own client over createFetch", async (context) => {
  const { proxy, url, finish } = await start();
  const calls: string[] = [];
  const send = testFetch({ handler: "durable-streams" });
  const fetch: typeof globalThis.fetch = (input, init) => {
    const live = new URL(new Request(input, init).url).searchParams.get("live") ?? "not live";
    if (live === "sse" && !calls.includes("sse")) proxy.plan(...faults);
    calls.push(live);
    return send(input, init);
  };
  const response = await stream<{ n: number }>({ url, live: "sse", offset: "-1", json: true, fetch });
  const seen: number[] = [];
  response.subscribeJson(({ items }) => {
    for (const { n } of items) seen.push(n);
    if (seen.length === 25) void finish();
  });
  await response.closed;
  expect(seen).toEqual(numbers);
  report(context, {
    with: "@durable-streams/client 0.2, its own server",
    cuts: proxy.stats.cut + proxy.stats.reset,
    refusals: proxy.stats.refuse,
    requests: `${calls.join(", ")}: ${proxy.connections} connections`,
    called: 0,
    result: `whole: ${seen.length} of ${numbers.length} items`,
  });
});
