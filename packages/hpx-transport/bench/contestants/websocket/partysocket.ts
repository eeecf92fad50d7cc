import { WebSocket as ReconnectingWebSocket } from "partysocket";
import { WebSocket } from "ws";
import type { Contestant } from "../index.js";
import { touch } from "./index.js";

const consume: Contestant = (url) =>
  new Promise((resolve) => {
    let messages = 0;
    const socket = new ReconnectingWebSocket(url, [], { WebSocket, maxRetries: 0 });
    socket.addEventListener("message", ({ data }) => {
      if (touch(data) > 0) messages += 1;
    });
    socket.addEventListener("close", () => {
      socket.close();
      resolve(messages);
    });
  });
export default consume;
