import { WsConnection } from "hpx-transport/websocket";
import { codeOf, equal, failureOf, truthy, within } from "../../assert.js";
import { type Check, check } from "../../check.js";
import { failures, take, takeData, using } from "./tools.js";

export const closing: readonly Check[] = [
  check("WebSocket: the server's close code and reason are told; a code of its own is fatal", async ({ server }) => {
    const feed = await server.socket({ steps: ["a", { close: 4001, reason: "größer" }] });
    await using({ url: feed.url }, async (opened) => {
      await take(opened, 1);
      const error = await failureOf(() => opened.next());
      const { code, reason, by } = (error as unknown as { details: Record<string, unknown> }).details;
      equal([error.code, code, reason, by], ["WS_CLOSED", 4001, "größer", "server"]);
    });
    const { close } = await feed.gone(1);
    equal(close?.code, 4001, "the answer");
  }),
  check("WebSocket: after 1000, 1001, 1011, 1012 and no code it connects again", async ({ server }) => {
    for (const close of [1000, 1001, 1011, 1012, null]) {
      const feed = await server.socket({ steps: ["a", { close }] }, { steps: ["b"] });
      const { codes, onDisconnect } = failures();
      const handler = { read: () => ({ kind: "update" }) as const, onDisconnect };
      equal(await using({ url: feed.url, handler }, (opened) => takeData(opened, 2)), ["a", "b"], String(close));
      equal(codes[0], "WS_CLOSED");
      await feed.gone(1);
    }
  }),
  check("WebSocket: 1003, 1007 and 1008 are fatal", async ({ server }) => {
    for (const close of [1003, 1007, 1008]) {
      const feed = await server.socket({ steps: ["a", { close }] });
      await using({ url: feed.url }, async (opened) => {
        await take(opened, 1);
        const error = await failureOf(() => opened.next());
        equal([error.code, (error as unknown as { details: { code: number } }).details.code], ["WS_CLOSED", close]);
      });
    }
  }),
  check("WebSocket: an end without a close frame is 1006, and it connects again", async ({ server }) => {
    for (const finish of ["cut", "reset"] as const) {
      const feed = await server.socket({ steps: ["a"], finish }, { steps: ["b"] });
      const codes: unknown[] = [];
      const onDisconnect = (error?: unknown): void => {
        codes.push((error as { details?: { code?: number } } | undefined)?.details?.code);
      };
      const handler = { read: () => ({ kind: "update" }) as const, onDisconnect };
      equal(await using({ url: feed.url, handler }, (opened) => takeData(opened, 2)), ["a", "b"], finish);
      equal(codes[0], 1006, finish);
    }
  }),
  check(
    "WebSocket: close() sends its code and reason, ends the loop, and the server sees the end",
    async ({ server }) => {
      const cases: readonly [args: [code?: number, reason?: string], close: object][] = [
        [[], { code: 1000, reason: "" }],
        [[4000, "größer"], { code: 4000, reason: "größer" }],
      ];
      for (const [args, close] of cases) {
        const feed = await server.socket({ steps: ["a", "b"] });
        const connection = WsConnection.open(feed.url);
        await take(connection, 1);
        await connection.close(...args);
        equal([await connection.next(), connection.state.status], [{ done: true, value: undefined }, "closed"]);
        equal((await feed.gone(1)).close, close);
      }
    },
  ),
  check("WebSocket: after leaving the loop the server sees the end", async ({ server }) => {
    const feed = await server.socket({ steps: ["a", "b", "c"] });
    for await (const { data } of WsConnection.open(feed.url)) if (data === "b") break;
    await feed.gone(1);
  }),
  check("WebSocket: after an abort the loop throws the reason, and the server sees the end", async ({ server }) => {
    const feed = await server.socket({ steps: ["a"] });
    const controller = new AbortController();
    const reason = new Error("enough");
    const error = await failureOf(async () => {
      for await (const _ of WsConnection.open({ url: feed.url, signal: controller.signal })) controller.abort(reason);
    });
    truthy(error === reason, "the loop throws the reason");
    await feed.gone(1);
  }),
  check("WebSocket: close() during a wait between attempts ends it at once", async ({ server }) => {
    const feed = await server.socket({ status: 503, finish: "cut" });
    const reconnect = { initialDelay: 20_000 };
    const connection = WsConnection.open({ url: feed.url, reconnect });
    await feed.gone(1);
    await within(connection.close(), "close()");
    equal(await codeOf(() => connection.opened), "WS_CLOSED");
    equal((await feed.connections()).length, 1);
  }),
  check("WebSocket: close() is over after closeTimeout where the server answers nothing", async ({ can, server }) => {
    const feed = await server.socket({ onClose: "ignore", steps: ["a", { delay: 1500 }], finish: "cut" });
    const connection = WsConnection.open({ url: feed.url, closeTimeout: 100 });
    await take(connection, 1);
    await within(connection.close(), "close()", 1000);
    await within(connection.closed, "closed", 1000);
    // The other runtimes cannot destroy a socket: it is theirs until the server ends it, and keeps their process up.
    const { endedFirst } = await feed.gone(1);
    if (can.ws) truthy(endedFirst, "the client ended the TCP connection");
  }),
];
