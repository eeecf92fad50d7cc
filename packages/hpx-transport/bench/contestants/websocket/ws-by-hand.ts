import { WebSocket } from "ws";
import type { Contestant } from "../index.js";
import { touch } from "./index.js";

const consume: Contestant = (url) =>
  new Promise((resolve, reject) => {
    let messages = 0;
    const socket = new WebSocket(url, { perMessageDeflate: false });
    socket.on("message", (data, isBinary) => {
      if (touch(isBinary ? data : (data as Buffer).toString()) > 0) messages += 1;
    });
    socket.on("close", () => resolve(messages));
    socket.on("error", reject);
  });
export default consume;
