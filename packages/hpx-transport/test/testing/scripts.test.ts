import { MockSseServer, type Script } from "hpx-transport/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RawClient } from "./raw-client.js";

let server: MockSseServer;
beforeEach(async () => {
  server = await MockSseServer.start({ headers: { "X-Server": "mock" } });
});
afterEach(async () => await server.close());

async function play(script: Script): Promise<RawClient> {
  server.reply(script);
  const client = new RawClient(server.url);
  await client.ended();
  return client;
}

describe("the head", () => {
  test("is that of an event stream by default", async () => {
    const client = await play({});
    expect(client.head).toMatch(/^HTTP\/1\.1 200 OK\r\ncontent-type: text\/event-stream\r\nx-server: mock\r\n/);
    expect(client.body).toBe("");
  });

  test("has any status and headers, which win over the server's", async () => {
    const client = await play({ status: 503, headers: { "Retry-After": "1", "x-server": "busy" }, body: "come back" });
    expect(client.head).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\nx-server: busy\r\nretry-after: 1\r\n/);
    expect(client.head).not.toContain("content-type");
    expect(client.body).toBe("come back");
  });

  test("repeats a header that has several values", async () => {
    const client = await play({ headers: { "set-cookie": ["a=1", "b=2"] } });
    expect(client.head).toContain("set-cookie: a=1\r\nset-cookie: b=2");
  });

  test("lacks a default header that is null", async () => {
    const client = await play({ headers: { "Content-Type": null, "x-server": null } });
    expect(client.head).not.toMatch(/content-type|x-server/);
  });

  test("of a 204 comes without a body", async () => {
    server.reply({ status: 204 });
    const client = new RawClient(server.url, { headers: { connection: "close" } });
    expect(await client.ended()).toBe("fin");
    expect(client.received).toMatch(/^HTTP\/1\.1 204 No Content\r\n[^]*\r\n\r\n$/);
  });

  test("waits for the body where head is false", async () => {
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    server.reply({ status: 201, head: false, body: [{ until: gate }, "late"] });
    const client = new RawClient(server.url);
    await server.nextRequest();
    expect(client.received).toBe("");
    expect(server.openStreams).toBe(0);
    open();
    expect(await client.ended()).toBe("complete");
    expect(client.head).toContain("201 Created");
    expect(client.body).toBe("late");
  });
});

describe("the body", () => {
  test("is text, or bytes", async () => {
    expect((await play({ body: "data: é\n\n" })).body).toBe("data: Ã©\n\n");
    expect((await play({ body: new Uint8Array([0xff, 0x0a]) })).body).toBe("\xff\n");
  });

  test("is made of events, comments, text and bytes in order", async () => {
    const client = await play({
      body: [
        { event: { id: "1", event: "trade", data: "a\nb" } },
        { comment: "hi" },
        "data: c\n",
        new Uint8Array([10]),
      ],
    });
    expect(client.body).toBe("event: trade\nid: 1\ndata: a\ndata: b\n\n: hi\n\ndata: c\n\n");
  });

  test("waits as long as a delay says, then goes on", async () => {
    const before = performance.now();
    const client = await play({ body: ["a", { delay: 50 }, "b"] });
    expect(client.body).toBe("ab");
    expect(performance.now() - before).toBeGreaterThanOrEqual(49);
  });

  test("waits for a gate", async () => {
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    server.reply({ body: ["before ", { until: gate }, "after"] });
    const client = new RawClient(server.url);
    await client.sees("before");
    expect(client.body).toBe("before ");
    open();
    await client.ended();
    expect(client.body).toBe("before after");
  });

  test("goes out piece by piece where a pace is set, until it is unset", async () => {
    const client = await play({
      body: [{ pace: { bytes: 3, pause: 2 } }, "12345678", { pace: null }, "the rest at once"],
    });
    expect(client.chunks).toEqual(["123", "456", "78", "the rest at once"]);
  });

  test("pauses after every piece of a paced write", async () => {
    const before = performance.now();
    await play({ body: [{ pace: { bytes: 1, pause: 20 } }, "abc"] });
    expect(performance.now() - before).toBeGreaterThanOrEqual(59);
  });

  test("follows the log", async () => {
    server.publish({ data: "old" });
    server.reply({ body: ["retry: 10\n", { follow: true }] });
    const client = new RawClient(server.url);
    await client.sees("id: 1\ndata: old\n\n");
    server.publish({ data: "new" });
    await client.sees("id: 2\ndata: new\n\n");
    expect(client.body.startsWith("retry: 10\n")).toBe(true);
  });

  test("with a content-length is not chunked", async () => {
    server.reply({ headers: { "content-length": "5", connection: "close" }, body: "hello" });
    const client = new RawClient(server.url);
    expect(await client.ended()).toBe("fin");
    expect(client.received.endsWith("\r\n\r\nhello")).toBe(true);
  });
});
