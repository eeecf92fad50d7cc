import { MockSseServer, type Script } from "hpx-transport/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RawClient } from "./raw-client.js";

let server: MockSseServer;
beforeEach(async () => {
  server = await MockSseServer.start();
});
afterEach(async () => await server.close());

async function play(script: Script): Promise<RawClient> {
  server.reply(script);
  const client = new RawClient(server.url);
  await client.ended();
  return client;
}

describe("a script", () => {
  test("without anything is an event stream that ends", async () => {
    const client = await play({});
    expect(client.head).toMatch(/^HTTP\/1.1 200 OK\r\ncontent-type: text\/event-stream\r\n/);
    expect(client.body).toBe("");
  });
  test("sends events, comments, text and bytes in order", async () => {
    const body = [{ event: { id: "1", data: "a" } }, { comment: "hi" }, "data: b\n", new Uint8Array([0xff, 0x0a])];
    const client = await play({ body });
    expect(client.body).toBe("id: 1\ndata: a\n\n: hi\n\ndata: b\n\xff\n");
  });
});
