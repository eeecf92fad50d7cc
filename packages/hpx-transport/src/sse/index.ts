/**
 * Server-sent events as a connection that reconnects and resumes.
 *
 * ```text
 *   SseConfig ──> SseConnection ──┬──> SseHandle   close, reconnect, state, stats
 *                                 └──> SseStream   for await, batches, json
 *
 *   socket ─bytes─> EventParser ─event─> SseProtocolHandler ─kind─> bounded channel ─> your loop
 * ```
 *
 * @example
 * import { SseConnection } from "hpx-transport/sse";
 *
 * await using connection = await SseConnection.connect("https://example.com/stream");
 * for await (const event of connection) console.log(event.id, event.data);
 *
 * @remarks
 * - {@link SseConnection}: opens, and is iterated. {@link SseHandle} steers and watches it, {@link SseStream} delivers its
 *   {@link SseEvent}s, one by one, in batches, or as JSON
 * - {@link SseOptions}: every option with its default; {@link SseConfig}: the same, checked and immutable
 * - {@link SseProtocolHandler}: the rules of a service, and hooks. {@link GenericSseHandler} has no special rules; {@link OpenAiSseHandler}, {@link AnthropicSseHandler}, {@link McpSseHandler}, {@link GraphQlSseHandler}, {@link StellarSseHandler},
 *   {@link WikimediaSseHandler} and {@link MercureSseHandler} know a service. {@link OpenAiResponsesSseHandler}, {@link AiSdkSseHandler},
 *   {@link LangGraphSseHandler}, {@link TanStackSseHandler} and {@link DurableStreamsSseHandler} take up an answer where it broke.
 *   {@link sseHandlers} names them all
 * - {@link SseConnectionState}, {@link SseStats}: where a connection is in its life, and its counts so far
 * - {@link Logger}, {@link SseTelemetry}, {@link SseDiagnostics}: three ways to watch connections from outside
 *
 * @module hpx-transport/sse
 */
export { SseConfig, type SseSource } from "./config/config.js";
export { SseConnection } from "./connection.js";
export type { SseCursor, SseCursorConnection, SseInterruption, SseTally } from "./cursor/cursor.js";
export { SseHandle } from "./handle.js";
export {
  AiSdkSseHandler,
  AnthropicSseHandler,
  DurableStreamsSseHandler,
  GenericSseHandler,
  GraphQlSseHandler,
  LangGraphSseHandler,
  McpSseHandler,
  MercureSseHandler,
  OpenAiResponsesSseHandler,
  OpenAiSseHandler,
  type SseHandlerName,
  sseHandlers,
  StellarSseHandler,
  TanStackSseHandler,
  WikimediaSseHandler,
} from "./handlers/index.js";
export type { SseBody, SseHeaders, SseOptions, SseOverflow } from "./config/options.js";
export type {
  SseAcceptance,
  SseConnectInfo,
  SseCursorPlace,
  SseProtocolHandler,
  SseRequest,
  SseResponseHead,
} from "./protocol/handler.js";
export type { SseJsonOptions } from "./json.js";
export { SseStream } from "./stream.js";
export type { ConnectionState as SseConnectionState } from "../connection/state.js";
export type { SseEvent, SseMessageKind } from "./protocol/event.js";
export type { SseDiagnostics } from "../observe/diagnostics.js";
export type { Logger } from "../observe/logger.js";
export type {
  ObservedAttempt,
  ObservedConnection,
  ObservedEvent,
  ObservedFailure,
  SseObserver,
  SseTelemetry,
} from "../observe/observer.js";
export type { SseReconnectReason, SseStats } from "../observe/stats.js";
export type { SseLoss, SseVerdict } from "./protocol/verdict.js";
