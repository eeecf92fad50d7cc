import { MockSseServer } from "hpx-transport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { RawClient } from "./raw-client.js";

let server: MockSseServer;
beforeEach(async () => {
  server = await MockSseServer.start({ retention: 3 });
});
afterEach(async () => await server.close());

function connect(lastEventId?: string): RawClient {
  const headers = lastEventId === undefined ? {} : { "last-event-id": Buffer.from(lastEventId).toString("latin1") };
  return new RawClient(server.url, { headers });
}

/** The ids in the body once `last` is among them. */
async function idsOf(client: RawClient, last: string): Promise<string[]> {
  await client.sees(`id: ${Buffer.from(last).toString("latin1")}\n`);
  return [...client.body.matchAll(/^id: (.*)$/gm)].map(([, id]) => Buffer.from(id as string, "latin1").toString());
}

test("ids count up, go on from a number that was given, and survive one that is none", () => {
  const ids = [{}, {}, { id: "10" }, {}, { id: "x" }, {}].map((event) => server.publish(event));
  expect(ids).toEqual(["1", "2", "10", "11", "x", "12"]);
});

test("a stream resumes after the id it names", async () => {
  for (const data of ["a", "b", "c"]) server.publish({ data });
  const client = connect("1");
  expect(await idsOf(client, "3")).toEqual(["2", "3"]);
  server.publish({ data: "d" });
  expect(await idsOf(client, "4")).toEqual(["2", "3", "4"]);
});

test("a stream that is up to date gets only what is new", async () => {
  server.publish({});
  const client = connect("1");
  await server.until("the stream", () => server.openStreams === 1);
  server.publish({});
  expect(await idsOf(client, "2")).toEqual(["2"]);
});

test("without an id, or with an unknown one, it starts at the oldest retained event", async () => {
  for (let n = 1; n <= 5; n += 1) server.publish({});
  expect(await idsOf(connect(), "5")).toEqual(["3", "4", "5"]);
  expect(await idsOf(connect("2"), "5")).toEqual(["3", "4", "5"]);
  expect(await idsOf(connect("never"), "5")).toEqual(["3", "4", "5"]);
});

test("an id that was published twice resumes after its last publication", async () => {
  for (const id of ["1", "2", "1", "3"]) server.publish({ id });
  expect(await idsOf(connect("1"), "3")).toEqual(["3"]);
  server.publish({ id: "4" });
  expect(await idsOf(connect("1"), "4")).toEqual(["3", "4"]);
});

test("an id beyond Latin-1 is found by its UTF-8 bytes", async () => {
  server.publish({ id: "é€" });
  server.publish({ id: "次" });
  expect(await idsOf(connect("é€"), "次")).toEqual(["次"]);
});

test("comments reach who follows now, and are not repeated to who comes later", async () => {
  const now = connect();
  await server.until("the stream", () => server.openStreams === 1);
  server.comment("heartbeat");
  server.publish({});
  expect(await idsOf(now, "1")).toEqual(["1"]);
  expect(now.body).toBe(": heartbeat\n\nid: 1\n\n");
  const later = connect();
  await idsOf(later, "1");
  expect(later.body).toBe("id: 1\n\n");
});

test("a stream that reads slowly misses nothing that the log has forgotten since", async () => {
  const client = connect();
  await server.until("the stream", () => server.openStreams === 1);
  client.socket.pause();
  server.publish({ data: "more than the buffers between take".repeat(256 * 1024) });
  for (let n = 2; n <= 40; n += 1) server.publish({});
  client.socket.resume();
  expect(await idsOf(client, "40")).toEqual(Array.from({ length: 40 }, (_, i) => String(i + 1)));
});

test("nothing is lost or doubled between the log and what is published meanwhile", async () => {
  server.otherwise(async (exchange) => await exchange.follow());
  server.publish({});
  const client = connect();
  await server.nextRequest();
  for (let n = 2; n <= 20; n += 1) {
    server.publish({});
    await client.sees(`id: ${n}\n`);
  }
  expect(await idsOf(client, "20")).toEqual(Array.from({ length: 20 }, (_, i) => String(i + 1)));
});
