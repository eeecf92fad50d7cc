import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { type AnyTransportError, TransportError } from "../../src/error.js";
import { NodeClient } from "../../src/http/entries/node.js";
import type { SseConnection } from "../../src/sse/index.js";
import { seededRandom } from "../../src/testing/index.js";
import { type Http2Server, makeHttp2Client, startHttp2 } from "../http/support/http2.js";
import { noSocketIsLeft } from "../http/support/servers.js";
import { rejection } from "../support/promises.js";
import { open, prompt, startServer, take, within } from "./support.js";
import { startTlsFront, tls } from "./tls-front.js";

describe("over TLS with an authority of one's own", () => {
  test("events arrive one by one, a response that is cut is resumed, and close() leaves nothing", async () => {
    const server = await startServer();
    const front = await startTlsFront(server);
    server.reply({ body: "id: 1\ndata: a\n\nid: 2\ndata: half", finish: "cut" });
    const client = new NodeClient({ tls, proxy: false });
    const connection = open({ url: front.url, client, reconnect: prompt });
    expect(await take(connection, 1)).toMatchObject([{ id: "1", data: "a" }]);
    server.publish({ id: "1", data: "a" });
    for (const id of ["2", "3"]) {
      // The next one is published only when this one is here.
      server.publish({ id, data: "b" });
      expect(await within(take(connection, 1), `event ${id}`)).toMatchObject([{ id, data: "b" }]);
    }
    expect(server.requests.map(({ lastEventId }) => lastEventId)).toEqual([undefined, "1"]);
    await connection.close();
    await server.idle();
    await noSocketIsLeft();
  });
});

test.each([
  ["HTTP/1.1", false],
  ["HTTP/2", true],
])(
  "an authority that is unknown ends the connection after one attempt, over %s; the error says what to give",
  async (_name, http2) => {
    const server = await startServer();
    const front = http2 ? await startHttp2(() => expect.unreachable("a request came")) : await startTlsFront(server);
    const client = new NodeClient({ http2, proxy: false });
    const connection = open({ url: front.url, client, reconnect: prompt });
    const error = await within(rejection(connection.stream.next()), "the error");
    if (!TransportError.is(error, "CONNECT")) throw new Error("expected CONNECT", { cause: error });
    expect(error.retryable).toBe(false);
    expect(error.message).toMatch(
      /certificate of 127\.0\.0\.1 is not signed by a trusted authority; give its certificate authority as tls\.ca$/,
    );
    expect(connection.handle.state).toEqual({ status: "closed", error });
    expect(connection.handle.stats.attempts).toBe(1);
    expect(front.connections).toBe(1);
    expect(server.requests).toEqual([]);
    await noSocketIsLeft();
  },
);

const CONNECTIONS = 20;
const EVENTS = 300;
const BURST = 10;
const GOAWAYS = 5;

/** Called between two bursts of a stream: what it does to the stream or its session is what the test is about. */
type Fault = (stream: ServerHttp2Stream, path: string) => void;

interface Feed extends Http2Server {
  /** The Last-Event-ID of each request, by path. */
  readonly resumed: ReadonlyMap<string, readonly number[]>;
  /** The last id whose event was written whole, by path. */
  readonly written: ReadonlyMap<string, number>;
}

/** node:http2's `close(code)` would end the stream in good order first. */
function reset(stream: ServerHttp2Stream): void {
  stream.destroy(new Error("reset"));
}

/** Sends the events after the Last-Event-ID, each burst with half of the event that comes next, and then nothing. */
async function startFeed(fault: Fault): Promise<Feed> {
  const resumed = new Map<string, number[]>();
  const written = new Map<string, number>();
  const play = async (stream: ServerHttp2Stream, path: string, headers: IncomingHttpHeaders): Promise<void> => {
    const last = Number(headers["last-event-id"] ?? 0);
    resumed.set(path, [...(resumed.get(path) ?? []), last]);
    stream.respond({ ":status": 200, "content-type": "text/event-stream" });
    for (let id = last + 1; id <= EVENTS && !stream.destroyed && !stream.closed; id += 1) {
      stream.write(`id: ${id}\n`);
      if (id % BURST === 0) {
        await nextTurn();
        fault(stream, path);
        if (stream.destroyed || stream.closed) return;
      }
      stream.write(`data: ${path} ${id}\n\n`);
      written.set(path, Math.max(id, written.get(path) ?? 0));
    }
  };
  const server = await startHttp2((stream, path, headers) => void play(stream, path, headers), {
    settings: { maxConcurrentStreams: 1000 },
  });
  return {
    ...server,
    get connections() {
      return server.connections;
    },
    resumed,
    written,
  };
}

interface Run {
  readonly connections: readonly SseConnection[];
  /** Why an attempt ended, of all of them together. */
  readonly ends: readonly (AnyTransportError | undefined)[];
}

