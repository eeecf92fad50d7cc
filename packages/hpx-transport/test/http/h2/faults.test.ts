import { describe, expect, test, vi } from "vitest";
import { TransportError } from "../../../src/error.js";
import { Http2Session } from "../../../src/http/node/h2/session.js";
import { addressOptions } from "../../../src/http/node/dial/address.js";
import { dialDirectly, targetOf } from "../../../src/http/node/dial/dial.js";
import { Tls } from "../../../src/http/node/dial/tls.js";
import {
  answerAndStay,
  type FramePeer,
  makeHttp2Client,
  open,
  startFrames,
  startHttp2,
  tls,
} from "../support/http2.js";
import { rejection } from "../../support/promises.js";
import { get } from "../support/requests.js";
import { noSocketIsLeft } from "../support/servers.js";

const CANCEL = 8;
const INTERNAL_ERROR = 2;
const REFUSED_STREAM = 7;

async function connectError(promise: Promise<unknown>): Promise<TransportError<"CONNECT">> {
  const error = await rejection(promise);
  if (!TransportError.is(error, "CONNECT")) throw new Error("expected CONNECT", { cause: error });
  return error;
}

describe("a stream that is reset", () => {
  test.each([
    ["CANCEL", CANCEL],
    ["INTERNAL_ERROR", INTERNAL_ERROR],
    ["REFUSED_STREAM", REFUSED_STREAM],
  ])("with %s in its body is an error of that stream alone, after what came", async (_name, code) => {
    let peer: FramePeer | undefined;
    const server = await startFrames((each) => {
      peer = each;
    });
    const client = makeHttp2Client();
    const sent = ["/1", "/3", "/5"].map((path) => open(client, new URL(path, server.url)));
    await vi.waitFor(() => expect(peer).toBeDefined());
    await peer?.opened(3);
    for (const id of [1, 3, 5]) peer?.answer(id, "hello");
    const streams = await Promise.all(sent);
    peer?.reset(3, code);
    expect(await streams[1]?.recording.ended).toBeInstanceOf(Error);
    expect(streams[1]?.recording.text()).toBe("hello");
    for (const id of [1, 5]) peer?.data(id, " again");
    for (const i of [0, 2]) {
      await vi.waitFor(() => expect(streams[i]?.recording.text()).toBe("hello again"));
      expect(streams[i]?.recording.endings).toBe(0);
    }
    expect(server.connections).toBe(1);
  });

  test.each([
    ["CANCEL", true, CANCEL],
    ["INTERNAL_ERROR", true, INTERNAL_ERROR],
    ["REFUSED_STREAM", false, REFUSED_STREAM],
  ])("with %s before the response is CONNECT; taken: %s", async (_name, requestSent, code) => {
    const server = await startFrames(async (peer) => {
      await peer.opened(1);
      peer.reset(1, code);
    });
    const error = await connectError(makeHttp2Client().send(get(server.url, { method: "POST", body: "order" })));
    expect(error.details.requestSent).toBe(requestSent);
    // A POST that the server may have taken is not sent again.
    expect(error.retryable).toBe(!requestSent);
    await noSocketIsLeft();
  });

  test("under load hurts no other: 100 streams, every third one reset, again and again", async () => {
    const server = await startHttp2(answerAndStay, { settings: { maxConcurrentStreams: 1000 } });
    const client = makeHttp2Client();
    const kept = [];
    const broken = [];
    for (let round = 0; round < 3; round += 1) {
      const opened = await Promise.all(
        Array.from({ length: 100 }, (_, i) => open(client, new URL(`/${round}/${i}`, server.url))),
      );
      for (const [i, { recording }] of opened.entries()) {
        const stream = await server.stream(`/${round}/${i}`);
        if (i % 3 === 0) {
          stream.destroy(new Error("reset"));
          broken.push(recording);
        } else kept.push({ recording, stream });
      }
    }
    for (const { ended } of broken) expect(await ended).toBeInstanceOf(Error);
    for (const { stream } of kept) stream.end("!");
    for (const { recording } of kept) {
      expect(await recording.ended).toBeUndefined();
      expect(recording.text()).toMatch(/^\/\d\/\d+!$/);
    }
    expect(server.connections).toBe(1);
    await noSocketIsLeft();
  });
});

