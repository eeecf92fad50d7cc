// The client of NATS alone: atomic batches of 900 with the relay's headers on one subject, one at a time, as one source needs.
import { connect, headers } from "@nats-io/transport-node";
import { randomUUID } from "node:crypto";
import { measured } from "../speed.js";

const { servers, events, replicas } = JSON.parse(process.argv[2] ?? "") as {
  servers: string[];
  events: number;
  replicas: number;
};
const connection = await connect({ servers });
const SIZE = 900;
const data = Buffer.alloc(118, "x");

async function api(name: string, request: object): Promise<void> {
  const answer = await connection.request(`$JS.API.${name}`, JSON.stringify(request), { timeout: 10_000 });
  if (answer.string().includes('"error"')) throw new Error(answer.string());
}

async function write(from: number, until: number): Promise<void> {
  for (let n = from; n <= until;) {
    const batch = randomUUID();
    for (let sequence = 1; sequence <= SIZE; sequence += 1, n += 1) {
      const all = headers();
      const values = { Source: "bare", Event: "trade", Id: String(n), After: "0", N: String(n), At: "1800000000000" };
      for (const [name, value] of Object.entries(values)) all.set(`Hpx-${name}`, value);
      all.set("Hpx-Hash", "0123456789abcdef");
      all.set("Nats-Batch-Id", batch);
      all.set("Nats-Batch-Sequence", String(sequence));
      if (sequence < SIZE) {
        connection.publish("bare.a", data, { headers: all });
        continue;
      }
      all.set("Nats-Batch-Commit", "1");
      const answer = await connection.request("bare.a", data, { headers: all, timeout: 10_000 });
      if (answer.string().includes('"error"')) throw new Error(answer.string());
    }
  }
}

await api("STREAM.CREATE.BARE", {
  name: "BARE",
  subjects: ["bare.>"],
  retention: "limits",
  storage: "file",
  num_replicas: replicas,
  allow_atomic: true,
});
// A cluster answers no append until each server knows a new stream.
await new Promise((resolve) => setTimeout(resolve, 2000));
const warm = Math.ceil(events / 10 / SIZE) * SIZE;
await write(1, warm);
const all = Math.ceil((events * 0.9) / SIZE) * SIZE;
const writes = await measured(() => write(warm + 1, warm + all), all);
await api("STREAM.DELETE.BARE", {});
await connection.close();
process.send?.({ writes });
process.disconnect();
