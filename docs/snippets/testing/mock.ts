import { SseConnection } from "hpx-transport/sse";
import { MockSseServer } from "hpx-transport/testing";

await using server = await MockSseServer.start();
server.reply({ body: "id: 1\ndata: a\n\n", finish: "cut" }, { status: 503 }, { body: "data: b\n\n", finish: "hold" });

const connection = SseConnection.open({ url: server.url, reconnect: { initialDelay: 1 } });
console.log((await connection.next()).value?.data, (await connection.next()).value?.data); // a b
console.log(server.requests.map((request) => request.lastEventId)); // [undefined, "1", "1"]
await connection.close();
