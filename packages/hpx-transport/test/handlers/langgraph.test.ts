// Events as @langchain/langgraph-api 1.5 sends them.
import { describe, expect, test } from "vitest";
import { LangGraphSseHandler } from "../../src/sse/index.js";
import { rejection } from "../support/promises.js";
import { open, prompt, startServer, within } from "../sse/support.js";
import { expectWholeWhereverItBreaks } from "./resuming.js";
import { collect } from "./support.js";

const wire = [
  { id: "1-0", event: "metadata", data: '{"run_id":"r1","attempt":1}' },
  { id: "2-0", event: "values", data: '{"messages":[]}' },
  { id: "3-0", event: "values", data: '{"messages":["é"]}' },
];
const text = wire.map(({ id, event, data }) => `id: ${id}\nevent: ${event}\ndata: ${data}\n\n`);
const run = "/threads/t1/runs/r1";
const request = {
  method: "POST",
  headers: { "Content-Type": "application/json", "X-Api-Key": "k" },
  body: JSON.stringify({ assistant_id: "agent", input: {}, stream_mode: ["values"], stream_resumable: true }),
};
const post = { ...request, reconnect: prompt };

test("a run is taken up wherever it breaks", async () => {
  await expectWholeWhereverItBreaks(
    {
      handler: "langgraph",
      path: "/threads/t1/runs/stream",
      request,
      headers: { "content-location": run },
      events: wire,
      begin: ({ lastEventId }) => wire.findIndex(({ id }) => id === lastEventId) + 1,
    },
    5,
  );
});

describe("a run that broke", () => {
  test.each([
    ["/threads/t1/runs/stream", { location: `${run}/stream` }, `${run}/stream`],
    ["/threads/t1/runs/stream", { "content-location": run }, `${run}/stream`],
    ["/api/threads/t1/runs/stream", { location: `${run}/stream` }, `/api${run}/stream`],
    ["/api/threads/t1/runs/stream", { location: `/api${run}/stream` }, `/api${run}/stream`],
    ["/runs/stream", { "content-location": "/runs/r1" }, "/runs/r1/stream"],
  ])("of %s is joined where %o says", async (path, headers, joined) => {
    const server = await startServer();
    server.reply({ headers, body: text[0] ?? "", finish: "cut" }, { body: text.slice(1) });
    const url = new URL(path, server.url);
    expect(await within(collect(open({ url, ...post }, new LangGraphSseHandler())), "the end")).toHaveLength(3);
    const [, second] = server.requests;
    expect([second?.method, second?.url, second?.lastEventId, second?.text]).toEqual(["GET", joined, "1-0", ""]);
    expect(second?.headers["x-api-key"]).toBe("k");
  });

  test("before its first event is joined from the beginning", async () => {
    const server = await startServer();
    server.reply({ headers: { location: `${run}/stream` }, finish: "cut" }, { body: text });
    const url = `${server.url}threads/t1/runs/stream`;
    expect(await collect(open({ url, ...post }, new LangGraphSseHandler()))).toHaveLength(3);
    expect(server.requests.map(({ lastEventId }) => lastEventId)).toEqual([undefined, "-1"]);
  });

  test("and has no ids, or no location, is not started again", async () => {
    const server = await startServer();
    for (const reply of [
      { headers: { location: `${run}/stream` }, body: "event: values\ndata: {}\n\n" },
      { body: text[0] ?? "" },
      { headers: { location: `${run}/stream` }, body: "" },
    ]) {
      server.reply({ ...reply, finish: "cut" });
      const body = JSON.stringify({ assistant_id: "agent" });
      const connection = open({ url: server.url, ...post, body }, new LangGraphSseHandler());
      expect(await rejection(collect(connection))).toMatchObject({ code: "SSE_STREAM_ENDED" });
    }
    expect(server.requests.map(({ method }) => method)).toEqual(["POST", "POST", "POST"]);
  });

  test("was joined by GET: it goes on after the last id", async () => {
    const server = await startServer();
    server.reply({ body: text[0] ?? "", finish: "cut" }, { body: text.slice(1) });
    expect(await collect(open({ url: server.url, reconnect: prompt }, new LangGraphSseHandler()))).toHaveLength(3);
    expect(server.requests.map(({ lastEventId }) => lastEventId)).toEqual([undefined, "1-0"]);
  });
});

test("an error of the run is fatal; `end` and a complete body are the end", async () => {
  const server = await startServer();
  server.reply({ body: 'event: error\ndata: {"error":"ValueError","message":"no"}\n\n', finish: "hold" });
  const failed = collect(open({ url: server.url, ...post }, new LangGraphSseHandler()));
  expect(await rejection(failed)).toMatchObject({ details: { reason: "ValueError", message: "no" } });
  server.reply({ body: "event: end\ndata: null\n\n", finish: "hold" }, { body: text });
  for (const count of [1, 3]) {
    expect(await collect(open({ url: server.url, ...post }, new LangGraphSseHandler()))).toHaveLength(count);
  }
  expect(server.requestCount).toBe(3);
});
