import type { SseProtocolHandler } from "../protocol/handler.js";
import { AiSdkSseHandler } from "./ai-sdk.js";
import { AnthropicSseHandler } from "./anthropic.js";
import { DurableStreamsSseHandler } from "./durable-streams.js";
import { GenericSseHandler } from "./generic.js";
import { GraphQlSseHandler } from "./graphql.js";
import { LangGraphSseHandler } from "./langgraph.js";
import { McpSseHandler } from "./mcp.js";
import { MercureSseHandler } from "./mercure.js";
import { OpenAiResponsesSseHandler } from "./openai-responses.js";
import { OpenAiSseHandler } from "./openai.js";
import { StellarSseHandler } from "./stellar.js";
import { TanStackSseHandler } from "./tanstack.js";
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
  | "mercure"
  | "openai-responses"
  | "ai-sdk"
  | "langgraph"
  | "tanstack"
  | "durable-streams";

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
  "openai-responses": () => new OpenAiResponsesSseHandler(),
  "ai-sdk": () => new AiSdkSseHandler(),
  langgraph: () => new LangGraphSseHandler(),
  tanstack: () => new TanStackSseHandler(),
  "durable-streams": () => new DurableStreamsSseHandler(),
};
