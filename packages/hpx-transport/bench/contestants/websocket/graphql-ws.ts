import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import type { Contestant } from "../index.js";
import { touch } from "./index.js";

interface Tick {
  readonly tick: {
    readonly symbol: string;
  };
}

const consume: Contestant = async (url) => {
  let messages = 0;
  const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 });
  for await (const { data } of client.iterate<Tick>({ query: "subscription { tick }" })) {
    if (touch(data?.tick.symbol) > 0) messages += 1;
  }
  await client.dispose();
  return messages;
};
export default consume;
