import type { Exchange } from "./exchange.js";
import type { ResponseHead, Script } from "./script.js";

/** The answer to a request: data, or a function that inspects the request and answers step by step. */
export type Reply = Script | ((exchange: Exchange) => void | Promise<void>);

/** Options of `MockSseServer.start`. */
export interface MockSseServerOptions {
  /** Where it listens, on 127.0.0.1. @defaultValue 0: any free port */
  readonly port?: number | undefined;
  /** Sent with every response, under the reply's own. @defaultValue none */
  readonly headers?: ResponseHead["headers"];
  /** How many published events are kept for those who resume. @defaultValue 10_000 */
  readonly retention?: number | undefined;
  /** How many requests are kept, bodies included; the oldest are forgotten. @defaultValue 10_000 */
  readonly recordedRequests?: number | undefined;
  /** How long a wait may take, in milliseconds. @defaultValue 5_000 */
  readonly deadline?: number | undefined;
}

/** Options of a single wait. */
export interface WaitOptions {
  /** How long it may take, in milliseconds. @defaultValue the `deadline` of the server or proxy */
  readonly deadline?: number | undefined;
}
