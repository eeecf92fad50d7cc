import type { ServerHttp2Stream } from "node:http2";
import { connect as connectTcp } from "node:net";
import { describe, expect, test, vi } from "vitest";
import { TransportError } from "../../../src/error.js";
import { NodeClient } from "../../../src/http/entries/node.js";
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
import { get, record } from "../support/requests.js";
import { noSocketIsLeft, startTcp } from "../support/servers.js";

const CANCEL = 8;
const INTERNAL_ERROR = 2;
const NO_ERROR = 0;
const REFUSED_STREAM = 7;
const HTTP_1_1_REQUIRED = 13;

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

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

describe("only END_STREAM ends a message", () => {
  test.each([false, true])(
    "RST_STREAM(NO_ERROR) in the body is an error, after what came; paused: %s",
    async (paused) => {
      const server = await startFrames(async (each) => {
        await each.opened(1);
        each.answer(1, "half");
        each.reset(1, NO_ERROR);
      });
      const { body } = await makeHttp2Client().send(get(server.url, { method: "POST", body: "order" }));
      const recording = record(body);
      if (paused) {
        body.pause();
        await pause(100);
        body.resume();
      }
      expect(await recording.ended).toBeInstanceOf(Error);
      expect(recording.text()).toBe("half");
      expect(recording.endings).toBe(1);
      await noSocketIsLeft();
    },
  );

  test("so is what node:http2 sends when a response is destroyed", async () => {
    const server = await startHttp2((stream) => {
      stream.respond({ ":status": 200 });
      stream.write("half", () => stream.destroy());
    });
    const { recording } = await open(makeHttp2Client(), server.url);
    expect(await recording.ended).toBeInstanceOf(Error);
    expect(recording.text()).toBe("half");
  });

  test("and a reset without any of the body", async () => {
    const server = await startFrames(async (each) => {
      await each.opened(1);
      each.frame(1, 4, 1, Buffer.of(0x88));
      each.reset(1, NO_ERROR);
    });
    const { recording } = await open(makeHttp2Client(), server.url);
    expect(await recording.ended).toBeInstanceOf(Error);
  });

  test.each([
    ["NO_ERROR", NO_ERROR, false],
    ["NO_ERROR", NO_ERROR, true],
    ["CANCEL", CANCEL, true],
  ])("a message that is complete stays so when RST_STREAM(%s) follows; paused: %s", async (_name, code, paused) => {
    const server = await startFrames(async (each) => {
      await each.opened(1);
      each.answer(1, "who");
      each.finish(1, "le");
      each.reset(1, code);
    });
    // The request is still being sent: the server may say that it needs no more of it.
    const upload = { method: "POST", body: new Uint8Array(4_000_000) };
    const { body } = await makeHttp2Client().send(get(server.url, upload));
    if (paused) await pause(100);
    const recording = record(body);
    expect(await recording.ended).toBeUndefined();
    expect(recording.text()).toBe("whole");
  });

  test.each(["the last data", "the head", "trailers"])("END_STREAM may come with %s", async (where) => {
    const server = await startFrames(async (each) => {
      await each.opened(1);
      const status = Buffer.of(0x88);
      each.frame(1, where === "the head" ? 5 : 4, 1, status);
      if (where === "the head") return;
      each.data(1, "whole");
      if (where === "trailers")
        each.frame(1, 5, 1, Buffer.concat([Buffer.of(0, 1), Buffer.from("a"), Buffer.of(1), Buffer.from("b")]));
      else each.finish(1, "");
    });
    const { recording } = await open(makeHttp2Client(), server.url);
    expect(await recording.ended).toBeUndefined();
    expect(recording.text()).toBe(where === "the head" ? "" : "whole");
  });
});

