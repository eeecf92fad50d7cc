// Events as @durable-streams/server 0.3 sends them.
import { expect, test } from "vitest";
import { DurableStreamsSseHandler } from "../../src/sse/index.js";
import { rejection } from "../support/promises.js";
import { open, prompt, startServer } from "../sse/support.js";
import { expectWholeWhereverItBreaks } from "./resuming.js";
import { collect } from "./support.js";

const data = (text: string): { event: string; data: string } => ({ event: "data", data: text });
const control = (streamNextOffset: string, more: object = { streamCursor: "c1" }): { event: string; data: string } => ({
  event: "control",
  data: JSON.stringify({ streamNextOffset, ...more }),
});
const wire = [
  data("[1]"),
  data("[1]"),
  control("0_2"),
  data("[3]"),
  control("0_3", { streamCursor: "c2", upToDate: true }),
  data("[4]"),
  control("0_4", { streamClosed: true }),
];
const text = (events: readonly { event: string; data: string }[]): string =>
  events.map((event) => `event: ${event.event}\ndata: ${event.data}\n\n`).join("");
const begins = new Map([
  ["-1", 0],
  ["0_2", 3],
  ["0_3", 5],
]);

test("a stream is read on wherever it breaks, also between data and its offset", async () => {
  await expectWholeWhereverItBreaks(
    {
      handler: "durable-streams",
      path: "/stream?offset=-1&live=sse",
      request: {},
      events: wire,
      begin: ({ url }) => begins.get(new URL(url, "http://localhost").searchParams.get("offset") ?? "") ?? Number.NaN,
    },
    7,
  );
});

test("the offset is the id, the one to save, and goes into the query with the server's cursor", async () => {
  const server = await startServer();
  server.reply({ body: text(wire.slice(0, 4)) }, { body: text([control("0_2"), ...wire.slice(3)]), finish: "hold" });
  const url = `${server.url}stream?offset=-1&live=sse`;
  const connection = open({ url, reconnect: prompt }, new DurableStreamsSseHandler());
  const received = await collect(connection);
  expect(received.map((event) => [event.kind, event.id])).toEqual(
    [
      ["data", ""],
      ["data", ""],
      ["system", "0_2"],
      ["data", "0_2"],
      ["data", "0_2"],
      ["system", "0_3"],
      ["data", "0_3"],
      ["system", "0_4"],
    ].filter((_, at) => at !== 4),
  );
  expect(connection.handle.lastEventId).toBe("0_4");
  expect(server.requests.map((recorded) => [recorded.url, recorded.lastEventId])).toEqual([
    ["/stream?offset=-1&live=sse", undefined],
    ["/stream?offset=0_2&live=sse&cursor=c1", undefined],
  ]);
});

test("a server that repeats other data, or a control event without an offset, is an error", async () => {
  const server = await startServer();
  server.reply({ body: text(wire.slice(0, 2)), finish: "cut" }, { body: text([data("[2]")]), finish: "hold" });
  const one = open({ url: server.url, reconnect: prompt }, new DurableStreamsSseHandler());
  expect(await rejection(collect(one))).toMatchObject({ code: "SSE_STREAM_ENDED", retryable: false });
  server.reply({ body: text([{ event: "control", data: "{}" }]), finish: "hold" });
  const other = open({ url: server.url, reconnect: prompt }, new DurableStreamsSseHandler());
  expect(await rejection(collect(other))).toMatchObject({ code: "SSE_STREAM_ENDED", retryable: false });
});

test("a stream that is gone is fatal", async () => {
  const server = await startServer();
  server.reply({ body: text(wire.slice(0, 3)) }, { status: 410 });
  const connection = open({ url: server.url, reconnect: prompt }, new DurableStreamsSseHandler());
  expect(await rejection(collect(connection))).toMatchObject({ code: "SSE_INVALID_STATUS", details: { status: 410 } });
});
