import { HmacAuth } from "hpx-transport";
import { SseConnection } from "hpx-transport/sse";

const { API_KEY = "demo", API_SECRET = "demo" } = process.env;
const auth = new HmacAuth({ recipe: "bybit", key: API_KEY, secret: API_SECRET });
await using connection = await SseConnection.connectWithAuth("https://example.com/orders", undefined, auth);
for await (const order of connection) console.log(order.data);