describe("GOAWAY", () => {
  test.each([
    ["that is friendly", 0],
    ["with an error", 11],
  ])("%s: what the server did not look at is CONNECT, retryable also for a POST", async (_name, code) => {
    let peer: FramePeer | undefined;
    const server = await startFrames((each) => {
      peer ??= each;
    });
    const client = makeHttp2Client();
    const taken = open(client, new URL("/1", server.url));
    await vi.waitFor(() => expect(peer).toBeDefined());
    await peer?.opened(1);
    const refused = connectError(client.send(get(new URL("/3", server.url), { method: "POST", body: "order" })));
    await peer?.opened(2);
    peer?.answer(1, "hello");
    const { recording } = await taken;
    peer?.goaway(1, code);
    const error = await refused;
    expect(error.details.requestSent).toBe(false);
    expect(error.retryable).toBe(true);
    if (code === 0) {
      // The server goes on with what it took.
      peer?.data(1, " again");
      await vi.waitFor(() => expect(recording.text()).toBe("hello again"));
      peer?.finish(1, "!");
      expect(await recording.ended).toBeUndefined();
    } else {
      expect(await recording.ended).toBeInstanceOf(Error);
    }
    await noSocketIsLeft();
  });

  test("sends new requests over a new session, while the old one's streams go on", async () => {
    const server = await startHttp2(answerAndStay);
    const client = makeHttp2Client();
    const old = await open(client, new URL("/old", server.url));
    server.sessions[0]?.goaway();
    await vi.waitFor(async () => {
      (await open(client, new URL("/new", server.url))).body.abort();
      expect(server.connections).toBeGreaterThan(1);
    });
    const fresh = await open(client, new URL("/fresh", server.url));
    expect(server.sessions.length).toBe(server.connections);
    (await server.stream("/old")).end("!");
    expect(await old.recording.ended).toBeUndefined();
    expect(old.recording.text()).toBe("/old!");
    fresh.body.abort();
    await noSocketIsLeft();
  });

  test("as the first word of every session is CONNECT for each who waits, after one connection", async () => {
    const server = await startFrames((peer) => {
      peer.goaway(0, 0);
      peer.end();
    });
    const client = makeHttp2Client();
    const errors = await Promise.all([1, 2, 3].map(() => connectError(client.send(get(server.url)))));
    for (const error of errors) expect(error.retryable).toBe(true);
    expect(server.connections).toBeLessThanOrEqual(3);
    await noSocketIsLeft();
  });
});

describe("a connection that breaks", () => {
  test.each(["ends", "is reset"])("and %s under its streams is an error for each of them", async (how) => {
    const server = await startHttp2((stream, path) => {
      if (path !== "/mute") answerAndStay(stream, path);
    });
    const client = makeHttp2Client();
    const streams = await Promise.all(["/1", "/2", "/3"].map((path) => open(client, new URL(path, server.url))));
    const waiting = connectError(client.send(get(new URL("/mute", server.url))));
    await server.stream("/mute");
    const socket = await server.nextConnection();
    if (how === "ends") socket.destroy();
    else socket.resetAndDestroy();
    for (const { recording } of streams) expect(await recording.ended).toBeInstanceOf(Error);
    expect((await waiting).details.requestSent).toBe(true);
    await noSocketIsLeft();
  });

  test("before the server's settings is CONNECT", async () => {
    const server = await startFrames((peer) => peer.end());
    const error = await connectError(makeHttp2Client().send(get(server.url, { method: "POST" })));
    expect(error.retryable).toBe(true);
  });
});

describe("a peer that is silent", () => {
  const SILENCE = 60;

  interface Watched {
    readonly session: Http2Session;
    readonly closed: Promise<Error | undefined>;
    readonly isOver: () => boolean;
  }

  /** A session that watches its peer closely. */
  function connect(url: URL): Promise<Watched> {
    return new Promise((resolve, reject) => {
      const dial = dialDirectly(new Tls("tls", tls), addressOptions({}));
      dial(targetOf(url), ["h2"], (error, socket) => {
        if (socket === null) {
          reject(error ?? new Error("no connection"));
          return;
        }
        let over = false;
        let close: (error: Error | undefined) => void = () => {};
        const closed = new Promise<Error | undefined>((settle) => {
          close = (reason) => {
            over = true;
            settle(reason);
          };
        });
        const session = new Http2Session(
          socket,
          url.origin,
          { onReady: () => resolve({ closed, session, isOver: () => over }), onClose: (reason) => close(reason) },
          SILENCE,
        );
      });
    });
  }

  test("and does not answer a PING is given up", async () => {
    const server = await startFrames(() => {}, { answersPing: false });
    const before = Date.now();
    const { closed } = await connect(server.url);
    expect((await closed)?.message).toBe("the server is silent and does not answer a PING");
    expect(Date.now() - before).toBeGreaterThanOrEqual(2 * SILENCE - 10);
    await noSocketIsLeft();
  });

  test("and answers is kept, however long it has nothing to say", async () => {
    const server = await startFrames(() => {});
    const { session, isOver } = await connect(server.url);
    await new Promise((resolve) => {
      setTimeout(resolve, 15 * SILENCE);
    });
    expect(isOver()).toBe(false);
    session.destroy();
    await noSocketIsLeft();
  });

  test("is not taken for dead because this process stood still while the answer lay unread", async () => {
    let pauses = 0;
    const server = await startFrames(() => {}, {
      onPing: () => {
        const until = Date.now() + 2.2 * SILENCE;
        while (Date.now() < until);
        pauses += 1;
      },
    });
    const { session, isOver } = await connect(server.url);
    await vi.waitFor(() => expect(pauses).toBeGreaterThan(3), { timeout: 10_000 });
    expect(isOver()).toBe(false);
    session.destroy();
    await noSocketIsLeft();
  });
});
