import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { type KV, Kvm, type KvOptions } from "@nats-io/kv";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import type { Claim } from "hpx-transport/durable";
import { NatsCursorStore } from "hpx-transport/durable/nats";
import { expect, onTestFinished, test } from "vitest";
import { recordOf } from "../durable/stores/conformance.js";
import { rejection } from "../support/promises.js";
import { natsServer } from "./servers/nats.js";
import { sharedServer } from "./servers/server.js";

const server = sharedServer(natsServer);
const lasting = { code: "CURSOR_STORE", retryable: false, details: { name: "a", operation: "claim" } };
let buckets = 0;

interface Bucket {
  readonly connection: NatsConnection;
  readonly kv: KV;
  readonly store: NatsCursorStore;
  readonly claim: Claim;
}

async function claimed(options: Partial<KvOptions> = {}): Promise<Bucket> {
  const connection = await connect({ servers: `127.0.0.1:${server().port}` });
  onTestFinished(() => connection.close());
  buckets += 1;
  const kv = await new Kvm(jetstream(connection)).create(`problems-${buckets}`, { allow_direct: false, ...options });
  const store = new NatsCursorStore(kv);
  const claim = await store.claim("a");
  await store.save("a", recordOf("a", claim, 1), claim);
  return { connection, kv, store, claim };
}

const remember = Array.from({ length: 5000 }, () => "0123456789abcdef");

test("a bucket that is full refuses the save with what to do; the record before it stays", async () => {
  const { store, claim } = await claimed({ max_bytes: 10_000 });
  const error = await rejection(store.save("a", recordOf("a", claim, 2, { remember }), claim));
  expect(String(error)).toMatch(
    /^Error: NatsCursorStore, key "a": .*(the bucket is full; raise its max_bytes|too large)/,
  );
  await store.save("a", recordOf("a", claim, 3), claim);
  expect((await store.claim("a")).record).toMatchObject({ version: 3 });
});

test("a record that is too large for the bucket is refused with what to do", async () => {
  const { store, claim } = await claimed({ maxValueSize: 10_000 });
  const error = await rejection(store.save("a", recordOf("a", claim, 2, { remember }), claim));
  expect(String(error)).toMatch(
    /the record is larger than the bucket's max_value_size; raise it, or lower the option remember/,
  );
  await store.save("a", recordOf("a", claim, 3), claim);
});

test("a bucket that is gone is an error at once", async () => {
  const { connection, kv, store } = await claimed();
  const { streamInfo } = await kv.status();
  await (await jetstreamManager(connection)).streams.delete(streamInfo.config.name);
  const error = await rejection(store.claim("a"));
  expect(error).toMatchObject(lasting);
  expect(String(error)).toMatch(/NatsCursorStore, key "a": the bucket does not exist; make it with Kvm.create\(\)/);
});

test.each(["{", "", "null", "[]", '{"epoch":1}', '{"epoch":1,"version":1,"record":{"v":1}}'])(
  "the entry %j is damaged: an error at once that says so",
  async (text) => {
    const { kv, store, claim } = await claimed();
    await kv.put("a", text);
    const error = await rejection(store.claim("a"));
    expect(error).toMatchObject(lasting);
    expect(String(error)).toMatch(/cursor "a": NatsCursorStore, key "a": .* is damaged; restore it, or delete it/);
    expect(String(await rejection(store.save("a", recordOf("a", claim, 2), claim)))).toMatch(/damaged/);
  },
);

test("a key that is deleted or purged begins anew at the next claim; under a claim it is told", async () => {
  for (const how of ["delete", "purge"] as const) {
    const { kv, store, claim } = await claimed();
    await kv[how]("a");
    const gone = await rejection(store.save("a", recordOf("a", claim, 2), claim));
    expect(String(gone)).toMatch(/the record of "a" is gone: it was deleted, or the server lost its last writes/);
    expect(await store.claim("a")).toEqual({ epoch: 1, record: undefined });
  }
});

test("an entry that is put back under a claim is told; it is no other consumer", async () => {
  const { kv, store } = await claimed();
  const before = (await kv.get("a"))?.value ?? new Uint8Array();
  const second = await store.claim("a");
  await kv.put("a", before);
  const older = await rejection(store.save("a", recordOf("a", second, 2), second));
  expect(String(older)).toMatch(/the record of "a" is older than this claim/);
});

test("a store that another one always overtakes gives up after a while", async () => {
  const { kv, store, claim } = await claimed();
  const busy = {
    get: kv.get.bind(kv),
    create: kv.create.bind(kv),
    update: async (key: string, value: Uint8Array, revision: number) => {
      await kv.put(key, (await kv.get(key))?.value ?? value);
      return await kv.update(key, value, revision);
    },
  };
  const error = await rejection(new NatsCursorStore(busy).save("a", recordOf("a", claim, 2), claim));
  expect(String(error)).toMatch(/wrong last sequence/);
  await store.save("a", recordOf("a", claim, 2), claim);
});
