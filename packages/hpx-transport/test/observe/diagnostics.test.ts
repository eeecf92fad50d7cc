import { channel, subscribe, unsubscribe } from "node:diagnostics_channel";
import { expect, onTestFinished, test } from "vitest";
import { SseConnection, type SseDiagnostics } from "../../src/sse/index.js";
import { rejection } from "../support/promises.js";
import { open, prompt, startServer, take } from "../sse/support.js";

const NAMES = ["attempt", "connected", "disconnected", "reconnecting", "event", "closed"] as const;

/** What the channels were told from now on: the end of the channel's name, and the message. */
function listen(...names: readonly (typeof NAMES)[number][]): [string, SseDiagnostics[keyof SseDiagnostics]][] {
  const heard: [string, SseDiagnostics[keyof SseDiagnostics]][] = [];
  for (const name of names) {
    const listener = (message: unknown): void => {
      heard.push([name, message as SseDiagnostics[keyof SseDiagnostics]]);
    };
    subscribe(`hpx-transport:sse:${name}`, listener);
    onTestFinished(() => void unsubscribe(`hpx-transport:sse:${name}`, listener));
  }
  return heard;
}

test("each step of a connection is published, with the connection that it belongs to", async () => {
  const server = await startServer();
  server.reply({ body: "event: t\nid: 1\ndata: private\n\n" }, { status: 404, body: "private" });
  const heard = listen(...NAMES);
  const connection = open({ url: `${server.url}path?key=private`, reconnect: prompt });
  await take(connection, 1);
  await rejection(connection.stream.next());
  const origin = server.url.slice(0, -1);
  const failure = { code: "SSE_INVALID_STATUS", message: "the server answered 404; a stream needs 200", status: 404 };
  const ended = { code: "SSE_STREAM_ENDED", message: "the server ended the stream" };
  const observed = { method: "GET", url: `${origin}/path`, stats: expect.any(Function) };
  expect(heard).toEqual([
    ["attempt", { connection: observed, attempt: 1, method: "GET", url: `${origin}/path` }],
    ["connected", { connection: observed, attempt: 1, status: 200, origin }],
    ["event", { connection: observed, event: "t", id: "1", size: 7 }],
    ["disconnected", { connection: observed, failure: ended }],
    ["reconnecting", { connection: observed, attempt: 1, delay: 20, reason: "SSE_STREAM_ENDED", failure: ended }],
    ["attempt", { connection: observed, attempt: 1, method: "GET", url: `${origin}/path` }],
    ["disconnected", { connection: observed, failure }],
    ["closed", { connection: observed, aborted: false, failure }],
  ]);
  expect(new Set(heard.map(([, message]) => message.connection)).size).toBe(1);
  expect(heard[0]?.[1].connection.stats()).toEqual(connection.handle.stats);
});

test("close() and an abort are no failures", async () => {
  const server = await startServer();
  const heard = listen("closed");
  await (await SseConnection.connect(server.url)).close();
  const abort = new AbortController();
  const connection = await SseConnection.connect({ url: server.url, signal: abort.signal });
  abort.abort(new Error("private"));
  await connection.handle.closed;
  expect(heard.map(([, message]) => message)).toMatchObject([
    { aborted: false, failure: undefined },
    { aborted: true, failure: undefined },
  ]);
});

test("one who subscribes later hears of the events of the next read, and one who leaves hears no more", async () => {
  const server = await startServer();
  const connection = await SseConnection.connect(server.url);
  onTestFinished(() => connection.close());
  const heard: unknown[] = [];
  const listener = (message: unknown): void => void heard.push((message as { id: string }).id);
  const next = async (id: string): Promise<void> => {
    server.publish({ id, data: "a" });
    await take(connection, 1);
  };
  await next("1");
  subscribe("hpx-transport:sse:event", listener);
  await next("2");
  unsubscribe("hpx-transport:sse:event", listener);
  await next("3");
  expect(heard).toEqual(["2"]);
  expect(channel("hpx-transport:sse:event").hasSubscribers).toBe(false);
});
