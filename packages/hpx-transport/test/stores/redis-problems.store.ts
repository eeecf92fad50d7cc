import { createClient } from "@redis/client";
import type { Claim } from "hpx-transport/durable";
import { RedisCursorStore } from "hpx-transport/durable/redis";
import { Redis } from "ioredis";
import { describe, expect, onTestFinished, test } from "vitest";
import { recordOf } from "../durable/stores/conformance.js";
import { rejection } from "../support/promises.js";
import { redisServer } from "./servers/redis.js";
import { sharedServer } from "./servers/server.js";

const server = sharedServer(redisServer);
const lasting = { code: "CURSOR_STORE", retryable: false, details: { name: "a", operation: "claim" } };

interface Client {
  readonly store: RedisCursorStore;
  /** Any command. */
  readonly send: (...command: string[]) => Promise<unknown>;
}

type Connect = (login?: string) => Promise<Client>;

const nodeRedis: Connect = async (login = "") => {
  const client = createClient({ url: `redis://${login}127.0.0.1:${server().port}` });
  client.on("error", () => {});
  await client.connect();
  onTestFinished(() => client.destroy());
  return { store: new RedisCursorStore(client), send: (...command) => client.sendCommand(command) };
};

const ioredis: Connect = async (login = "") => {
  const client = new Redis(`redis://${login}127.0.0.1:${server().port}`);
  client.on("error", () => {});
  onTestFinished(() => client.disconnect());
  return {
    store: new RedisCursorStore(client),
    send: (command = "", ...values) => client.call(command, ...values),
  };
};

describe.each([
  ["@redis/client", nodeRedis],
  ["ioredis", ioredis],
])("RedisCursorStore over %s", (_, connect) => {
  async function claimed(): Promise<Client & { claim: Claim }> {
    const client = await connect();
    await client.send("FLUSHALL");
    const claim = await client.store.claim("a");
    await client.store.save("a", recordOf("a", claim, 1), claim);
    return { ...client, claim };
  }

  test("a full memory refuses the save with what to do; the next one succeeds", async () => {
    const { store, send, claim } = await claimed();
    await send("CONFIG", "SET", "maxmemory", "1");
    onTestFinished(async () => void (await send("CONFIG", "SET", "maxmemory", "0")));
    const error = await rejection(store.save("a", recordOf("a", claim, 2), claim));
    expect(String(error)).toMatch(/^Error: RedisCursorStore, key "hpx-cursor:a": the server's memory is full/);
    expect(await rejection(store.claim("a"))).toMatchObject({ ...lasting, retryable: true });
    await send("CONFIG", "SET", "maxmemory", "0");
    await store.save("a", recordOf("a", claim, 3), claim);
    expect((await store.claim("a")).record).toMatchObject({ version: 3 });
  });

  test("a replica refuses the save with what to do, and it can be tried again", async () => {
    const { store, send, claim } = await claimed();
    await send("REPLICAOF", "127.0.0.1", "1");
    onTestFinished(async () => void (await send("REPLICAOF", "NO", "ONE")));
    const error = await rejection(store.save("a", recordOf("a", claim, 2), claim));
    expect(String(error)).toMatch(/the server is a replica; connect to the primary server/);
    expect(await rejection(store.claim("a"))).toMatchObject({ ...lasting, retryable: true });
    await send("REPLICAOF", "NO", "ONE");
    await store.save("a", recordOf("a", claim, 2), claim);
  });

  test("a key of another type is an error at once", async () => {
    const { store, send } = await claimed();
    await send("SET", "hpx-cursor:a", "text");
    const error = await rejection(store.claim("a"));
    expect(error).toMatchObject(lasting);
    expect(String(error)).toMatch(/key "hpx-cursor:a": the key is there and is no hash; change the option prefix/);
    await send("DEL", "hpx-cursor:a");
    await send("HSET", "hpx-cursor:a", "epoch", "many");
    expect(await rejection(store.claim("a"))).toMatchObject(lasting);
  });

  test("a user without rights is an error at once", async () => {
    const { send } = await claimed();
    await send("ACL", "SETUSER", "reader", "on", ">secret-1", "~*", "+@read", "+ping", "+client", "+hello", "+info");
    const { store } = await connect("reader:secret-1@");
    const error = await rejection(store.claim("a"));
    expect(error).toMatchObject(lasting);
    expect(String(error)).toMatch(/the user lacks the rights; allow EVAL, HGET, HSET and HINCRBY/);
    expect(String(error)).not.toContain("secret-1");
  });

  test("a record that is deleted, or put back, under a claim is told; it is no other consumer", async () => {
    const { store, send } = await claimed();
    const second = await store.claim("a");
    await send("HSET", "hpx-cursor:a", "epoch", "1");
    const older = await rejection(store.save("a", recordOf("a", second, 2), second));
    expect(String(older)).toMatch(/the record of "a" is older than this claim/);
    await send("DEL", "hpx-cursor:a");
    const gone = await rejection(store.save("a", recordOf("a", second, 2), second));
    expect(String(gone)).toMatch(/the record of "a" is gone: it was deleted, or the server lost its last writes/);
    expect(await send("EXISTS", "hpx-cursor:a")).toBe(0);
  });
});
