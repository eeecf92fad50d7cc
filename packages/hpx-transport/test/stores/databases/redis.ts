import { createClient } from "@redis/client";
import { RedisCursorStore } from "hpx-transport/durable/redis";
import { Redis } from "ioredis";
import type { OpenedStore } from "../../durable/processes/open-store.js";

/** The URL of the server, and the prefix of the keys as its fragment. */
function parts(place: string): { url: string; prefix: string } {
  const { href, hash } = new URL(place);
  return { url: href.slice(0, href.length - hash.length), prefix: hash.slice(1) };
}

/** A store over a client of node-redis. */
export async function openNodeRedis(place: string): Promise<OpenedStore> {
  const { url, prefix } = parts(place);
  const client = createClient({ url });
  client.on("error", () => {});
  await client.connect();
  return {
    store: new RedisCursorStore(client, { prefix }),
    ledger: {
      add: async (id) => void (await client.rPush(`${prefix}ledger`, id)),
      read: () => client.lRange(`${prefix}ledger`, 0, -1),
    },
    damage: async (name) => void (await client.hSet(prefix + name, "record", "{")),
    close: async () => {
      if (client.isOpen) client.destroy();
    },
  };
}

/** A store over a client of ioredis. */
export async function openIoredis(place: string): Promise<OpenedStore> {
  const { url, prefix } = parts(place);
  const client = new Redis(url);
  client.on("error", () => {});
  return {
    store: new RedisCursorStore(client, { prefix }),
    ledger: {
      add: async (id) => void (await client.rpush(`${prefix}ledger`, id)),
      read: () => client.lrange(`${prefix}ledger`, 0, -1),
    },
    damage: async (name) => void (await client.hset(prefix + name, "record", "{")),
    close: async () => client.disconnect(),
  };
}
