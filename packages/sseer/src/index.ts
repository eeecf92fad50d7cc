export type { ServerSentEvent } from "./event.js";
