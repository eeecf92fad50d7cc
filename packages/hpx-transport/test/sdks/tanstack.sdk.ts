import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  EventType,
  memoryStream,
  resumeServerSentEventsResponse,
  type StreamChunk,
  toServerSentEventsResponse,
} from "@tanstack/ai";
import { expect, onTestFinished, test } from "vitest";
import { FaultProxy } from "../../src/testing/index.js";
import { report, testFetch } from "./support.js";
import { EventStream } from "sseer";

test("a run of TanStack AI's own server functions: cut twice, refused once, nothing lost, called once", async (context) => {
  let calls = 0;
  async function* run(): AsyncIterable<StreamChunk> {
    calls += 1;
    const ids = { runId: "r1", threadId: "t1", timestamp: 1 };
    yield { type: EventType.RUN_STARTED, ...ids };
    for (let n = 1; n <= 20; n += 1) {
      yield { type: EventType.TEXT_MESSAGE_CONTENT, messageId: "m1", delta: `${n} `, timestamp: 1 };
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    yield { type: EventType.RUN_FINISHED, ...ids, finishReason: "stop" };
  }
  const methods: string[] = [];
  const port = await serve((request) => {
    methods.push(request.method);
    const adapter = memoryStream(request);
    if (request.method === "GET") return resumeServerSentEventsResponse({ adapter });
    return toServerSentEventsResponse(run(), { durability: { adapter, batch: 1 } });
  });
  const proxy = await FaultProxy.start({ target: port });
  onTestFinished(() => proxy.close());
  proxy.plan({ fault: "cut", after: 1200 }, { fault: "refuse", for: 30 }, { fault: "reset", after: 1500 });
  const response = await testFetch({ handler: "tanstack" })(`${proxy.url}api/chat`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Run-Id": "r1" },
    body: JSON.stringify({ threadId: "t1", runId: "r1", messages: [] }),
  });
  const types: string[] = [];
  let text = "";
  for await (const { data } of new EventStream(response.body ?? new ReadableStream())) {
    const chunk = JSON.parse(data) as { type: string; delta?: string };
    types.push(chunk.type);
    text += chunk.delta ?? "";
  }
  expect(text).toBe(Array.from({ length: 20 }, (_, at) => `${at + 1} `).join(""));
  expect(types.filter((type) => type.startsWith("RUN_"))).toEqual(["RUN_STARTED", "RUN_FINISHED"]);
  expect([calls, proxy.stats.cut, proxy.stats.refuse, proxy.stats.reset]).toEqual([1, 1, 1, 1]);
  report(context, {
    with: "@tanstack/ai 0.58, its own server functions",
    cuts: 2,
    refusals: 1,
    requests: methods.join(" "),
    called: calls,
    result: "whole: 20 of 20 chunks",
  });
});

/** The port of a server that answers as a `fetch` handler says. */
async function serve(handle: (request: Request) => Response): Promise<number> {
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = Buffer.concat(await incoming.toArray());
    const request = new Request(`http://localhost${incoming.url ?? "/"}`, {
      method: incoming.method ?? "GET",
      headers: new Headers(incoming.headers as Record<string, string>),
      body: incoming.method === "POST" ? body : null,
    });
    const response = handle(request);
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    if (response.body === null) outgoing.end();
    else await pipeline(Readable.fromWeb(response.body as never), outgoing).catch(() => {});
  };
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing)).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}
