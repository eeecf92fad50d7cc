import { SseConnection } from "hpx-transport/sse";
import { EventLedger, FaultProxy, MockSseServer, randomFaults } from "hpx-transport/testing";

await using server = await MockSseServer.start();
await using proxy = await FaultProxy.start({ target: server.url });
proxy.otherwise(randomFaults({ seed: 42, faults: ["cut", "reset", "split"], bytes: 2000 }));
const ledger = new EventLedger();
for (let n = 1; n <= 100; n += 1) {
  const data = `event ${n}`;
  ledger.sent(server.publish({ data }), data);
}

const connection = SseConnection.open({ url: proxy.url, reconnect: { initialDelay: 1, maxDelay: 20 } });
for await (const { id, data } of connection) {
  ledger.received(id, data);
  if (ledger.counts.pending === 0) break;
}
const { received, lost, duplicated } = ledger.counts;
console.log(received, lost, duplicated); // 100 0 0