describe("HTTP_1_1_REQUIRED", () => {
  /** A server of both, whose HTTP/2 refuses every stream. */
  async function startRefusing(refuse: (stream: ServerHttp2Stream) => void): Promise<{ url: URL; seen: string[] }> {
    const seen: string[] = [];
    const server = await startHttp2(
      (stream, path) => {
        if (stream.session?.destroyed === true) return;
        seen.push(`2 ${path}`);
        refuse(stream);
      },
      {
        allowHTTP1: true,
        onRequest: (request, response) => {
          let body = "";
          request.on("data", (chunk: Buffer) => void (body += chunk.toString()));
          request.on("end", () => {
            seen.push(`1 ${request.url} ${request.method} ${body}`);
            response.end("over HTTP/1.1");
          });
        },
      },
    );
    return { url: server.url, seen };
  }

  test.each([
    ["a reset", (stream: ServerHttp2Stream) => stream.close(HTTP_1_1_REQUIRED)],
    ["a GOAWAY", (stream: ServerHttp2Stream) => stream.session?.goaway(HTTP_1_1_REQUIRED, 0)],
  ])("as %s: the request is sent over HTTP/1.1, and so are later ones at once", async (_how, refuse) => {
    const { url, seen } = await startRefusing(refuse);
    const client = makeHttp2Client();
    for (const path of ["/a", "/b"]) {
      const { body } = await client.send(get(new URL(path, url), { method: "POST", body: "order" }));
      const recording = record(body);
      expect(await recording.ended).toBeUndefined();
      expect(recording.text()).toBe("over HTTP/1.1");
    }
    expect(seen).toEqual(["2 /a", "1 /a POST order", "1 /b POST order"]);
    await noSocketIsLeft();
  });

  test("from a server that speaks no HTTP/1.1 is an error after one more try", async () => {
    const server = await startFrames(async (peer) => {
      await peer.opened(1);
      peer.reset(1, HTTP_1_1_REQUIRED);
    });
    const error = await connectError(makeHttp2Client().send(get(server.url)));
    expect(error.retryable).toBe(true);
    expect(server.connections).toBe(2);
  });

  test("is remembered for the last hundred origins", async () => {
    const { url, seen } = await startRefusing((stream) => stream.close(HTTP_1_1_REQUIRED));
    // Every port of this name is the one server.
    const client = new NodeClient({
      http2: true,
      tls: { ...tls, rejectUnauthorized: false },
      proxy: await startTunnelTo(url),
    });
    const ask = async (host: number): Promise<void> => {
      const { body } = await client.send(get(`https://h${host}.test/${host}`));
      await record(body).ended;
    };
    for (let host = 0; host <= 100; host += 1) await ask(host);
    seen.length = 0;
    await ask(100);
    await ask(0);
    expect(seen).toEqual(["1 /100 GET ", "2 /0", "1 /0 GET "]);
    await client.close();
  });

  /** A proxy that leads to `url`, whatever it is asked for. */
  async function startTunnelTo(url: URL): Promise<URL> {
    const proxy = await startTcp((socket) => {
      socket.once("data", () => {
        const server = connectTcp(Number(url.port), "127.0.0.1");
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        socket.pipe(server).pipe(socket);
        server.on("error", () => socket.destroy());
        socket.on("close", () => server.destroy());
      });
    });
    return proxy.url;
  }
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

describe("a frame that HTTP/2 does not allow ends the session with an error, and its streams", () => {
  const DATA = 0;
  const RST_STREAM = 3;
  const SETTINGS = 4;
  const PING = 6;
  const WINDOW_UPDATE = 8;
  const CONTINUATION = 9;

  const frames: [string, number, number, Buffer][] = [
    ["DATA that is too large", DATA, 1, Buffer.alloc(20_000)],
    ["DATA of no stream", DATA, 0, Buffer.alloc(4)],
    ["DATA of a stream that nobody opened", DATA, 99, Buffer.alloc(4)],
    ["RST_STREAM of another length", RST_STREAM, 1, Buffer.alloc(3)],
    ["SETTINGS of another length", SETTINGS, 0, Buffer.alloc(5)],
    ["PING of another length", PING, 0, Buffer.alloc(7)],
    ["a window that grows by nothing", WINDOW_UPDATE, 0, Buffer.alloc(4)],
    ["CONTINUATION of nothing", CONTINUATION, 1, Buffer.of(0x88)],
    ["HEADERS that cannot be decoded", 1, 1, Buffer.alloc(5, 0xff)],
  ];

  async function streamAfter(type: number, id: number, payload: Buffer): Promise<unknown> {
    const server = await startFrames(async (peer) => {
      await peer.opened(1);
      peer.answer(1, "hello");
      await pause(50);
      peer.frame(type, type === DATA ? 0 : 4, id, payload);
      // It goes on as if nothing were wrong.
      const timer = setInterval(() => peer.data(1, "lost"), 50);
      await pause(8000);
      clearInterval(timer);
    });
    const { recording } = await open(makeHttp2Client(), server.url);
    const error = await Promise.race([recording.ended, pause(6000)]);
    return [recording.text(), (error as { code?: string } | undefined)?.code];
  }

  test("soon, whatever the frame is", async () => {
    const seen = await Promise.all(
      frames.map(async ([name, ...frame]) => [name, await streamAfter(...frame)] as const),
    );
    expect(seen).toEqual(frames.map(([name]) => [name, ["hello", "ERR_HTTP2_ERROR"]]));
    await noSocketIsLeft();
  });
});
