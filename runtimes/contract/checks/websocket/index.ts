import type { Check } from "../../check.js";
import { closing } from "./closing.js";
import { heartbeats } from "./heartbeats.js";
import { messages } from "./messages.js";
import { opening } from "./opening.js";
import { serving } from "./serving.js";

/** The contract of WebSockets, over the package `ws` and over the WebSocket of a runtime. */
export const webSockets: readonly Check[] = [...opening, ...messages, ...closing, ...serving, ...heartbeats];
