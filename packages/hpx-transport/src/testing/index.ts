export type { Exchange } from "./exchange.js";
export { FaultProxy, type FaultProxyOptions } from "./fault-proxy.js";
export type { Breaking, Fault, FaultKind, FaultPlan, OneSided, Side } from "./fault-proxy-faults.js";
export { randomFaults, type RandomFaultsOptions, seededRandom } from "./fault-proxy-random.js";
export { MockSseServer } from "./mock-sse-server.js";
export type { MockSseServerOptions, Reply, WaitOptions } from "./options.js";
export type { RecordedRequest } from "./recorded-request.js";
export type { Ending, Pace, ResponseHead, Script, Step } from "./script.js";
