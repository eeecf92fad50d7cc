import { expect, test } from "vitest";
import { WikimediaSseHandler } from "../../src/sse/index.js";
import { open, prompt, startServer, take, within } from "../sse/support.js";
import { CANARY, EXAMPLE, ID, OK, RECEIVED, RECEIVED_ID } from "./fixtures/wikimedia.js";

const path = "v2/stream/recentchange?since=2018-06-14T00:00:00Z";

test("the service's end after its time is followed at once, from the id of many topics", async () => {
  const server = await startServer();
  server.reply({ body: OK + EXAMPLE }, { body: OK + RECEIVED }, { body: OK, finish: "hold" });
  const connection = open(
    { url: server.url + path, reconnect: { initialDelay: 3_600_000 } },
    new WikimediaSseHandler(),
  );
  const events = await within(take(connection, 2), "both events");
  expect(events.map(({ event, kind, id }) => [event, kind, id])).toEqual([
    ["message", "data", ID],
    ["message", "data", RECEIVED_ID],
  ]);
  await server.request(3);
  expect(server.requests.map(({ url, lastEventId }) => [url, lastEventId])).toEqual([
    [`/${path}`, undefined],
    [`/${path}`, ID],
    [`/${path}`, RECEIVED_ID],
  ]);
});

test("canary events are system; what else is named canary is data", async () => {
  const server = await startServer();
  const byCanary = RECEIVED.replace('"user":"DMbotY"', '"user":"canary"');
  server.otherwise({ body: OK + CANARY + byCanary + RECEIVED, finish: "hold" });
  const events = await take(open(server.url, new WikimediaSseHandler()), 3);
  expect(events.map(({ kind }) => kind)).toEqual(["system", "data", "data"]);
});

test("an error event is retried from the last id", async () => {
  const server = await startServer();
  server.reply(
    { body: `${OK}${EXAMPLE}event: error\ndata: {"message":"kafka"}\n\n` },
    { body: RECEIVED, finish: "hold" },
  );
  const events = await take(open({ url: server.url, reconnect: prompt }, new WikimediaSseHandler()), 3);
  expect(events.map(({ kind }) => kind)).toEqual(["data", "system", "data"]);
  expect(server.requests[1]?.lastEventId).toBe(ID);
});
