import { GraphQlTransportWsHandler, WsConnection } from "hpx-transport/websocket";
import type { Contestant } from "../index.js";
import { touch } from "./index.js";

interface Result {
  readonly data: {
    readonly tick: {
      readonly symbol: string;
    };
  };
}

const consume: Contestant = async (url) => {
  let messages = 0;
  const connection = WsConnection.open({ url, handler: new GraphQlTransportWsHandler(), reconnect: false });
  for await (const { value } of connection.handle.subscribe("subscription { tick }")) {
    if (touch((value as Result).data.tick.symbol) > 0) messages += 1;
  }
  await connection.close();
  return messages;
};
export default consume;
