export type { Exchange } from "./exchange.js";
export { MockSseServer } from "./mock-sse-server.js";
export type { MockSseServerOptions, Reply, WaitOptions } from "./options.js";
export type { RecordedRequest } from "./recorded-request.js";
export type { Ending, Pace, ResponseHead, Script, Step } from "./script.js";
