import { subscribe } from "node:diagnostics_channel";
import { consumeWith } from "./consume.js";

for (const name of ["attempt", "connected", "disconnected", "reconnecting", "event", "closed"]) {
  subscribe(`hpx-transport:sse:${name}`, () => {});
}

export default consumeWith({});
