import type { WsProtocolHandler } from "../protocol/handler.js";
import { BinanceWsHandler } from "./binance.js";
import { BybitWsHandler } from "./bybit.js";
import { CoinbaseWsHandler } from "./coinbase.js";
import { DeribitWsHandler } from "./deribit.js";
import { GenericJsonHandler } from "./generic-json.js";
import { GraphQlTransportWsHandler } from "./graphql.js";
import { JsonRpcHandler } from "./json-rpc.js";
import { KrakenWsHandler } from "./kraken.js";
import { OkxWsHandler } from "./okx.js";

/** The names of the handlers that ship. */
export type WsHandlerName =
  | "generic"
  | "json-rpc"
  | "solana"
  | "binance"
  | "deribit"
  | "graphql"
  | "okx"
  | "bybit"
  | "kraken"
  | "coinbase";

/**
 * Makes a handler by its name, without options, for programs that let their users choose. A new one each time: some
 * remember the state of one connection. A program that names a class instead bundles only that one.
 */
export const wsHandlers: Readonly<Record<WsHandlerName, () => WsProtocolHandler>> = {
  generic: () => new GenericJsonHandler(),
  "json-rpc": () => new JsonRpcHandler(),
  solana: () => new JsonRpcHandler({ dialect: "solana" }),
  binance: () => new BinanceWsHandler(),
  deribit: () => new DeribitWsHandler(),
  graphql: () => new GraphQlTransportWsHandler(),
  okx: () => new OkxWsHandler(),
  bybit: () => new BybitWsHandler(),
  kraken: () => new KrakenWsHandler(),
  coinbase: () => new CoinbaseWsHandler(),
};
