import { equal, truthy } from "../../assert.js";
import { type Check, check } from "../../check.js";
import { failures, take, takeData, using } from "./tools.js";

const read = () => ({ kind: "update" }) as const;

export const heartbeats: readonly Check[] = [
  check("WebSocket: a ping of the server gets a pong with its payload", async ({ server }) => {
    const feed = await server.socket({ steps: [{ ping: "größer" }, "a"] });
    await using({ url: feed.url }, async (opened) => {
      await take(opened, 1);
      await opened.handle.send("the pong is before this");
      const { pongs, frames } = await feed.received(1, 1);
      equal([pongs, frames.indexOf("pong") < frames.indexOf("text")], [["größer"], true]);
    });
  }),
  check("WebSocket: our ping frames keep a quiet connection, where there are some", async ({ can, server }) => {
    if (!can.ws) return;
    const feed = await server.socket({ steps: ["a", { delay: 400 }, "b"] });
    await using({ url: feed.url, pingInterval: 30, pongTimeout: 150 }, async (opened) => {
      equal(await takeData(opened, 2), ["a", "b"]);
      equal(opened.handle.epoch, 1);
    });
    truthy((await feed.gone(1)).frames.filter((kind) => kind === "ping").length > 3, "it sent pings");
  }),
  check("WebSocket: a server that is silent after a heartbeat of ours is PONG_TIMEOUT", async ({ can, server }) => {
    const feed = await server.socket({ pongs: false, steps: ["a"] }, { steps: ["b"] });
    const { codes, onDisconnect } = failures();
    // Where the runtime has no ping frames, the handler's messages are the heartbeat.
    const handler = { read, onDisconnect, ...(!can.ws && { ping: () => "ping" }) };
    const options = { url: feed.url, handler, pingInterval: 50, pongTimeout: 50 };
    equal(await using(options, (opened) => takeData(opened, 2)), ["a", "b"]);
    equal(codes[0], "PONG_TIMEOUT");
    await feed.gone(1);
  }),
  check("WebSocket: silence longer than idleTimeout causes a reconnect", async ({ server }) => {
    const feed = await server.socket({ steps: ["a"] }, { steps: ["b"] });
    const { codes, onDisconnect } = failures();
    const options = { url: feed.url, handler: { read, onDisconnect }, idleTimeout: 150 };
    equal(await using(options, (opened) => takeData(opened, 2)), ["a", "b"]);
    equal(codes[0], "IDLE_TIMEOUT");
    await feed.gone(1);
  }),
];
