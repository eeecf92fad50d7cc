import { WsConnection, type WsConnectInfo } from "hpx-transport/websocket";
import { ApiKeyAuth } from "hpx-transport";
import { NodeClient } from "hpx-transport/http";
import { codeOf, equal, failureOf, truthy, within } from "../../assert.js";
import { type Check, check } from "../../check.js";
import { failures, takeData, using } from "./tools.js";

export const opening: readonly Check[] = [
  check("WebSocket: the handshake is that of RFC 6455, and the path and the query arrive", async ({ server }) => {
    const feed = await server.socket({ steps: ["a"] });
    await using({ url: `${feed.url}/path?token=%20x` }, async (opened) => {
      equal(await takeData(opened, 1), ["a"]);
      equal([opened.state.status, opened.handle.epoch], ["connected", 1]);
    });
    const { headers, url, violations } = await feed.received(1);
    truthy(url.endsWith("/path?token=%20x"), url);
    equal([headers["upgrade"]?.toLowerCase(), headers["sec-websocket-version"]], ["websocket", "13"]);
    equal([/\bupgrade\b/i.test(headers["connection"] ?? ""), violations], [true, []]);
  }),
  check(
    "WebSocket: headers and a signature go out, or are CONFIG where a runtime sends none",
    async ({ can, server }) => {
      const feed = await server.socket({ steps: ["a"] });
      const signed = { url: feed.url, auth: ApiKeyAuth.header("X-Api-Key", "k") };
      if (!can.socketHeaders) {
        equal(await codeOf(() => using({ url: feed.url, headers: { "X-Own": "1" } }, async () => {})), "CONFIG");
        equal(await codeOf(() => using(signed, (opened) => opened.opened)), "CONFIG");
        return equal(await feed.connections(), []);
      }
      await using({ ...signed, headers: { "X-Own": "1" } }, (opened) => takeData(opened, 1));
      const { headers } = await feed.received(1);
      equal([headers["x-api-key"], headers["x-own"]], ["k", "1"]);
    },
  ),
  check("WebSocket: a key in the query goes out in every runtime", async ({ server }) => {
    const feed = await server.socket({ steps: ["a"] });
    await using({ url: feed.url, auth: ApiKeyAuth.query("key", "k") }, (opened) => takeData(opened, 1));
    truthy((await feed.received(1)).url.endsWith("?key=k"), "the key is in the URL");
  }),
  check("WebSocket: the server chooses one of the subprotocols, or none", async ({ server }) => {
    for (const protocol of ["b", null]) {
      const feed = await server.socket({ protocol, steps: ["a"] });
      const infos: WsConnectInfo[] = [];
      const handler = {
        read: () => ({ kind: "update" }) as const,
        onConnect: (info: WsConnectInfo) => infos.push(info),
      };
      // A browser refuses an answer without a subprotocol where some were offered.
      const protocols = protocol === null ? undefined : ["a", "b"];
      await using({ url: feed.url, protocols, handler }, (opened) => takeData(opened, 1));
      equal(
        infos.map((info) => info.protocol),
        [protocol ?? ""],
      );
      equal((await feed.received(1)).headers["sec-websocket-protocol"]?.replaceAll(" ", ""), protocols?.join());
    }
  }),
  check("WebSocket: messages that come with the 101 are not lost", async ({ server }) => {
    const feed = await server.socket({ headWithBody: true, steps: ["a", "b", { bytes: [1] }] });
    equal(await using({ url: feed.url }, (opened) => takeData(opened, 3)), ["a", "b", [1]]);
  }),
  check("WebSocket: a refusal is WS_HANDSHAKE, or CONNECT where a runtime hides it", async ({ can, server }) => {
    const feed = await server.socket({ status: 403, body: "no entry", finish: "cut" });
    const error = await failureOf(() => using({ url: feed.url, reconnect: false }, (opened) => opened.opened));
    if (!can.socketRefusals) return equal(error.code, "CONNECT");
    const { status, body } = (error as unknown as { details: { status: number; body: string } }).details;
    equal([error.code, status, body], ["WS_HANDSHAKE", 403, "no entry"]);
  }),
  check("WebSocket: after a refusal with 503 it is tried again", async ({ can, server }) => {
    const feed = await server.socket({ status: 503, headers: { "retry-after": "1" }, finish: "cut" }, { steps: ["a"] });
    const { codes, onDisconnect } = failures();
    const handler = { read: () => ({ kind: "update" }) as const, onDisconnect };
    const before = performance.now();
    equal(await using({ url: feed.url, handler }, (opened) => takeData(opened, 1)), ["a"]);
    equal(codes[0], can.socketRefusals ? "WS_HANDSHAKE" : "CONNECT");
    if (can.socketRefusals) truthy(performance.now() - before > 950, "it waited as long as Retry-After says");
  }),
  check("WebSocket: a redirect is followed where the runtime shows it", async ({ can, server }) => {
    const target = await server.socket({ steps: ["a"] });
    const feed = await server.socket({ status: 307, headers: { location: target.url }, finish: "cut" });
    const run = (): Promise<unknown> => using({ url: feed.url, reconnect: false }, (opened) => takeData(opened, 1));
    if (can.socketRefusals) equal(await run(), ["a"]);
    else equal(await codeOf(run), "CONNECT");
  }),
  check("WebSocket: an abort while connecting is thrown, and nothing is left", async ({ server }) => {
    const feed = await server.socket({ head: false });
    const controller = new AbortController();
    const connection = WsConnection.open({ url: feed.url, signal: controller.signal });
    await feed.received(1);
    const reason = new Error("enough");
    controller.abort(reason);
    truthy((await failureOf(() => connection.opened)) === reason, "it rejects with the reason");
    await within(connection.closed, "closed");
    await feed.gone(1);
  }),
  check("WebSocket: close() while connecting ends it, and nothing is left", async ({ server }) => {
    const feed = await server.socket({ head: false });
    const connection = WsConnection.open({ url: feed.url });
    await feed.received(1);
    await within(connection.close(), "close()");
    equal(await codeOf(() => connection.opened), "WS_CLOSED");
    await feed.gone(1);
  }),
  check("WebSocket: connectTimeout ends a connection that never gets through TLS", async ({ can, server }) => {
    const options = {
      url: `wss://${server.silent}/`,
      connectTimeout: 200,
      handshakeTimeout: 200,
      reconnect: false,
    } as const;
    const error = await failureOf(() => using(options, (opened) => opened.opened));
    const { phase } = (error as unknown as { details: { phase: string } }).details;
    // The other runtimes do not tell a connection from a handshake.
    equal([error.code, phase], ["TIMEOUT", can.ws ? "connect" : "handshake"]);
    if (can.dropsUnopened) await server.silentIsIdle();
  }),
  check("WebSocket: handshakeTimeout ends a handshake without an answer, which is tried again", async ({ server }) => {
    const feed = await server.socket({ head: false }, { steps: ["a"] });
    const { codes, onDisconnect } = failures();
    const handler = { read: () => ({ kind: "update" }) as const, onDisconnect };
    const options = { url: feed.url, connectTimeout: 150, handshakeTimeout: 150, handler };
    equal(await using(options, (opened) => takeData(opened, 1)), ["a"]);
    equal(codes[0], "TIMEOUT");
    await feed.gone(1);
  }),
  check("WebSocket: options that the runtime cannot honour are CONFIG", async ({ can, server }) => {
    const feed = await server.socket({ answers: true });
    const asked = [{ pingInterval: 1000 }, { overflow: "wait" }, { compression: true }] as const;
    for (const option of asked) {
      const open = (): Promise<void> => using({ url: feed.url, ...option, reconnect: false }, async () => {});
      if (can.ws) await open();
      else equal(await codeOf(open), "CONFIG", JSON.stringify(option));
    }
    // Elsewhere there is no NodeClient.
    if (can.ws) await using({ url: feed.url, client: new NodeClient(), reconnect: false }, async () => {});
    else equal(await codeOf(() => new NodeClient()), "CONFIG");
  }),
];
