import { jetstream } from "@nats-io/jetstream";
import { Kvm } from "@nats-io/kv";
import { connect } from "@nats-io/transport-node";
import { NatsCursorStore, type NatsKv } from "hpx-transport/durable/nats";
import { connect as connectOld } from "nats";
import { keyOf } from "../../../src/durable/nats/entry.js";
import type { OpenedStore } from "../../durable/processes/open-store.js";

/** What the tests use of a bucket, of either client. */
interface Bucket extends NatsKv {
  put(key: string, value: string): Promise<number>;
  keys(): Promise<AsyncIterable<string>>;
}

/** A client of NATS, with buckets. */
interface Client {
  readonly bucket: (
    name: string,
    options: { allow_direct: false; history?: number; replicas: number },
  ) => Promise<Bucket>;
  readonly close: () => Promise<void>;
}

const patient = { maxReconnectAttempts: -1, reconnectTimeWait: 100 };

/** A store over a bucket of `@nats-io/kv`. `place`: the servers, and the bucket's name as the path; `?replicas=3` in a cluster. */
export async function openNats(place: string): Promise<OpenedStore> {
  return await opened(place, async (servers) => {
    const connection = await connect({ servers, ...patient });
    const kvm = new Kvm(jetstream(connection));
    return { bucket: (name, options) => kvm.create(name, options), close: () => connection.close() };
  });
}

/** The same over a bucket of the older package nats. */
export async function openOldNats(place: string): Promise<OpenedStore> {
  return await opened(place, async (servers) => {
    const connection = await connectOld({ servers, ...patient });
    const { views } = connection.jetstream();
    return { bucket: (name, options) => views.kv(name, options), close: () => connection.close() };
  });
}

async function opened(place: string, connected: (servers: string[]) => Promise<Client>): Promise<OpenedStore> {
  const { host, pathname, searchParams } = new URL(place);
  const client = await connected([host, ...searchParams.getAll("server")]);
  const name = pathname.slice(1);
  const replicas = Number(searchParams.get("replicas") ?? 1);
  const kv = await patiently(() => client.bucket(name, { allow_direct: false, replicas }));
  const ledger = await patiently(() => client.bucket(`${name}-ledger`, { allow_direct: false, history: 64, replicas }));
  return {
    store: new NatsCursorStore(kv),
    ledger: {
      // A key for each event and time: what is written twice is there twice.
      add: async (id) => void (await ledger.put(`${id}.${process.pid}-${Date.now()}`, "")),
      read: async () => {
        const keys: string[] = [];
        for await (const key of await ledger.keys()) keys.push(key.split(".")[0] ?? "");
        return keys;
      },
    },
    damage: async (key) => void (await kv.put(keyOf(key), "{")),
    close: client.close,
  };
}

/** A cluster elects a leader for each bucket, which takes longer than the client waits where the machine is busy. */
async function patiently<T>(make: () => Promise<T>): Promise<T> {
  for (let left = 5; ; left -= 1) {
    try {
      return await make();
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}
