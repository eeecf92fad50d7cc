import { SseConnection } from "hpx-transport/sse";
import { FaultProxy, MockSseServer } from "hpx-transport/testing";

const server = await MockSseServer.start();
const proxy = await FaultProxy.start({ target: server.url });
for (const data of ["a", "b", "c"]) server.publish({ data }); // the server keeps them, with the ids 1, 2 and 3

proxy.plan(
  { fault: "cut", after: 190 }, // FIN, in the middle of the second event
  { fault: "reset", after: 190 }, // RST, at the same position of the next response
  { fault: "split", bytes: 1 }, // then each byte in a write of its own
);

const connection = SseConnection.open({ url: proxy.url, reconnect: { initialDelay: 1 } });
for await (const { id, data } of connection) {
  console.log(id, data);
  if (data === "c") break;
}
console.log(proxy.stats.cut, proxy.stats.reset, proxy.stats.split);
await proxy.close();
await server.close();
