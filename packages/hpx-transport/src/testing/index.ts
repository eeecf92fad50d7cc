export type { Exchange } from "./exchange.js";
export { MockSseServer, type MockSseServerOptions, type Reply, type WaitOptions } from "./mock-sse-server.js";
export type { RecordedRequest } from "./recorded-request.js";
export type { Ending, Pace, ResponseHead, Script, Step } from "./script.js";
