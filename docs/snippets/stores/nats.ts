import { Kvm } from "@nats-io/kv";
import { connect } from "@nats-io/transport-node";
import { DurableCursor } from "hpx-transport/durable";
import { NatsCursorStore } from "hpx-transport/durable/nats";
import { SseConnection } from "hpx-transport/sse";

const connection = await connect({ servers: process.env["NATS_URL"] ?? "nats://127.0.0.1" });
const kv = await new Kvm(connection).create("cursors", { allow_direct: false });

let fills = 0;
const cursor = new DurableCursor({ name: "fills", store: new NatsCursorStore(kv) });
for await (const fill of SseConnection.open({ url: "https://example.com/fills", cursor })) {
  connection.publish("fills", fill.data); // at least once: a consumer that needs more compares the ids
  fills += 1;
}
await cursor.flush();
console.log({ fills });
await connection.drain();
