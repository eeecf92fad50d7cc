import { beforeEach, expect, test } from "vitest";
import { open, prompt, startServer, take } from "../sse/support.js";
import { Nginx } from "./support/nginx.js";
import { needs, nginxWithNchan } from "../support/requirements.js";

beforeEach(needs(nginxWithNchan));

/** nginx in front of the server, with these directives. */
async function startProxy(target: string, directives: string): Promise<string> {
  const nginx = await Nginx.start({ server: `location / { proxy_pass ${target}; ${directives} }` });
  return `${nginx.url}/`;
}

const dataOf = (events: readonly { data: string }[]): string[] => events.map(({ data }) => data);

test("through proxy_pass with buffering off an event arrives while the response is open", async () => {
  const server = await startServer();
  const connection = open(await startProxy(server.url, "proxy_buffering off;"));
  for (const data of ["a", "b", "c"]) {
    server.publish({ data });
    // The next one is published only when this one is here.
    expect(dataOf(await take(connection, 1))).toEqual([data]);
  }
});

test("through proxy_pass with buffering on everything arrives once, in order, by the end of each response", async () => {
  const server = await startServer();
  const events = Array.from({ length: 1000 }, (_, index) => ({ id: String(index), data: "x".repeat(index % 200) }));
  // One response has a single event, far less than nginx's buffers; the others overflow them.
  for (const [from, to] of [
    [0, 1],
    [1, 500],
    [500, 1000],
  ]) {
    server.reply({ body: events.slice(from, to).map((event) => ({ event })), finish: "end" });
  }
  server.otherwise({ status: 204 });
  const received: object[] = [];
  for await (const { id, data } of open({
    url: await startProxy(server.url, "proxy_buffering on;"),
    reconnect: prompt,
  })) {
    received.push({ id, data });
  }
  expect(received).toEqual(events);
  expect(server.requests.map(({ lastEventId }) => lastEventId)).toEqual([undefined, "0", "499", "999"]);
});

test("a response cut behind the proxy, mid-event, is resumed after the last whole event", async () => {
  const server = await startServer();
  server.reply(
    { body: "id: 1\ndata: a\n\nid: 2\ndata: half", finish: "cut" },
    { body: "id: 2\ndata: b\n\n", finish: "hold" },
  );
  const connection = open({ url: await startProxy(server.url, "proxy_buffering off;"), reconnect: prompt });
  expect(dataOf(await take(connection, 2))).toEqual(["a", "b"]);
  expect(server.requests.map(({ lastEventId }) => lastEventId)).toEqual([undefined, "1"]);
});

test("the proxy's 502 for a server that is away is retried", async () => {
  const server = await startServer();
  server.reply(
    { head: false, finish: "reset" },
    { head: false, finish: "cut" },
    { body: "data: back\n\n", finish: "hold" },
  );
  const statuses: unknown[] = [];
  const connection = open(
    { url: await startProxy(server.url, "proxy_buffering off;"), reconnect: prompt },
    {
      classifyEvent: () => "data",
      onDisconnect: (error) => statuses.push(error?.code, error?.details),
    },
  );
  expect(dataOf(await take(connection, 1))).toEqual(["back"]);
  expect(statuses).toMatchObject(["SSE_INVALID_STATUS", { status: 502 }, "SSE_INVALID_STATUS", { status: 502 }]);
});

test("what nginx compresses, because it was asked to, is decoded as it arrives", async () => {
  const server = await startServer();
  const gzip = "proxy_buffering off; gzip on; gzip_min_length 0; gzip_proxied any; gzip_types text/event-stream;";
  const encodings: unknown[] = [];
  const connection = open(
    { url: await startProxy(server.url, gzip), headers: { "accept-encoding": "gzip" } },
    {
      classifyEvent: () => "data",
      onConnect: ({ headers }) => void encodings.push(headers.get("content-encoding")),
    },
  );
  for (const data of ["one", "two", "drei und äöü"]) {
    server.publish({ data });
    expect(dataOf(await take(connection, 1))).toEqual([data]);
  }
  expect(encodings).toEqual(["gzip"]);
});
