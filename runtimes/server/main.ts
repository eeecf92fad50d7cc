// The server of a run, with two origins; the contract scripts its answers. `node main.js PAGE_BUNDLE` prints the
// origins.
import { readFile } from "node:fs/promises";
import { type Exchange, MockSseServer } from "hpx-transport/testing";
import type { FeedReply } from "../contract/protocol.js";
import { Feeds } from "./feeds.js";

const feeds = new Feeds();
const bundle = process.argv[2] ?? "";

/** Also answers invalid requests, so that a mistake in the contract gets an error. */
async function route(exchange: Exchange): Promise<void> {
  const { method, url, text } = exchange.request;
  const [, room, id = "", verb, n] = url.split("?", 1)[0]?.split("/") ?? [];
  if (room === "feed") return await feeds.answer(id, exchange);
  if (room === "page.html") return await send(exchange, "text/html", "<!doctype html><script src=page.js></script>");
  if (room === "page.js") return await send(exchange, "text/javascript", await readFile(bundle, "utf8"));
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
process.send?.({ server, elsewhere });
// The runner has ended, so no request will come.
process.once("disconnect", () => void Promise.all(servers.map(async (each) => await each.close())));
