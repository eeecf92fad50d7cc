// The server of a run: two origins for HTTP, one for WebSockets, and a port that says nothing; the contract scripts the
// answers. `node main.js PAGE_BUNDLE` sends their names to its parent.
import { readFile } from "node:fs/promises";
import { type Exchange, MockSseServer, MockWsServer } from "hpx-transport/testing";
import type { FeedReply, SocketReply } from "../contract/protocol.js";
import { Feeds } from "./feeds.js";
import { SilentServer } from "./silent.js";
import { Sockets } from "./sockets.js";

const feeds = new Feeds();
const sockets = new Sockets();
const silent = await SilentServer.start();
const bundle = process.argv[2] ?? "";

/** Also answers invalid requests, so that a mistake in the contract gets an error. */
async function route(exchange: Exchange): Promise<void> {
  const { method, url, text } = exchange.request;
  const [, room, id = "", verb, n, messages] = url.split("?", 1)[0]?.split("/") ?? [];
  if (room === "feed") return await feeds.answer(id, exchange);
  if (room === "page.html") return await send(exchange, "text/html", "<!doctype html><script src=page.js></script>");
  if (room === "page.js") return await send(exchange, "text/javascript", await readFile(bundle, "utf8"));
  if (room === "silent") return await json(exchange, await silent.idle());
  if (room === "sockets") {
    if (method === "POST") return await json(exchange, sockets.create(JSON.parse(text) as SocketReply[]));
    if (verb === "gone") return await json(exchange, await sockets.gone(id, Number(n)));
    if (verb === "received") return await json(exchange, await sockets.received(id, Number(n), Number(messages)));
    return await json(exchange, sockets.connections(id));
  }
  if (room !== "control") return await exchange.play({ status: 404 });
  if (method === "POST") return await json(exchange, feeds.create(JSON.parse(text) as FeedReply[]));
  if (verb === "gone") return await json(exchange, await feeds.gone(id, Number(n)));
  return await json(exchange, verb === "sent" ? feeds.sent(id) : feeds.requests(id));
}

async function json(exchange: Exchange, value: unknown): Promise<void> {
  await send(exchange, "application/json", JSON.stringify(value));
}

async function send(exchange: Exchange, type: string, body: string): Promise<void> {
  await exchange.play({ headers: { "content-type": type, "cache-control": "no-store" }, body });
}

const servers = [await MockSseServer.start(), await MockSseServer.start()] as const;
for (const server of servers) server.otherwise(route);
const [server, elsewhere] = servers.map(({ url }) => new URL(url).origin);
const socketServer = await MockWsServer.start();
socketServer.otherwise(async (connection) => await sockets.serve(connection));
process.send?.({ server, elsewhere, sockets: socketServer.url.replace(/\/$/, ""), silent: silent.host });
// The runner has ended, so no request will come.
process.once("disconnect", () => {
  void Promise.all([...servers, socketServer, silent].map(async (each) => await each.close()));
});
