import { jetstream } from "@nats-io/jetstream";
import { Kvm } from "@nats-io/kv";
import { connect } from "@nats-io/transport-node";
import { NatsCursorStore } from "hpx-transport/durable/nats";
import type { OpenedStore } from "../../durable/processes/open-store.js";
import { keyOf } from "../../../src/durable/nats/entry.js";

/** A store over a bucket of `@nats-io/kv`. The name of the bucket is the path of `place`. */
export async function openNats(place: string): Promise<OpenedStore> {
  const { host, pathname } = new URL(place);
  const connection = await connect({ servers: host, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
  const bucket = pathname.slice(1);
  const kvm = new Kvm(jetstream(connection));
  const kv = await kvm.create(bucket, { allow_direct: false });
  const ledger = await kvm.create(`${bucket}-ledger`, { allow_direct: false, history: 64 });
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
    damage: async (name) => void (await kv.put(keyOf(name), "{")),
    close: () => connection.close(),
  };
}
