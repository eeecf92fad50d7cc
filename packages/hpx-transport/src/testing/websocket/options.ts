import { count } from "../../checks/checkers.js";
import { type PlainOptions, readOptions, type Spec } from "../../checks/options.js";
import { LISTENING, type MockTlsOptions, type TlsSettings } from "../options.js";
import type { MockWsConnection } from "./connection.js";
import type { WsResponseHead, WsScript } from "./script.js";

/** The answer to a handshake and what follows: data, or a function that looks at the connection and acts step by step. */
export type WsReply = WsScript | ((connection: MockWsConnection) => void | Promise<void>);

/** Options of `MockWsServer.start`. */
export interface MockWsServerOptions {
  /** The port of 127.0.0.1 to listen on. @defaultValue 0: any free port */
  readonly port?: number | undefined;
  /** Serves `wss:` with this certificate, which must name 127.0.0.1. @defaultValue none: plain `ws:` */
  readonly tls?: MockTlsOptions | undefined;
  /** Sent with every answer to a handshake; a reply's own headers win. @defaultValue none */
  readonly headers?: WsResponseHead["headers"];
  /** How many connections are kept, with what they received; the oldest are forgotten. @defaultValue 10_000 */
  readonly recordedConnections?: number | undefined;
  /** How many bytes a connection keeps of what it received; the oldest are forgotten. @defaultValue 67_108_864 (64 MiB) */
  readonly recordedBytes?: number | undefined;
  /** How long a wait may take, in milliseconds. @defaultValue 5_000 */
  readonly deadline?: number | undefined;
}

const SERVER = {
  ...LISTENING,
  recordedConnections: count(10_000, "connections", 0),
  recordedBytes: count(64 * 1024 * 1024, "bytes", 0),
} satisfies Spec<MockWsServerOptions>;

/** The options of a mock server after their checks. */
export type WsServerSettings = PlainOptions<MockWsServerOptions> & {
  readonly headers: MockWsServerOptions["headers"];
  readonly tls: TlsSettings | undefined;
};

/** @throws {TransportError} `CONFIG`, naming the option */
export function readWsServerOptions(options: MockWsServerOptions): WsServerSettings {
  return readOptions(undefined, options, SERVER);
}
