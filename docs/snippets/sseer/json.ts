import { EventStream, JsonStream } from "sseer";
import { z } from "zod"; // or any other Standard Schema library

const { body } = await fetch("https://example.com/prices");
if (body === null) throw new Error("no body");

const trades = new JsonStream(new EventStream(body), z.object({ symbol: z.string(), price: z.number() }));
for await (const { json, id } of trades) console.log(id, json.symbol, json.price);
