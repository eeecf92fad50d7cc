import { SseConnection } from "hpx-transport/sse";

const connection = SseConnection.open("https://example.com/events");
for await (const { data } of connection) console.log(data);

const { attempts, reconnects, reconnectReasons, events, lost, dropped } = connection.stats;
console.log({ attempts, reconnects, reconnectReasons, events, lost, dropped });
