import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { type EventStore, StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { FaultProxy } from "../../src/testing/index.js";
import { byRequest, jsonOf, report, startServer, testFetch } from "./support.js";

const reconnectionOptions = {
  initialReconnectionDelay: 1,
  maxReconnectionDelay: 10,
  reconnectionDelayGrowFactor: 1,
  maxRetries: 10,
};

async function connect(url: string, fetch: typeof globalThis.fetch): Promise<Client> {
  const client = new Client({ name: "test", version: "1" });
  onTestFinished(() => client.close());
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { fetch, reconnectionOptions }));
  return client;
}

const handlers = [undefined, "mcp" as const];

test.each(handlers)(
  "a call to a mock: cut twice, refused once, every progress once, called once (%s)",
  async (handler) => {
    const server = await startServer();
    const token = (n: number): string => `id: e${n}\nretry: 1\ndata: ${progress(n)}\n\n`;
    let id: unknown;
    const answers = [
      { body: `id: e0\nretry: 1\ndata: \n\n${token(1)}`, finish: "cut" as const },
      { status: 503 },
      { body: token(2), finish: "cut" as const },
    ];
    byRequest(server, ({ request }) => {
      if (request.method === "DELETE") return { status: 204 };
      if (request.method === "GET" && request.lastEventId === undefined) return { status: 405 };
      if (request.method === "POST") {
        const message = JSON.parse(request.text);
        if (message.method === "initialize") return jsonOf({ jsonrpc: "2.0", id: message.id, result: initialized });
        if (message.id === undefined) return { status: 202 };
        id = message.id;
      }
      const result = { jsonrpc: "2.0", id, result: { content: [{ type: "text", text: "done" }] } };
      return answers.shift() ?? { body: `id: e3\ndata: ${JSON.stringify(result)}\n\n`, finish: "hold" };
    });
    const client = await connect(server.url, testFetch({ handler }));
    const seen: number[] = [];
    const result = await client.callTool({ name: "t" }, undefined, { onprogress: (p) => void seen.push(p.progress) });
    expect(result).toMatchObject({ content: [{ text: "done" }] });
    expect(seen).toEqual([1, 2]);
    const calls = server.requests.filter(({ text }) => text.includes("tools/call"));
    expect(calls).toHaveLength(1);
    const resumed = server.requests.filter(({ lastEventId }) => lastEventId !== undefined);
    expect(resumed.map(({ lastEventId }) => lastEventId)).toEqual(["e1", "e1", "e2"]);
  },
);

test.for(handlers)(
  "a call to the SDK's own server through a proxy that cuts twice and refuses once (%s)",
  async (handler, context) => {
    const { seen, result, calls, requests } = await callOwnServer(handler);
    expect(result).toMatchObject({ content: [{ text: "done" }] });
    expect([seen, calls]).toEqual([Array.from({ length: 20 }, (_, at) => at + 1), 1]);
    report(context, {
      with: `@modelcontextprotocol/sdk 1.32, its own server, ${handler ?? "no handler"}`,
      cuts: 2,
      refusals: 1,
      requests,
      called: calls,
      result: `whole: ${seen.length} of 20 progress notifications`,
    });
  },
);

async function callOwnServer(
  handler: "mcp" | undefined,
): Promise<{ seen: number[]; result: unknown; calls: number; requests: string }> {
  let calls = 0;
  const gates: (() => void)[] = [];
  const mcp = new McpServer({ name: "own", version: "1" });
  mcp.registerTool("count", { inputSchema: { to: z.number() } }, async ({ to }, { sendNotification, _meta }) => {
    calls += 1;
    for (let n = 1; n <= to; n += 1) {
      const progressToken = _meta?.progressToken ?? 0;
      await sendNotification({ method: "notifications/progress", params: { progressToken, progress: n, total: to } });
      // The proxy breaks the connection here, and the tool goes on.
      if (n === 5 || n === 12) await new Promise<void>((resolve) => gates.push(resolve));
    }
    return { content: [{ type: "text", text: "done" }] };
  });
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: () => "session-1",
    eventStore: new OrderedStore(),
    retryInterval: 5,
  });
  await mcp.connect(transport);
  const methods: string[] = [];
  const server = createServer((request, response) => {
    methods.push(request.method ?? "");
    void transport.handleRequest(request, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    await mcp.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const proxy = await FaultProxy.start({ target: (server.address() as AddressInfo).port });
  onTestFinished(() => proxy.close());
  const client = await connect(`${proxy.url}mcp`, testFetch({ handler }));
  const seen: number[] = [];
  const onprogress = ({ progress: n }: { progress: number }): void => void seen.push(n);
  const called = client.callTool({ name: "count", arguments: { to: 20 } }, undefined, { onprogress });
  for (const count of [5, 12]) {
    while (seen.length < count || gates.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    if (count === 12) proxy.plan({ fault: "refuse", for: 30 });
    await proxy.disconnectAll(count === 5 ? "cut" : "reset");
    gates.shift()?.();
  }
  const result = await called;
  expect(proxy.stats.refuse).toBe(1);
  return { seen, result, calls, requests: methods.join(" ") };
}

/** Keeps events in the order in which they were stored. */
class OrderedStore implements EventStore {
  readonly #events: { readonly streamId: string; readonly message: Parameters<EventStore["storeEvent"]>[1] }[] = [];

  storeEvent(streamId: string, message: Parameters<EventStore["storeEvent"]>[1]): Promise<string> {
    this.#events.push({ streamId, message });
    return Promise.resolve(`${this.#events.length - 1}`);
  }

  async replayEventsAfter(
    lastEventId: string,
    { send }: Parameters<EventStore["replayEventsAfter"]>[1],
  ): Promise<string> {
    const last = Number(lastEventId);
    const streamId = this.#events[last]?.streamId ?? "";
    for (const [at, event] of this.#events.entries()) {
      if (at > last && event.streamId === streamId) await send(String(at), event.message);
    }
    return streamId;
  }
}

const initialized = {
  protocolVersion: "2025-06-18",
  capabilities: { tools: {} },
  serverInfo: { name: "s", version: "1" },
};

function progress(n: number): string {
  // The SDK's progress token is the id of the call: 1, after 0 for initialize.
  return JSON.stringify({
    jsonrpc: "2.0",
    method: "notifications/progress",
    params: { progressToken: 1, progress: n, total: 2 },
  });
}
