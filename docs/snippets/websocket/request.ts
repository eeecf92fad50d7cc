import { TransportError } from "hpx-transport";
import { JsonRpcHandler, WsConnection } from "hpx-transport/websocket";

await using connection = WsConnection.open({ url: "wss://example.com/rpc", handler: new JsonRpcHandler() });
const { handle } = connection;

console.log(await handle.request<string>({ method: "eth_blockNumber" }));
try {
  await handle.request({ method: "eth_sendRawTransaction", params: ["0x02"] }, { timeout: 5000 });
} catch (error) {
  if (TransportError.is(error, "REQUEST_FAILED")) console.log("the server refused it:", error.details.code);
  // It may have been done: look before you send it again. It is never sent twice by itself.
  else if (TransportError.is(error, "REQUEST_LOST") && error.details.sent) console.log("outcome unknown");
  else throw error;
}
const heads = handle.subscribe("newHeads"); // the server gives it an id, anew on each connection
for await (const { value } of heads) {
  console.log((value as { number: string }).number);
  break; // unsubscribes
}
