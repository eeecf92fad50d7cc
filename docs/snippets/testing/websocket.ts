import { MockWsServer } from "hpx-transport/testing";
import { WsConnection } from "hpx-transport/websocket";

await using server = await MockWsServer.start();
server.reply(
  { status: 503, headers: { "retry-after": "1" } }, // the first handshake
  { steps: [{ receive: 1 }, "hello back", { ping: "are you there" }], finish: "reset" },
  { steps: ["again", { garble: "masked" }], finish: "hold" }, // against RFC 6455
);

const connection = WsConnection.open({ url: server.url, reconnect: { initialDelay: 1 } });
await connection.handle.send("hello", { whenDown: "wait" });
console.log((await connection.next()).value?.data, (await connection.next()).value?.data);
console.log((await server.connection(2)).texts, (await server.connection(3)).violations);
await connection.close();
