import type { SseProtocolHandler } from "../protocol/handler.js";
import { AnthropicSseHandler } from "./anthropic.js";
import { GenericSseHandler } from "./generic.js";
import { GraphQlSseHandler } from "./graphql.js";
import { McpSseHandler } from "./mcp.js";
import { MercureSseHandler } from "./mercure.js";
import { OpenAiSseHandler } from "./openai.js";
import { StellarSseHandler } from "./stellar.js";
import { WikimediaSseHandler } from "./wikimedia.js";

/** The names of the handlers that ship. */
export type SseHandlerName =
  | "generic"
  | "openai"
  | "anthropic"
  | "mcp"
  | "graphql"
  | "stellar"
  | "wikimedia"
  | "mercure";

/**
 * Makes a handler by its name, for programs that let their users choose. A new one each time: some
 * remember the state of one connection. A program that names a class instead bundles only that one.
 */
export const sseHandlers: Readonly<Record<SseHandlerName, () => SseProtocolHandler>> = {
  generic: () => new GenericSseHandler(),
  openai: () => new OpenAiSseHandler(),
  anthropic: () => new AnthropicSseHandler(),
  mcp: () => new McpSseHandler(),
  graphql: () => new GraphQlSseHandler(),
  stellar: () => new StellarSseHandler(),
  wikimedia: () => new WikimediaSseHandler(),
  mercure: () => new MercureSseHandler(),
};
