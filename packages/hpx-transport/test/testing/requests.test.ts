import { MockSseServer } from "hpx-transport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { RawClient } from "./raw-client.js";

let server: MockSseServer;
beforeEach(async () => {
  server = await MockSseServer.start();
});
afterEach(async () => await server.close());

test("a request is recorded with all that it carried", async () => {
  const before = performance.now();
  const body = Buffer.from('{"q":"é"}').toString("latin1");
  const headers = { "X-Key": "s3cret", "Last-Event-ID": Buffer.from("é次").toString("latin1"), "content-length": "10" };
  const client = new RawClient(server.url, { method: "POST", path: "/v1/stream?since=4", headers, body });
  const request = await server.nextRequest();
  expect(request).toMatchObject({ method: "POST", url: "/v1/stream?since=4", text: '{"q":"é"}', lastEventId: "é次" });
  expect(request.headers).toEqual({
    host: "test",
    "x-key": "s3cret",
    "last-event-id": headers["Last-Event-ID"],
    "content-length": "10",
  });
  expect(Buffer.from(request.body).toString("latin1")).toBe(body);
  expect(request.at).toBeGreaterThanOrEqual(before);
  expect(request.at).toBeLessThanOrEqual(performance.now());
  expect(request.isClosed).toBe(false);
  client.socket.destroy();
  await request.closed;
  expect(request.isClosed).toBe(true);
});

test("a request without an id, a body or a query is recorded as such", async () => {
  const client = new RawClient(server.url);
  const request = await server.nextRequest();
  expect(request).toMatchObject({ method: "GET", url: "/", text: "", lastEventId: undefined });
  client.socket.destroy();
});

test("a header that was sent twice shows both values", async () => {
  const client = new RawClient(server.url, { headers: { "last-event-id": "1", "Last-Event-ID": "2" } });
  expect((await server.nextRequest()).headers["last-event-id"]).toBe("1, 2");
  client.socket.destroy();
});

test("requests are told apart by number, and nextRequest returns each once", async () => {
  const second = server.request(2);
  const next = [server.nextRequest(), server.nextRequest()];
  for (const path of ["/a", "/b"]) {
    const seen = server.requests.length + 1;
    const client = new RawClient(server.url, { path });
    await server.request(seen);
    client.socket.destroy();
  }
  expect((await Promise.all(next)).map(({ url }) => url)).toEqual(["/a", "/b"]);
  expect(await second).toBe(server.requests[1]);
  expect(server.requests).toHaveLength(2);
});

test("the n-th request gets the n-th reply, those beyond get the last resort", async () => {
  server.reply({ body: "one" }, { body: "two" });
  server.otherwise({ body: "any" });
  const bodies: string[] = [];
  for (let n = 0; n < 4; n += 1) {
    const client = new RawClient(server.url);
    await client.ended();
    bodies.push(client.body);
  }
  expect(bodies).toEqual(["one", "two", "any", "any"]);
});

test("a client that leaves before its request is complete leaves no record and takes no reply", async () => {
  server.reply({ body: "for the next" });
  const client = new RawClient(server.url, { method: "POST", headers: { "content-length": "5" }, body: "ab" });
  await server.until("the connection", () => server.openSockets === 1);
  client.socket.destroy();
  await server.idle();
  const next = new RawClient(server.url);
  await next.ended();
  expect(next.body).toBe("for the next");
  expect(server.requests).toHaveLength(1);
});

test("only the newest requests are kept, as many as recordedRequests says, and all are counted", async () => {
  await using small = await MockSseServer.start({ recordedRequests: 2 });
  for (const path of ["/a", "/b", "/c"]) {
    const client = new RawClient(small.url, { path });
    await small.request(small.requestCount + 1);
    client.socket.destroy();
  }
  expect(small.requests.map(({ url }) => url)).toEqual(["/b", "/c"]);
  expect(small.requestCount).toBe(3);
  expect((await small.request(2)).url).toBe("/b");
  await expect(small.request(1)).rejects.toThrow("request 1 was forgotten: the last 2 are kept (recordedRequests)");
  await expect(small.request(4, { deadline: 1 })).rejects.toThrow("3 came, the last of them: GET /b, GET /c;");
});
