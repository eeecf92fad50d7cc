import { BearerAuth } from "hpx-transport";
import { WsConnection } from "hpx-transport/websocket";

const connection = WsConnection.open({
  url: "wss://example.com/echo",
  auth: new BearerAuth(() => process.env["TOKEN"] ?? "demo"), // asked for each attempt, and once more after a 401
  protocols: ["chat"],
});
await connection.handle.send("hello", { whenDown: "wait" });
for await (const { data } of connection) {
  console.log(typeof data === "string" ? data : `${data.length} bytes`);
  break; // leaving the loop closes the connection
}
