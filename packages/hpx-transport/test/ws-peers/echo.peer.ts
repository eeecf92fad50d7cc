// Echo servers of four WebSocket libraries, under the same tests.
import { TransportError } from "hpx-transport";
import type { WsProtocolHandler } from "hpx-transport/websocket";
import { beforeEach, describe, expect, test } from "vitest";
import { eventually, rejection } from "../support/promises.js";
import { needs, type Requirement } from "../support/requirements.js";
import {
  connect,
  gorilla,
  next,
  type Peer,
  pythonWebsockets,
  startGo,
  startNode,
  startPython,
  take,
} from "./support.js";

const SIZES = [0, 1, 125, 126, 127, 65_535, 65_536, 1024 * 1024];

interface Kind {
  readonly name: string;
  readonly start: () => Promise<Peer>;
  readonly requires: readonly Requirement[];
  /** It answers `fragments:` in fragments. */
  readonly fragments: boolean;
  /** It compresses. */
  readonly deflate: boolean;
  /** It lets its user close with 1001. */
  readonly closes1001: boolean;
}

const ALL = { fragments: true, deflate: true, closes1001: true };
const SOME = { fragments: false, deflate: false, closes1001: false };

const KINDS: readonly Kind[] = [
  { name: "python3-websockets", start: startPython, requires: [pythonWebsockets], ...ALL },
  { name: "gorilla/websocket", start: startGo, requires: [gorilla], ...ALL },
  { name: "faye-websocket", start: () => startNode("echo-faye.mjs"), requires: [], ...SOME },
  { name: "websocket-driver", start: () => startNode("echo-driver.mjs"), requires: [], ...SOME },
];

describe.each(KINDS)("$name", ({ start, requires, deflate, closes1001 }) => {
  beforeEach(needs(...requires));
  let peer: Peer;
  beforeEach(async () => {
    peer = await start();
  });

  test("text and binary of every size come back equal", async () => {
    const { handle, stream } = await connect({ url: peer.url });
    for (const size of SIZES) {
      const text = "aé漢🙂".repeat(Math.ceil(size / 10)).slice(0, size);
      await handle.send(text);
      expect((await next(stream)) === text).toBe(true);
      const bytes = Uint8Array.from({ length: size }, (_, n) => n & 255);
      await handle.send(bytes);
      expect(Buffer.from((await next(stream)) as Uint8Array).equals(bytes)).toBe(true);
    }
  });

  test("10,000 messages come back in order", async () => {
    const { handle, stream } = await connect({ url: peer.url });
    const all = take(stream, 10_000);
    for (let n = 0; n < 10_000; n += 1) await handle.send(`${n}`);
    expect((await all).every(({ data }, n) => data === `${n}`)).toBe(true);
  });

  test("compression, large and small", async () => {
    const extensions: (string | null)[] = [];
    const handler: WsProtocolHandler = {
      read: () => ({ kind: "update" }),
      onConnect: ({ headers }) => void extensions.push(headers.get("sec-websocket-extensions")),
    };
    const { handle, stream } = await connect({ url: peer.url, compression: true, handler });
    const text = JSON.stringify(Array.from({ length: 10_000 }, (_, id) => ({ id, price: "1.50" })));
    for (const each of [text, "x", text]) {
      await handle.send(each);
      expect((await next(stream)) === each).toBe(true);
    }
    expect(extensions).toEqual([deflate ? expect.stringContaining("permessage-deflate") : null]);
  });

  test("its ping gets a pong, and our pings keep a quiet connection", async () => {
    const { handle, stream } = await connect({ url: peer.url, pingInterval: 20, pongTimeout: 2000 });
    await handle.send("ping");
    expect(await next(stream)).toBe("the pong came");
    // Without pongs it would be over after 2020 ms.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect([handle.epoch, handle.state.status]).toEqual([1, "connected"]);
  });

  test("a subprotocol is chosen, and none without an offer", async () => {
    const chosen: string[] = [];
    const handler: WsProtocolHandler = {
      read: () => ({ kind: "update" }),
      onConnect: ({ protocol }) => void chosen.push(protocol),
    };
    await connect({ url: peer.url, protocols: ["other", "chat"], handler });
    await connect({ url: peer.url, handler });
    expect(chosen).toEqual(["chat", ""]);
  });

  test("a refusal has its status, its body and its Retry-After", async () => {
    const error = await rejection(connect({ url: `${peer.url}refuse` }));
    if (!TransportError.is(error, "WS_HANDSHAKE")) throw error;
    expect(error.details).toMatchObject({ status: 403, retryAfter: 7000 });
    expect(error.details.body).toContain("no entry");
  });

  test("a close with a code of its own is fatal, with its reason", async () => {
    const { handle, stream } = await connect({ url: peer.url });
    await handle.send("close:4001:enough");
    const error = await rejection(stream.next());
    if (!TransportError.is(error, "WS_CLOSED")) throw error;
    expect(error.details).toMatchObject({ code: 4001, by: "server", clean: true });
    expect(error.details.reason).toBe("enough");
    await handle.closed;
  });

  test.each([closes1001 ? "close:1001:going away" : "close:1000:", "cut"])(
    "after %s it connects again",
    async (command) => {
      const { handle, stream } = await connect({ url: peer.url });
      await handle.send("one");
      expect(await next(stream)).toBe("one");
      await handle.send(command);
      await eventually("the second connection", () => handle.epoch === 2 && handle.state.status === "connected");
      await handle.send("two");
      expect(await next(stream)).toBe("two");
    },
  );

  test("after kill -9 and a restart it connects again", async () => {
    const { handle, stream } = await connect({ url: peer.url });
    await handle.send("one");
    expect(await next(stream)).toBe("one");
    await peer.restart();
    await eventually("the second connection", () => handle.epoch === 2 && handle.state.status === "connected");
    await handle.send("two", { whenDown: "wait" });
    expect(await next(stream)).toBe("two");
  });

  test("close() ends with the peer's answer", async () => {
    const connection = await connect({ url: peer.url, closeTimeout: 5000 });
    const began = performance.now();
    await connection.close(1000, "done");
    expect(performance.now() - began).toBeLessThan(4000);
  });
});

test.each(KINDS.filter(({ fragments }) => fragments))("$name: a fragmented message is one message", async (kind) => {
  const peer = await kind.start();
  const { handle, stream } = await connect({ url: peer.url });
  await handle.send("fragments:aé漢🙂b");
  expect(await next(stream)).toBe("fragments:aé漢🙂b");
});
