import { describe, expect, test } from "vitest";
import { StellarSseHandler } from "../../src/sse/index.js";
import { rejection } from "../support/promises.js";
import { drain, open, prompt, startServer, take, within } from "../sse/support.js";
import { BYEBYE, FIRST_PAYMENT, HELLO, SDK_PAGE, SECOND_PAYMENT, TIMEOUT, UNEXPECTED } from "./fixtures/stellar.js";

const path = "accounts/GCEZ/payments?cursor=now&limit=1";

test("pages are followed by ?cursor=, promptly after each byebye, and no event comes twice", async () => {
  const server = await startServer();
  server.reply(
    { body: HELLO + FIRST_PAYMENT + BYEBYE, finish: "hold" },
    { body: HELLO + SECOND_PAYMENT + BYEBYE, finish: "end" },
    { body: HELLO, finish: "hold" },
  );
  const connection = open({ url: server.url + path, reconnect: { initialDelay: 3_600_000 } }, new StellarSseHandler());
  const events = await within(take(connection, 7), "three pages");
  expect(events.map(({ event, kind, id }) => [event, kind, id])).toEqual([
    ["open", "system", ""],
    ["message", "data", "77309415424"],
    ["close", "retry", "77309415424"],
    ["open", "system", "77309415424"],
    ["message", "data", "12884905984"],
    ["close", "retry", "12884905984"],
    ["open", "system", "12884905984"],
  ]);
  expect(server.requests.map(({ url, lastEventId }) => [url, lastEventId])).toEqual([
    [`/${path}`, undefined],
    ["/accounts/GCEZ/payments?cursor=77309415424&limit=1", undefined],
    ["/accounts/GCEZ/payments?cursor=12884905984&limit=1", undefined],
  ]);
  expect(connection.handle.lastEventId).toBe("12884905984");
});

test("the official client's page, without ids: the cursor comes from the record", async () => {
  const server = await startServer();
  server.reply({ body: SDK_PAGE }, { body: HELLO, finish: "hold" });
  await take(open({ url: server.url, reconnect: prompt }, new StellarSseHandler()), 3);
  expect(server.requests[1]?.url).toBe("/?cursor=abc123");
});

test("json() gives the records alone, over pages", async () => {
  const server = await startServer();
  server.reply({ body: HELLO + FIRST_PAYMENT + BYEBYE }, { body: HELLO + SECOND_PAYMENT + BYEBYE }, { status: 204 });
  const types: unknown[] = [];
  for await (const { json } of open({ url: server.url, reconnect: prompt }, new StellarSseHandler()).stream.json()) {
    types.push(Reflect.get(json as object, "type"));
  }
  expect(types).toEqual(["create_account", "payment"]);
});

test("a record without a paging_token, or data that is no JSON, leaves the cursor", async () => {
  const server = await startServer();
  server.reply(
    { body: `${FIRST_PAYMENT}id: 9\ndata: {"fee":1}\n\ndata: oops\n\ndata: {"paging_token":""}\n\ndata: null\n\n` },
    { body: HELLO, finish: "hold" },
  );
  const connection = open({ url: server.url, reconnect: prompt }, new StellarSseHandler());
  expect(new Set((await take(connection, 6)).map(({ id }) => id))).toEqual(new Set(["77309415424"]));
  expect(server.requests[1]?.url).toBe("/?cursor=77309415424");
});

test.each([
  [TIMEOUT, "timeout"],
  [UNEXPECTED, "unnamed"],
])("an error event is retried from the last cursor, and then the stream goes on", async (error, reason) => {
  const server = await startServer();
  server.reply(
    { body: `${HELLO.replace("1000", "20")}${FIRST_PAYMENT}${error}` },
    { body: SECOND_PAYMENT, finish: "hold" },
  );
  const heard: unknown[] = [];
  class Listening extends StellarSseHandler {
    onDisconnect(cause?: unknown): void {
      heard.push(cause);
    }
  }
  const connection = open({ url: server.url, reconnect: prompt }, new Listening());
  expect((await take(connection, 4)).map(({ kind }) => kind)).toEqual(["system", "data", "system", "data"]);
  expect(heard).toMatchObject([{ code: "SSE_STREAM_ENDED", details: { reason }, retryable: true }]);
  expect(server.requests[1]?.url).toBe("/?cursor=77309415424");
});

test("a Horizon that only greets and refuses, or only says goodbye, uses attempts up", async () => {
  const server = await startServer();
  const hello = HELLO.replace("1000", "0");
  for (const last of [TIMEOUT, BYEBYE.replace("10", "0")]) {
    server.otherwise({ body: hello + last });
    const before = server.requests.length;
    const connection = open({ url: server.url, reconnect: { ...prompt, maxAttempts: 2 } }, new StellarSseHandler());
    expect(await within(rejection(drain(connection)), "the end")).toMatchObject({ code: "MAX_RECONNECT_ATTEMPTS" });
    expect(server.requests.length - before).toBe(3);
  }
});

describe("cursor=now", () => {
  const losing = (): { handler: StellarSseHandler; losses: unknown[] } => {
    const losses: unknown[] = [];
    const handler = Object.assign(new StellarSseHandler(), { onLoss: (lost: unknown) => void losses.push(lost) });
    return { handler, losses };
  };

  test("asked again because no record came is told as a loss, before any event of the second response", async () => {
    const server = await startServer();
    server.reply({ status: 503 }, { body: HELLO + BYEBYE }, { body: HELLO + FIRST_PAYMENT + BYEBYE }, { body: HELLO });
    const { handler, losses } = losing();
    const connection = open({ url: server.url + path, reconnect: prompt }, handler);
    const events = await within(take(connection, 3), "the second response");
    expect(events.map(({ event }) => event)).toEqual(["open", "close", "open"]);
    expect([losses, connection.handle.stats.lost]).toEqual([["unknown"], 1]);
    await within(take(connection, 3), "the third response");
    expect(losses).toEqual(["unknown"]);
    expect(server.requests.map(({ url }) => url?.match(/cursor=\w+/)?.[0])).toEqual([
      "cursor=now",
      "cursor=now",
      "cursor=now",
      "cursor=77309415424",
    ]);
  });

  test.each(["", "?cursor=0", "?cursor=77309415424"])(
    "any other (%j) asks for the same again: no loss",
    async (query) => {
      const server = await startServer();
      server.reply({ body: HELLO + BYEBYE }, { body: HELLO, finish: "hold" });
      const { handler, losses } = losing();
      await within(take(open({ url: `${server.url}accounts${query}`, reconnect: prompt }, handler), 3), "three events");
      expect(losses).toEqual([]);
    },
  );
});
