export { AnthropicSseHandler } from "./anthropic.js";
export { type SseHandlerName, sseHandlers } from "./by-name.js";
export { GenericSseHandler } from "./generic.js";
export { GraphQlSseHandler } from "./graphql.js";
export { McpSseHandler } from "./mcp.js";
export { MercureSseHandler } from "./mercure.js";
export { OpenAiSseHandler } from "./openai.js";
export { StellarSseHandler } from "./stellar.js";
export { WikimediaSseHandler } from "./wikimedia.js";
