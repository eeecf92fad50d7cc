import { codeOf, equal, truthy } from "../../assert.js";
import { type Check, check } from "../../check.js";
import { failures, plain, take, takeData, using } from "./tools.js";

const TEXTS = ["", "x", "größer", "日本語 🎈", "é".repeat(40_000)];
const BOM = "\uFEFFa BOM stays";

const GARBLED = ["masked", "rsv1", "data-opcode", "stray-continuation", "interleaved", "invalid-utf8"] as const;

export const messages: readonly Check[] = [
  check("WebSocket: text of any size comes equal, in one frame and in many", async ({ can, server }) => {
    const texts = can.keepsBom ? [...TEXTS, BOM] : TEXTS;
    const steps = texts.flatMap((text) => [text, { message: text, fragments: 100 }]);
    const feed = await server.socket({ steps });
    const got = await using({ url: feed.url }, (opened) => takeData(opened, steps.length));
    equal(
      got,
      texts.flatMap((text) => [text, text]),
    );
  }),
  check("WebSocket: bytes come as bytes that the consumer owns", async ({ server }) => {
    const feed = await server.socket({ steps: [{ bytes: [1, 255] }, { bytes: [] }, { bytes: [0] }] });
    const got = await using({ url: feed.url }, (opened) => take(opened, 3));
    equal(
      got.map(({ data }) => plain(data)),
      [[1, 255], [], [0]],
    );
    for (const { data } of got) {
      truthy(data instanceof Uint8Array && data.buffer.byteLength === data.length, "no view of a shared buffer");
    }
  }),
  check("WebSocket: text and bytes of any size go out, in order", async ({ server }) => {
    const feed = await server.socket({ steps: ["a"] });
    const sent = [...TEXTS, BOM, Uint8Array.of(1, 255), new Uint8Array(0), "last"];
    await using({ url: feed.url }, async ({ handle, opened }) => {
      await opened;
      for (const data of sent) await handle.send(data);
      const { messages: received, violations } = await feed.received(1, sent.length);
      equal(received, sent.map(plain));
      equal(violations, []);
    });
  }),
  check("WebSocket: a message over maxMessageSize ends the connection", async ({ server }) => {
    const feed = await server.socket({ steps: ["x".repeat(100), "x".repeat(101)] });
    await using({ url: feed.url, maxMessageSize: 100 }, async (opened) => {
      await take(opened, 1);
      equal(await codeOf(() => opened.next()), "WS_MESSAGE_TOO_LARGE");
    });
    await feed.gone(1);
    equal((await feed.connections()).length, 1);
  }),
  check(
    "WebSocket: a broken rule of the protocol ends the connection, and the next one goes on",
    async ({ can, server }) => {
      for (const garble of GARBLED.filter((each) => !can.readsGarbled.includes(each))) {
        const feed = await server.socket({ steps: ["a", { garble }] }, { steps: ["b"] });
        const { codes, onDisconnect } = failures();
        const handler = { read: () => ({ kind: "update" }) as const, onDisconnect };
        const options = { url: feed.url, handler, closeTimeout: 100 };
        equal(await using(options, (opened) => takeData(opened, 2)), ["a", "b"], garble);
        truthy(codes[0] === "WS_PROTOCOL" || codes[0] === "WS_CLOSED", `${garble}: ${String(codes[0])}`);
        await feed.gone(1);
      }
    },
  ),
  check("WebSocket: a consumer that stops loses nothing, or is told what was dropped", async ({ can, server }) => {
    const steps = Array.from({ length: 300 }, (_, n) => String(n));
    const feed = await server.socket({ steps: ["first", { receive: 1 }, ...steps] });
    await using({ url: feed.url, eventCapacity: 10 }, async (opened) => {
      await take(opened, 1);
      await opened.handle.send("go on");
      const [next] = await take(opened, 1);
      const rest = [next, ...(await takeUntil(opened, "299"))];
      const missing = rest.reduce((sum, message) => sum + Number(message?.gap?.missing ?? 0), 0);
      equal([rest.length + missing, opened.stats.dropped], [300, missing]);
      if (can.ws) equal(missing, 0);
    });
  }),
];

async function takeUntil(opened: Parameters<typeof take>[0], last: string): Promise<Awaited<ReturnType<typeof take>>> {
  const got = await take(opened, 1);
  while (got.at(-1)?.data !== last) got.push(...(await take(opened, 1)));
  return got;
}
