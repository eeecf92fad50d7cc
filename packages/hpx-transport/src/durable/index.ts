/**
 * A position that survives restarts: it is saved after the work is done, and a gap is told.
 *
 * ```text
 *   SseConnection ──event──> DurableCursor ──event──> your loop
 *                                  │  <── asks for the next one: the one before is done
 *                                  └──record──> CursorStore: memory, localStorage, a file, your database
 * ```
 *
 * @example
 * import { DurableCursor, MemoryCursorStore } from "hpx-transport/durable";
 * import { SseConnection } from "hpx-transport/sse";
 *
 * const cursor = new DurableCursor({ name: "prices", store: new MemoryCursorStore() });
 * for await (const { data, position } of SseConnection.open({ url: "https://example.com/prices", cursor })) {
 *   console.log(position, data);
 * }
 *
 * @remarks
 * - {@link DurableCursor}: given as the option `cursor` of a connection; {@link DurableOptions}: when it saves, and what it checks
 * - {@link CursorStore}, {@link TransactionalCursorStore}: where records are kept. {@link MemoryCursorStore} and
 *   {@link WebStorageCursorStore} are here, others have entries of their own
 * - {@link readRecord}: for a store of your own, reads a record and refuses a damaged one
 * - {@link Continuity}, {@link Gap}: how missing events are found, and how they are told; {@link wikimediaContinuity}
 *
 * @module hpx-transport/durable
 */
export type {
  Continuity,
  ContinuityCheck,
  ContinuityVerdict,
  RangeContinuity,
  SequenceContinuity,
  SequenceNumber,
} from "./continuity/continuity.js";
export { type CursorPosition, DurableCursor } from "./durable-cursor.js";
export type { Gap } from "./continuity/gap.js";
export { MemoryCursorStore } from "./memory-store.js";
export type { DurableOptions } from "./options.js";
export { type CursorRecord, type Json, readRecord } from "./record.js";
export type { Claim, CursorStore, TransactionalCursorStore } from "./store.js";
export { type WebStorage, WebStorageCursorStore } from "./web-storage-store.js";
export { wikimediaContinuity } from "./continuity/wikimedia-continuity.js";
