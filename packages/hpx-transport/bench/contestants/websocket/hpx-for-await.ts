import { WsConnection } from "hpx-transport/websocket";
import type { Contestant } from "../index.js";
import { touch } from "./index.js";

const consume: Contestant = async (url) => {
  let messages = 0;
  for await (const { data } of WsConnection.open({ url, reconnect: false })) if (touch(data) > 0) messages += 1;
  return messages;
};
export default consume;
