import { expect, test } from "vitest";
import { GenericSseHandler, type SseCursorPlace, type SseRequest } from "../../src/sse/index.js";
import { rejection } from "../support/promises.js";
import { open, prompt, startServer, take, within } from "./support.js";

class Handler extends GenericSseHandler {
  readonly cursor: SseCursorPlace;
  constructor(cursor: SseCursorPlace) {
    super();
    this.cursor = cursor;
  }
}

/** Finds `"at"` in the data, which is JSON. */
const inData: SseCursorPlace = { query: "since_id", read: ({ data }) => (JSON.parse(data) as { at?: string }).at };

test("a cursor in the query takes the header's place, and that of the one the caller began with; nothing else changes", async () => {
  const server = await startServer();
  server.reply(
    { body: "id: 7\ndata: a\n\n" },
    { body: "id: a b&c=é\ndata: b\n\n" },
    { body: "data: c\n\n", finish: "hold" },
  );
  const url = `${server.url}stream?x=%7Ea+b&cursor=now&flag&y=%20`;
  await take(open({ url, reconnect: prompt }, new Handler({ query: "cursor" })), 3);
  expect(server.requests.map((request) => [request.url, request.lastEventId])).toEqual([
    ["/stream?x=%7Ea+b&cursor=now&flag&y=%20", undefined],
    ["/stream?x=%7Ea+b&cursor=7&flag&y=%20", undefined],
    ["/stream?x=%7Ea+b&cursor=a%20b%26c%3D%C3%A9&flag&y=%20", undefined],
  ]);
});

test("the lastEventId option begins there; a caller's own Last-Event-ID header goes once the server sent an id", async () => {
  const server = await startServer();
  server.reply({ body: "id: 2\ndata: a\n\n" }, { body: "data: b\n\n", finish: "hold" });
  const headers = { "Last-Event-ID": "mine" };
  await take(open({ url: server.url, lastEventId: "1", headers, reconnect: prompt }, new Handler({ query: "c" })), 2);
  expect(server.requests.map((request) => [request.url, request.lastEventId])).toEqual([
    ["/?c=1", "mine"],
    ["/?c=2", undefined],
  ]);
});

test("the signer sees the query as it will be sent", async () => {
  const server = await startServer();
  server.reply({ body: "id: 7\ndata: a\n\n" }, { body: "data: b\n\n", finish: "hold" });
  const signed: string[] = [];
  const auth = { sign: ({ url }: { url: URL }) => void signed.push(url.search) };
  await take(open({ url: server.url, auth, reconnect: prompt }, new Handler({ query: "cursor" })), 2);
  expect(signed).toEqual(["", "?cursor=7"]);
});

test("a query carries what no header can", async () => {
  const server = await startServer();
  server.reply({ body: "id: a\u0001b\ndata: a\n\n" }, { body: "data: b\n\n", finish: "hold" });
  await take(open({ url: server.url, reconnect: prompt }, new Handler({ query: "cursor" })), 2);
  expect(server.requests[1]?.url).toBe("/?cursor=a%01b");
});

test("a query does not carry more than 64 KiB either", async () => {
  const server = await startServer();
  server.reply(
    { body: `id: ok\ndata: a\n\nid: ${"b".repeat(65_537)}\ndata: b\n\n` },
    { body: "data: c\n\n", finish: "hold" },
  );
  await take(open({ url: server.url, reconnect: prompt }, new Handler({ query: "cursor" })), 3);
  expect(server.requests[1]?.url).toBe("/?cursor=ok");
});

test("a cursor in the data is the event's id; an event without one leaves the last; the wire's ids are not it", async () => {
  const server = await startServer();
  server.reply(
    { body: 'id: wire\ndata: {"at":"p1"}\n\nid: wire2\ndata: {}\n\nid: wire3\n\n' },
    { body: 'data: {}\n\ndata: {"at":"p2"}\n\n', finish: "cut" },
    { body: 'data: {"at":"p3"}\n\n', finish: "hold" },
  );
  const connection = open({ url: server.url, lastEventId: "p0", reconnect: prompt }, new Handler(inData));
  expect((await take(connection, 5)).map(({ id }) => id)).toEqual(["p1", "p1", "p1", "p2", "p3"]);
  expect(connection.handle.lastEventId).toBe("p3");
  expect(server.requests.map(({ url }) => url)).toEqual(["/?since_id=p0", "/?since_id=p1", "/?since_id=p2"]);
});

