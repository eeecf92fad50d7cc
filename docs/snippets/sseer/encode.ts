import { encodeEvent } from "sseer";

process.stdout.write(encodeEvent({ event: "trade", id: "5", data: JSON.stringify({ price: 1 }) }));
process.stdout.write(encodeEvent({ comment: "heartbeat" }));
