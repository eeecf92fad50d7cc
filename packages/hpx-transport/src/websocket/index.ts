/**
 * WebSockets as a connection that reconnects, authenticates and subscribes again.
 *
 * ```text
 *   WsOptions ──> WsConnection ──┬──> WsHandle   request, subscribe, send, close, state, stats
 *                                └──> WsStream   for await, batches: what no subscription claims
 *
 *   socket ─message─> WsProtocolHandler.read ─┬─> response ─> the request that waits for it
 *                                             ├─> update ───> WsSubscription of its topic ─> your loop
 *                                             └─> others ───> WsStream ─> your loop
 * ```
 *
 * On Node it needs the package `ws`, an optional peer dependency: `npm install ws@8`. Elsewhere the runtime's `WebSocket` is
 * used; an option that it cannot honour is `CONFIG`.
 *
 * @example
 * import { WsConnection } from "hpx-transport/websocket";
 *
 * await using connection = await WsConnection.connect("wss://example.com/feed");
 * for await (const { data } of connection) console.log(data);
 *
 * @remarks
 * - {@link WsConnection}: opens, and is iterated. {@link WsHandle} sends, asks and subscribes, {@link WsStream} and
 *   {@link WsSubscription} deliver {@link WsMessage}s, with a {@link WsGap} where messages are missing
 * - {@link WsOptions}: every option with its default
 * - {@link WsProtocolHandler}: the rules of a service. {@link GenericJsonHandler} and {@link JsonRpcHandler} (Ethereum, Solana) are for
 *   many services; {@link BinanceWsHandler}, {@link BybitWsHandler}, {@link CoinbaseWsHandler}, {@link DeribitWsHandler},
 *   {@link KrakenWsHandler}, {@link OkxWsHandler} and {@link GraphQlTransportWsHandler} know one. {@link wsHandlers} names them all
 * - {@link SocketBackend}: opens the sockets
 *
 * @module hpx-transport/websocket
 */
export { WsConnection, type WsSource } from "./connection.js";
export {
  BinanceWsHandler,
  type BinanceWsOptions,
  type BybitCredentials,
  BybitWsHandler,
  type BybitWsOptions,
  CoinbaseWsHandler,
  type CoinbaseWsOptions,
  type DeribitCredentials,
  DeribitWsHandler,
  type DeribitWsOptions,
  GenericJsonHandler,
  type GenericJsonOptions,
  GraphQlTransportWsHandler,
  type GraphQlTransportWsOptions,
  type JsonRpcCall,
  JsonRpcHandler,
  type JsonRpcOptions,
  KrakenWsHandler,
  type KrakenWsOptions,
  type OkxCredentials,
  OkxWsHandler,
  type OkxWsOptions,
  type WsHandlerName,
  wsHandlers,
  type WsProvided,
} from "./handlers/index.js";
export { WsHandle, type WsRequestOptions, type WsSendOptions, type WsSubscribeOptions } from "./handle.js";
export { WsStream } from "./stream.js";
export { WsSubscription, type WsJsonMessage, type WsSubscriptionStats } from "./subscription.js";
export type { WsFresh, WsHeaders, WsOptions, WsOverflow } from "./config/options.js";
export type {
  WsAnswer,
  WsConnectInfo,
  WsFailure,
  WsLimits,
  WsNack,
  WsOpenInfo,
  WsOutgoing,
  WsProtocolHandler,
  WsReading,
  WsRequest,
  WsSequence,
} from "./protocol/handler.js";
export type { WsData, WsGap, WsId, WsMessage, WsMessageKind } from "./protocol/message.js";
export type { WsCloseVerdict, WsErrorVerdict, WsLoss, WsVerdict } from "./protocol/verdict.js";
export type { WsSchema } from "./schema.js";
export type {
  OpenSocket,
  SocketBackend,
  SocketConsumer,
  SocketEnd,
  SocketFeature,
  SocketRefusal,
  SocketRequest,
} from "./socket/backend.js";
export type { WsStats } from "./stats.js";
export type { SocketState as WsConnectionState } from "../connection/state.js";
export type { Logger } from "../observe/logger.js";
export type {
  ObservedAttempt,
  ObservedConnection,
  ObservedEvent,
  ObservedFailure,
  SseObserver,
  SseTelemetry,
} from "../observe/observer.js";
