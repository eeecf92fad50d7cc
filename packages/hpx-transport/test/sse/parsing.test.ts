import { describe, expect, test } from "vitest";
import { drain, open, prompt, startServer, take, within } from "./support.js";

// The parser's own rows are in packages/sseer/test; here is what of them a socket and a reconnect could spoil.

describe("an event is out at the byte that completes its blank line", () => {
  test.each([
    ["LF", "data: a\n\n"],
    ["CR", "data: a\r\r"],
    ["CRLF, at its CR", "data: a\r\n\r"],
    ["a mix, at its CR", "data: a\n\r"],
  ])("%s, though nothing follows", async (_what, body) => {
    const server = await startServer();
    server.reply({ body, finish: "hold" });
    const connection = open(server.url);
    expect(await within(take(connection, 1), "the event")).toMatchObject([{ data: "a" }]);
  });

  test("the LF after that CR, when it comes, is no blank line", async () => {
    const server = await startServer();
    server.reply({ body: ["id: 1\ndata: a\r\n\r", { delay: 10 }, "\nid: 2\ndata: b\n\n"], finish: "hold" });
    expect(await take(open(server.url), 2)).toMatchObject([{ id: "1" }, { id: "2", data: "b" }]);
  });
});

test("byte by byte, whatever the bytes are", async () => {
  const server = await startServer();
  server.reply({
    body: [{ pace: { bytes: 1, pause: 0 } }, "\uFEFFid: é\revent: 漢\r\ndata: 😀\ndata:\r\rretry: 5\r\n: c\ndata\n\n"],
  });
  const events: unknown[] = [];
  for await (const { event, data, id, retry } of open({ url: server.url, reconnect: false })) {
    events.push([event, data, id, retry]);
  }
  expect(events).toEqual([
    ["漢", "😀\n", "é", undefined],
    ["message", "", "é", 5],
  ]);
});

describe("a BOM", () => {
  test("at the very start is dropped, on every connection", async () => {
    const server = await startServer();
    server.reply({ body: "\uFEFFdata: a\n\n" }, { body: "\uFEFFdata: b\n\n" }, { status: 204 });
    expect(await drain(open({ url: server.url, reconnect: prompt }))).toEqual(["a", "b"]);
  });

  test("is exactly one: a second one, or U+FEFF in a value, stays", async () => {
    const server = await startServer();
    server.reply({ body: "\uFEFF\uFEFFdata: no field\ndata: \uFEFFa\uFEFF\n\n" });
    expect(await drain(open({ url: server.url, reconnect: false }))).toEqual(["\uFEFFa\uFEFF"]);
  });

  test("that a cut connection broke off is not missed on the next one", async () => {
    const server = await startServer();
    server.reply({ body: Uint8Array.of(0xef, 0xbb), finish: "cut" }, { body: "data: a\n\n" }, { status: 204 });
    expect(await drain(open({ url: server.url, reconnect: prompt }))).toEqual(["a"]);
  });
});

test("invalid UTF-8 is U+FFFD, never an error; half a character of a cut connection is gone", async () => {
  const server = await startServer();
  const half = Buffer.from("data: 漢").subarray(0, -1);
  server.reply(
    { body: [Buffer.concat([Buffer.from("data: a"), Uint8Array.of(0xff), Buffer.from("b\n\n")]), half], finish: "cut" },
    { body: Buffer.concat([Uint8Array.of(0xbc), Buffer.from("\ndata: c\n\n")]) },
    { status: 204 },
  );
  expect(await drain(open({ url: server.url, reconnect: prompt }))).toEqual(["a\uFFFDb", "c"]);
});

test("an unfinished event at the end is discarded: its type, data, id and retry line alone", async () => {
  const server = await startServer();
  server.reply({ body: "id: 1\ndata: a\n\nevent: t\nid: 2\ndata: lost\n" }, { body: "data: b\n\n" }, { status: 204 });
  const events = [];
  for await (const event of open({ url: server.url, reconnect: prompt })) events.push(event);
  expect(events).toEqual([
    { event: "message", data: "a", id: "1", kind: "data" },
    { event: "message", data: "b", id: "1", kind: "data" },
  ]);
  expect(server.requests.map(({ lastEventId }) => lastEventId)).toEqual([undefined, "1", "1"]);
});

test("id with NUL is ignored, and is not what the next request asks for", async () => {
  const server = await startServer();
  server.reply({ body: "id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n" }, { status: 204 });
  const ids: string[] = [];
  for await (const { id } of open({ url: server.url, reconnect: prompt })) ids.push(id);
  expect(ids).toEqual(["1", "1"]);
  expect(server.requests[1]?.lastEventId).toBe("1");
});