test("a cursor in the data may go to the header", async () => {
  const server = await startServer();
  server.reply({ body: 'data: {"at":"p1"}\n\n' }, { body: "data: {}\n\n", finish: "hold" });
  const { read } = inData;
  await take(open({ url: server.url, reconnect: prompt }, new Handler({ ...(read && { read }) })), 2);
  expect(server.requests.map(({ lastEventId }) => lastEventId)).toEqual([undefined, "p1"]);
});

test("read() that throws, or returns no string, is HANDLER", async () => {
  const server = await startServer();
  server.otherwise({ body: "data: oops\n\n", finish: "hold" });
  const hook = "cursor.read";
  for (const read of [inData.read, () => 7 as unknown as string]) {
    const connection = open(server.url, new Handler({ ...(read && { read }) }));
    expect(await within(rejection(connection.stream.next()), "the error")).toMatchObject({
      code: "HANDLER",
      details: { hook },
    });
  }
});

test.each([
  ["handler.cursor", "id"],
  ["handler.cursor.query", { query: "" }],
  ["handler.cursor.query", { query: 1 }],
  ["handler.cursor.read", { read: "id" }],
])("%s: %o is CONFIG at the call", (field, cursor) => {
  expect(() => open("http://127.0.0.1:1/", new Handler(cursor as never))).toThrow(
    expect.objectContaining({ code: "CONFIG", details: { field } }),
  );
});

test("prepareRequest sees each request before it is signed, and what it returns is sent", async () => {
  const server = await startServer();
  server.reply({ body: "id: 1\ndata: a\n\n" }, { body: "data: b\n\n", finish: "hold" });
  const seen: unknown[] = [];
  class Preparing extends GenericSseHandler {
    prepareRequest(request: SseRequest): SseRequest {
      seen.push([request.method, request.url.pathname, request.lastEventId, request.headers.get("Accept")]);
      if (request.lastEventId === "") return request;
      return {
        ...request,
        method: "GET",
        url: new URL("resume", request.url),
        headers: new Headers({ "X-R": "1" }),
        body: undefined,
      };
    }
  }
  let bodies = 0;
  const body = (): string => `body ${(bodies += 1)}`;
  const auth = { sign: ({ method, headers }: { method: string; headers: Headers }) => headers.set("X-Signed", method) };
  await take(
    open({ url: server.url, method: "POST", body, auth, resend: true, reconnect: prompt }, new Preparing()),
    2,
  );
  expect(seen).toEqual([
    ["POST", "/", "", "text/event-stream"],
    ["POST", "/", "1", "text/event-stream"],
  ]);
  expect(
    server.requests.map(({ method, url, text, headers }) => [method, url, text, headers["x-signed"], headers["x-r"]]),
  ).toEqual([
    ["POST", "/", "body 1", "POST", undefined],
    ["GET", "/resume", "", "GET", "1"],
  ]);
  expect(bodies).toBe(1);
});

test("prepareRequest that throws, or returns no request, is HANDLER", async () => {
  const server = await startServer();
  for (const result of [undefined, {}, new Error("mine")]) {
    class Preparing extends GenericSseHandler {
      prepareRequest(): SseRequest {
        if (result instanceof Error) throw result;
        return result as unknown as SseRequest;
      }
    }
    expect(await within(rejection(open(server.url, new Preparing()).opened), "the error")).toMatchObject({
      code: "HANDLER",
      details: { hook: "prepareRequest" },
    });
  }
  expect(server.requests).toHaveLength(0);
});

test("onConnect hears what the request asked to resume after, wherever that came from", async () => {
  const server = await startServer();
  server.reply({ body: "id: é\ndata: a\n\n" }, { body: "data: b\n\n", finish: "hold" });
  const asked: string[] = [];
  class Listening extends GenericSseHandler {
    onConnect({ lastEventId }: { lastEventId: string }): void {
      asked.push(lastEventId);
    }
  }
  await take(open({ url: server.url, headers: { "Last-Event-ID": "mine" }, reconnect: prompt }, new Listening()), 2);
  expect(asked).toEqual(["mine", "é"]);
});
