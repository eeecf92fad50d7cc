import { createClient } from "graphql-sse";
import { expect, test } from "vitest";
import { methodsOf, rejection, report, startServer, testFetch } from "./support.js";

const next = (n: number): string => `event: next\ndata: {"data":{"n":${n}}}\n\n`;
const complete = "event: complete\ndata: \n\n";
const subscription = { query: "subscription { n }" };

async function collect(url: string, fetchFn: typeof fetch): Promise<unknown[]> {
  const client = createClient({ url, fetchFn, retryAttempts: 0 });
  const results: unknown[] = [];
  try {
    for await (const { data } of client.iterate(subscription)) results.push(data?.["n"]);
  } finally {
    client.dispose();
  }
  return results;
}

test("a subscription that `resend` allows is subscribed to again: cut twice, refused once", async (context) => {
  const server = await startServer();
  server.reply(
    { body: next(1), finish: "cut" },
    { status: 503 },
    { body: next(2), finish: "cut" },
    { body: next(3) + complete, finish: "hold" },
  );
  expect(await collect(server.url, testFetch({ handler: "graphql", resend: true }))).toEqual([1, 2, 3]);
  report(context, {
    with: "graphql-sse 2.6, subscription with `resend`",
    cuts: 2,
    refusals: 1,
    requests: methodsOf(server),
    called: server.requestCount - 1,
    result: "whole: a subscription is harmless to repeat",
  });
});

test("an operation that is cut is not sent again; for the table", async (context) => {
  const server = await startServer();
  server.otherwise({ body: next(1), finish: "cut" });
  expect(await rejection(collect(server.url, testFetch({ handler: "graphql" })))).toBeDefined();
  expect(methodsOf(server)).toBe("POST");
  report(context, {
    with: "graphql-sse 2.6, operation",
    cuts: 1,
    refusals: 0,
    requests: methodsOf(server),
    called: 1,
    result: "throws SSE_STREAM_ENDED",
  });
});

test("in one connection for all operations", async () => {
  const server = await startServer();
  server.otherwise(async (exchange) => {
    const { method } = exchange.request;
    if (method === "PUT")
      return await exchange.play({ status: 201, headers: { "content-type": "text/plain" }, body: "token" });
    if (method !== "GET") return await exchange.play({ status: 202 });
    await exchange.write(": hello\n\n");
    const id = await operationId(server);
    await exchange.write(`event: next\ndata: {"id":"${id}","payload":{"data":{"n":1}}}\n\n`);
    await exchange.write(`event: complete\ndata: {"id":"${id}"}\n\n`);
  });
  const client = createClient({ url: server.url, fetchFn: testFetch(), singleConnection: true, retryAttempts: 0 });
  const results: unknown[] = [];
  for await (const { data } of client.iterate(subscription)) results.push(data?.["n"]);
  expect(results).toEqual([1]);
  client.dispose();
});

async function operationId(server: Awaited<ReturnType<typeof startServer>>): Promise<string> {
  for (;;) {
    const post = server.requests.find(({ method }) => method === "POST");
    if (post !== undefined) return JSON.parse(post.text).extensions.operationId;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
