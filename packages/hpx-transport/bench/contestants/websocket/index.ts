import type { Contestant } from "../index.js";

/** The clients of WebSockets, by name. Loaded one by one, so that none pays for another. */
const load = {
  "ws by hand": () => import("./ws-by-hand.js"),
  "hpx-transport/websocket batches()": () => import("./hpx-batches.js"),
  "hpx-transport/websocket for await": () => import("./hpx-for-await.js"),
  "undici WebSocket": () => import("./undici.js"),
  "partysocket over ws": () => import("./partysocket.js"),
  "graphql-ws over ws": () => import("./graphql-ws.js"),
  "hpx-transport/websocket graphql": () => import("./hpx-graphql.js"),
};
export const websockets: Readonly<Record<string, () => Promise<{ default: Contestant }>>> = load;

/** The contestants that each kind of load can compare; the first is the measure of all others. */
export const websocketFields = {
  messages: [
    "ws by hand",
    "hpx-transport/websocket batches()",
    "hpx-transport/websocket for await",
    "undici WebSocket",
    "partysocket over ws",
  ],
  graphql: ["graphql-ws over ws", "hpx-transport/websocket graphql"],
} satisfies Readonly<Record<string, readonly (keyof typeof load)[]>>;

/** Uses a message's text, so that no client saves itself the work of making it. */
export function touch(data: unknown): number {
  return typeof data === "string" ? data.length : 0;
}
