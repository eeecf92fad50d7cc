/**
 * Real servers for tests, and a ledger of the events between them and a client. {@link MockSseServer} and {@link MockWsServer}
 * answer with planned replies, {@link FaultProxy} breaks connections with planned faults. They listen on a loopback port and use
 * `node:` modules: for Node, Deno and Bun.
 *
 * ```text
 *   client under test ──> FaultProxy ──> MockSseServer ──> requests, as they came
 *                           plan()         reply(), publish()
 * ```
 *
 * @example
 * import { SseConnection } from "hpx-transport/sse";
 * import { FaultProxy, MockSseServer } from "hpx-transport/testing";
 *
 * await using server = await MockSseServer.start();
 * await using proxy = await FaultProxy.start({ target: server.url });
 * proxy.plan({ fault: "cut", after: 150 }); // the first connection; later ones have no fault
 * for (const data of ["a", "b", "c"]) server.publish({ data });
 *
 * const connection = SseConnection.open({ url: proxy.url, reconnect: { initialDelay: 1 } });
 * for await (const { id, data } of connection) {
 *   console.log(id, data); // 1 a, 2 b, 3 c, in spite of the cut
 *   if (data === "c") break;
 * }
 *
 * @remarks
 * - {@link MockSseServer}: replies, a log to follow and resume, recorded requests. A {@link Reply} is a {@link Script}, or a
 *   function of an {@link Exchange}; {@link RecordedRequest} is a request as it came
 * - {@link MockWsServer}: a WebSocket server whose {@link WsReply} is a {@link WsScript}, or a function of a
 *   {@link MockWsConnection}, which records everything that the client sends. {@link VIOLATIONS} has bytes that break the
 *   protocol, each by its name; {@link encodeFrame}, {@link encodeMessage} and {@link FrameReader} write and read frames
 * - {@link FaultProxy}: a TCP proxy with a {@link FaultPlan} for each connection, made of {@link Fault}s
 * - {@link EventLedger}: counts the events that were lost, doubled, out of order or changed on their way
 * - {@link randomFaults}, {@link seededRandom}: random plans and numbers, the same for the same seed
 *
 * @module hpx-transport/testing
 */
export { EventLedger, type EventLedgerCounts } from "./event-ledger.js";
export type { Exchange } from "./exchange.js";
export { FaultProxy } from "./fault-proxy.js";
export type { Breaking, Fault, FaultKind, FaultPlan, OneSided, Side } from "./fault-proxy-faults.js";
export { randomFaults, type RandomFaultsOptions, seededRandom } from "./fault-proxy-random.js";
export { MockSseServer } from "./mock-sse-server.js";
export type { FaultProxyOptions, MockSseServerOptions, MockTlsOptions, Reply, WaitOptions } from "./options.js";
export type { RecordedRequest } from "./requests.js";
export type { Conversation } from "./conversation.js";
export type { TestServer } from "./test-server.js";
export type { Ending, Pace, ResponseHead, Script, Step } from "./script.js";
export { type ClientClose, MockWsConnection } from "./websocket/connection.js";
export { encodeFrame, encodeMessage, type FrameKind, type FrameParts } from "./websocket/frames.js";
export { FrameReader, type ReceivedFrame } from "./websocket/frame-reader.js";
export type { ReceivedMessage } from "./websocket/message-log.js";
export { MockWsServer } from "./websocket/mock-ws-server.js";
export type { MockWsServerOptions, WsReply } from "./websocket/options.js";
export type { OnClose, WsEnding, WsResponseHead, WsScript, WsStep } from "./websocket/script.js";
export { type Violation, type ViolationBytes, VIOLATIONS } from "./websocket/violations.js";
