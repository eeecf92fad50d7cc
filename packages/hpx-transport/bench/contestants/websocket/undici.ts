import { WebSocket } from "undici";
import type { Contestant } from "../index.js";
import { touch } from "./index.js";

const consume: Contestant = (url) =>
  new Promise((resolve, reject) => {
    let messages = 0;
    const socket = new WebSocket(url);
    socket.addEventListener("message", ({ data }) => {
      if (touch(data) > 0) messages += 1;
    });
    socket.addEventListener("close", () => resolve(messages));
    socket.addEventListener("error", reject);
  });
export default consume;
