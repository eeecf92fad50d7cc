import { mock } from "node:test";
import { SseConnection } from "hpx-transport/sse";
import { MockSseServer } from "hpx-transport/testing";

await using server = await MockSseServer.start();
server.reply({ body: "data: a\n\n" }, { body: "data: b\n\n", finish: "hold" });

mock.timers.enable({ apis: ["setTimeout"] });
const connection = SseConnection.open(
  { url: server.url, reconnect: { initialDelay: 60_000, jitter: 0 } },
  {
    // The wait begins after this call.
    onStateChange: ({ status }) => void (status === "reconnecting" && setImmediate(() => mock.timers.tick(60_000))),
  },
);
for await (const { data } of connection) {
  console.log(data); // a and b, without a minute between them
  if (data === "b") break;
}
mock.timers.reset();