/** Follows the feed with many connections of one client until each has every event, once and in order. */
async function followAll({ url }: Feed): Promise<Run> {
  const client = makeHttp2Client();
  const ends: (AnyTransportError | undefined)[] = [];
  const connections = Array.from({ length: CONNECTIONS }, (_, i) =>
    open(
      { url: new URL(`/${i}`, url), client, reconnect: prompt },
      { classifyEvent: () => "data", onDisconnect: (error) => ends.push(error) },
    ),
  );
  const received = await within(
    Promise.all(connections.map((connection) => take(connection, EVENTS))),
    "every event of every connection",
    15_000,
  );
  for (const [i, events] of received.entries()) {
    const expected = Array.from({ length: EVENTS }, (_, n) => ({ id: String(n + 1), data: `/${i} ${n + 1}` }));
    expect(events.map(({ id, data }) => ({ id, data }))).toEqual(expected);
  }
  return { connections, ends: [...ends] };
}

async function closeAll({ connections }: Run): Promise<void> {
  await Promise.all(connections.map((connection) => connection.close()));
  // One event more than those that were taken would be one that came twice.
  for (const { handle } of connections) expect(handle.stats.events).toBe(EVENTS);
  await noSocketIsLeft();
}

/** How many sockets this process holds, the servers' side included. */
function countSockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind.startsWith("TCPSocket")).length;
}

/** Each request asks for what follows the last event that came: never less than before, never what was not sent. */
function expectResumes({ resumed, written }: Feed): void {
  for (const [path, ids] of resumed) {
    expect(ids[0]).toBe(0);
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect(ids.at(-1)).toBeLessThanOrEqual(written.get(path) ?? 0);
  }
}

describe(`${CONNECTIONS} connections over one HTTP/2 session, under load`, () => {
  test("cut by RST_STREAM mid-event, each is resumed on the same session and hurts no other", async () => {
    const random = seededRandom(4);
    let cuts = 0;
    const feed = await startFeed((stream, path) => {
      // One stream that lives keeps the session.
      if (path === "/0" || random() > 0.2) return;
      cuts += 1;
      reset(stream);
    });
    const run = await followAll(feed);
    expect(cuts).toBeGreaterThan(CONNECTIONS);
    expect(run.ends).toHaveLength(cuts);
    for (const error of run.ends) {
      expect(error).toMatchObject({ code: "SSE_STREAM_ENDED", details: { clean: false }, retryable: true });
    }
    expect(feed.resumed.get("/0")).toEqual([0]);
    expect(feed.connections).toBe(1);
    expectResumes(feed);
    await closeAll(run);
  });

  test("a GOAWAY with an error cuts all of them, and all are resumed over one new session", async () => {
    const random = seededRandom(11);
    const gone = new Set<unknown>();
    const feed = await startFeed(({ session }) => {
      if (session === undefined || gone.has(session) || gone.size === GOAWAYS || random() > 0.02) return;
      gone.add(session);
      session.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    });
    const run = await followAll(feed);
    expect(gone.size).toBe(GOAWAYS);
    expect(run.ends.length).toBeGreaterThan(CONNECTIONS);
    for (const error of run.ends) {
      expect(error).toMatchObject({
        code: "SSE_STREAM_ENDED",
        cause: { code: "ERR_HTTP2_SESSION_ERROR" },
        retryable: true,
      });
    }
    expect(feed.connections).toBe(GOAWAYS + 1);
    expectResumes(feed);
    await Promise.all(run.connections.map((connection) => connection.close()));
    // Where a client resets a connection after GOAWAY, Node's server keeps its socket: none but these are left.
    await vi.waitFor(() => expect(countSockets()).toBe(feed.sockets.size));
    for (const socket of feed.sockets) socket.destroy();
    await closeAll(run);
  });

  test("a friendly GOAWAY cuts none; those cut after it are resumed over a new session beside the old one", async () => {
    const random = seededRandom(7);
    let cuts = 0;
    let warned = false;
    const feed = await startFeed((stream, path) => {
      if (!warned) stream.session?.goaway(constants.NGHTTP2_NO_ERROR);
      warned = true;
      if (Number(path.slice(1)) < CONNECTIONS / 2 || random() > 0.2) return;
      cuts += 1;
      reset(stream);
    });
    const run = await followAll(feed);
    expect(cuts).toBeGreaterThan(CONNECTIONS / 2);
    expect(run.ends).toHaveLength(cuts);
    for (let i = 0; i < CONNECTIONS / 2; i += 1) expect(feed.resumed.get(`/${i}`)).toEqual([0]);
    expect(feed.connections).toBeGreaterThan(1);
    expectResumes(feed);
    await closeAll(run);
  });
});
